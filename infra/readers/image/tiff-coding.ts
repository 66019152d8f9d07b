import { Failure } from '../../../core/contract/failures.js';
import type { RandomAccess } from './random-access.js';
import { TAG, tagBytes, tagValue, tagValues, type TiffDirectory } from './tiff-directories.js';

/** How the parts of a page are packed and coloured, in the words of PDF. */
export interface TiffCoding {
  /** Entries of an image's dictionary, for a part of this size. */
  entries(columns: number, rows: number): string;
  /** Turns a part's bytes into what the filter takes. */
  prepare(part: Buffer): Buffer;
}

const COMPRESSION = { none: 1, modifiedHuffman: 2, fax3: 3, fax4: 4, lzw: 5, jpeg: 7, deflate: 8, packBits: 32773, oldDeflate: 32946 } as const; // prettier-ignore
const PHOTOMETRIC = { whiteIsZero: 0, blackIsZero: 1, rgb: 2, palette: 3, cmyk: 5, yCbCr: 6 } as const;

/**
 * A page's coding as PDF names it: what TIFF stores PDF stores too, so pdfjs's decoders read it.
 * Errors: `IMAGE_UNSUPPORTED` for what only TIFF knows: samples in planes, alpha, floating point, old JPEG, old LZW.
 */
export async function tiffCoding(file: RandomAccess, directory: TiffDirectory): Promise<TiffCoding> {
  const value = (tag: number, otherwise: number) => tagValue(file, directory, tag, otherwise);
  const compression = await value(TAG.compression, COMPRESSION.none);
  const photometric = await value(TAG.photometric, PHOTOMETRIC.whiteIsZero);
  const samples = await value(TAG.samplesPerPixel, 1);
  const bitsOfSamples = await tagValues(file, directory, TAG.bitsPerSample);
  const bits = bitsOfSamples[0] ?? 1;
  const planar = samples > 1 && (await value(TAG.planarConfiguration, 1)) !== 1;
  const fractional = (await value(TAG.sampleFormat, 1)) !== 1;
  const uneven = bitsOfSamples.some((other) => other !== bits);
  const wideInReverse = bits === 16 && directory.littleEndian && compression !== COMPRESSION.none;
  if (planar || fractional || uneven || wideInReverse || ![1, 2, 4, 8, 16].includes(bits)) {
    throw unsupported(`compression=${compression} samples=${samples} bits=${bits}`);
  }
  const reversed = (await value(TAG.fillOrder, 1)) === 2;
  const colours = await coloursOf(file, directory, { photometric, samples, bits, compression });
  const pixel = `${colours} /BitsPerComponent ${bits}`;
  const predictor =
    (await value(TAG.predictor, 1)) === 2 ? `/Predictor 2 /Colors ${samples} /BitsPerComponent ${bits}` : '';

  const plain = (filter: string, prepare: TiffCoding['prepare'] = (part) => part): TiffCoding => ({
    entries: (columns) =>
      `${pixel} ${filter} ${predictor === '' ? '' : `/DecodeParms << ${predictor} /Columns ${columns} >>`}`,
    prepare,
  });
  switch (compression) {
    case COMPRESSION.none:
      return plain('', bits === 16 && directory.littleEndian ? swapped : reversed ? reverseBits : undefined);
    case COMPRESSION.lzw:
      // The old form packs its codes from the low bit on and has been out of use since 1990.
      return plain('/Filter /LZWDecode', refusingOldLzw);
    case COMPRESSION.deflate:
    case COMPRESSION.oldDeflate:
      return plain('/Filter /FlateDecode');
    case COMPRESSION.packBits:
      return plain('/Filter /RunLengthDecode');
    case COMPRESSION.modifiedHuffman:
    case COMPRESSION.fax3:
    case COMPRESSION.fax4:
      return faxCoding({
        compression,
        options: await value(TAG.faxOptions, 0),
        blackIsOne: photometric === PHOTOMETRIC.blackIsZero,
        reversed,
      });
    case COMPRESSION.jpeg: {
      const tables = await tagBytes(file, directory, TAG.jpegTables);
      const transform =
        samples === 3 ? `/DecodeParms << /ColorTransform ${photometric === PHOTOMETRIC.rgb ? 0 : 1} >>` : '';
      return {
        entries: () => `${pixel} /Filter /DCTDecode ${transform}`,
        prepare: (part) => withTables(part, tables),
      };
    }
    default:
      throw unsupported(`compression=${compression}`);
  }
}

