/** `kind`: 1 bit, 3 or 4 bytes a pixel, as pdfjs numbers them; rows of bits begin at a byte, 1 is white. */
export interface DecodedPicture {
  readonly width: number;
  readonly height: number;
  readonly kind: 1 | 2 | 3;
  /** Ends early where the file's bytes do. */
  readonly data: Uint8Array | Uint8ClampedArray;
}

/** Of a sheet's margin: encoders that end a row or two early lose nothing. */
const MARGIN = 0.02;

/**
 * Whether rows of a picture are missing, more than a margin. Told for pictures without packing, of Flate and of LZW; decoders of
 * JPEG, JPEG 2000, fax and JBIG2 fill up what they miss.
 */
export function isCutOff({ width, height, kind, data }: DecodedPicture): boolean {
  const rowBytes = kind === 1 ? (width + 7) >> 3 : width * (kind + 1);
  return data.length < rowBytes * height * (1 - MARGIN);
}

/** An object that pdfjs decoded, where it is a picture in bytes; fonts and forms are none. */
export function asPicture(object: unknown): DecodedPicture | undefined {
  const picture = object as Partial<DecodedPicture> | null | undefined;
  return picture?.data && picture.kind && picture.width && picture.height ? (picture as DecodedPicture) : undefined;
}
