import { type Canvas, createCanvas } from '@napi-rs/canvas';

const BAND_ROWS = 256;

/** Grey levels of a page, row by row: 0 is black, 255 white. */
export interface GreyPage {
  readonly width: number;
  readonly height: number;
  readonly levels: Uint8Array;
}

/** A drawn page in grey, by the weights of ITU-R BT.601 in whole numbers. */
export function greyPage(canvas: Canvas): GreyPage {
  const { width, height } = canvas;
  // The canvas' own bytes: a copy of A4 at 300 dpi takes 35 MB and as long as all the rest. They are multiplied by alpha, which a
  // page on white does not have.
  const data = canvas.data();
  // A pixel at a time; red is the lowest byte on all machines that Node runs on.
  const pixels = new Uint32Array(data.buffer, data.byteOffset, width * height);
  const levels = new Uint8Array(width * height);
  for (let index = 0; index < levels.length; index++) {
    const pixel = pixels[index] as number;
    levels[index] = ((pixel & 255) * 77 + ((pixel >>> 8) & 255) * 150 + ((pixel >>> 16) & 255) * 29) >>> 8;
  }
  return { width, height, levels };
}

/** A picture of 3 or 4 bytes a pixel in grey, by the same weights; on white where it is transparent. */
export function greyOfRgb(picture: {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array | Uint8ClampedArray;
  readonly channels: 3 | 4;
}): GreyPage {
  const { width, height, data, channels } = picture;
  const levels = new Uint8Array(width * height);
  for (let index = 0, at = 0; index < levels.length; index++, at += channels) {
    const level = ((data[at] as number) * 77 + (data[at + 1] as number) * 150 + (data[at + 2] as number) * 29) >>> 8;
    const alpha = channels === 4 ? (data[at + 3] as number) : 255;
    levels[index] = alpha === 255 ? level : 255 - ((255 - level) * alpha) / 255;
  }
  return { width, height, levels };
}

/** The page on a canvas of its size. */
export function greyCanvas({ width, height, levels }: GreyPage): Canvas {
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  // In bands: the pixels of a whole page are four times as large as its levels.
  for (let top = 0; top < height; top += BAND_ROWS) {
    const rows = Math.min(BAND_ROWS, height - top);
    const image = context.createImageData(width, rows);
    const pixels = new Uint32Array(image.data.buffer, image.data.byteOffset, width * rows);
    for (let index = 0; index < pixels.length; index++) {
      pixels[index] = ((levels[top * width + index] as number) * 0x010101 + 0xff000000) >>> 0;
    }
    context.putImageData(image, 0, top);
  }
  return canvas;
}

/** A smaller page, each pixel the mean of a square of `reduction` pixels; what is left over at its edges is dropped. */
export function reducedPage(page: GreyPage, reduction: number): GreyPage {
  const width = Math.floor(page.width / reduction);
  const height = Math.floor(page.height / reduction);
  if (reduction === 1 || width === 0 || height === 0) return page;
  const levels = new Uint8Array(width * height);
  const sums = new Uint32Array(width);
  for (let y = 0; y < height; y++) {
    sums.fill(0);
    for (let row = y * reduction; row < (y + 1) * reduction; row++) {
      let at = row * page.width;
      for (let x = 0; x < width; x++) {
        let sum = 0;
        for (const end = at + reduction; at < end; at++) sum += page.levels[at] as number;
        sums[x] = (sums[x] as number) + sum;
      }
    }
    for (let x = 0; x < width; x++) levels[y * width + x] = (sums[x] as number) / (reduction * reduction);
  }
  return { width, height, levels };
}

/** As binary PGM of 8 bits (netpbm's `P5`): a line of text, then the levels. */
export function pgmOf({ width, height, levels }: GreyPage): Uint8Array {
  return Buffer.concat([Buffer.from(`P5\n${width} ${height}\n255\n`, 'latin1'), levels]);
}