async function coloursOf(
  file: RandomAccess,
  directory: TiffDirectory,
  {
    photometric,
    samples,
    bits,
    compression,
  }: { photometric: number; samples: number; bits: number; compression: number },
): Promise<string> {
  const isFax = [COMPRESSION.modifiedHuffman, COMPRESSION.fax3, COMPRESSION.fax4].some((fax) => fax === compression);
  if (photometric === PHOTOMETRIC.whiteIsZero && samples === 1)
    return `/ColorSpace /DeviceGray ${isFax ? '' : '/Decode [1 0]'}`;
  if (photometric === PHOTOMETRIC.blackIsZero && samples === 1) return '/ColorSpace /DeviceGray';
  if (photometric === PHOTOMETRIC.rgb && samples === 3) return '/ColorSpace /DeviceRGB';
  if (photometric === PHOTOMETRIC.yCbCr && samples === 3 && compression === COMPRESSION.jpeg)
    return '/ColorSpace /DeviceRGB';
  if (photometric === PHOTOMETRIC.cmyk && samples === 4) return '/ColorSpace /DeviceCMYK';
  if (photometric === PHOTOMETRIC.palette && samples === 1 && bits <= 8) {
    const map = await tagValues(file, directory, TAG.colorMap);
    const size = 1 << bits;
    if (map.length !== 3 * size) throw new Failure('IMAGE_DAMAGED');
    const lookup = Buffer.alloc(3 * size);
    for (let index = 0; index < size; index++) {
      for (let channel = 0; channel < 3; channel++)
        lookup[index * 3 + channel] = (map[channel * size + index] ?? 0) >> 8;
    }
    return `/ColorSpace [/Indexed /DeviceRGB ${size - 1} <${lookup.toString('hex')}>]`;
  }
  throw unsupported(`photometric=${photometric} samples=${samples}`);
}

/** Bit of tag 292 (T4Options): rows may be coded by their difference to the row before. */
const TWO_DIMENSIONAL = 1;

function faxCoding(fax: { compression: number; options: number; blackIsOne: boolean; reversed: boolean }): TiffCoding {
  const { compression, options, blackIsOne, reversed } = fax;
  const k =
    compression === COMPRESSION.fax4 ? -1 : compression === COMPRESSION.fax3 && options & TWO_DIMENSIONAL ? 1 : 0;
  // Rows of Group 3 may be filled up so that their end marks lie on bytes; the marks are found without being told so.
  const aligned = compression === COMPRESSION.modifiedHuffman;
  const parameters = `/K ${k} /EncodedByteAlign ${aligned ? 'true' : 'false'} /BlackIs1 ${blackIsOne ? 'true' : 'false'} /EndOfBlock false`;
  return {
    entries: (columns, rows) =>
      `/ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /CCITTFaxDecode /DecodeParms << ${parameters} /Columns ${columns} /Rows ${rows} >>`,
    prepare: (part) => (reversed ? reverseBits(part) : part),
  };
}

/** The strips of a page share their tables, which stand as a stream of their own: they go behind each strip's start. */
function withTables(part: Buffer, tables: Buffer | null): Buffer {
  if (!tables || tables.length < 4) return part;
  return Buffer.concat([tables.subarray(0, tables.length - 2), part.subarray(2)]);
}

function refusingOldLzw(part: Buffer): Buffer {
  if (part[0] === 0 && ((part[1] ?? 0) & 1) === 1) throw unsupported('compression=5 old');
  return part;
}

const REVERSED = Uint8Array.from({ length: 256 }, (_, byte) => {
  let turned = 0;
  for (let bit = 0; bit < 8; bit++) if (byte & (1 << bit)) turned |= 0x80 >> bit;
  return turned;
});

function reverseBits(part: Buffer): Buffer {
  return Buffer.from(part.map((byte) => REVERSED[byte] ?? 0));
}

function swapped(part: Buffer): Buffer {
  return Buffer.from(part.subarray(0, part.length & ~1)).swap16();
}

function unsupported(detail: string): Failure {
  return new Failure('IMAGE_UNSUPPORTED', { detail });
}
