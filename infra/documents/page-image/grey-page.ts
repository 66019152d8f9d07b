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
  // One kind of array and a loop for each layout: a third faster, and a page has nine million pixels.
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const levels = new Uint8Array(width * height);
  if (channels === 3) greyOfOpaque(bytes, levels);
  else greyOfTransparent(bytes, levels);
  return { width, height, levels };
}

function greyOfOpaque(rgb: Uint8Array, levels: Uint8Array): void {
  for (let index = 0, at = 0; index < levels.length; index++, at += 3) {
    levels[index] = ((rgb[at] as number) * 77 + (rgb[at + 1] as number) * 150 + (rgb[at + 2] as number) * 29) >>> 8;
  }
}

function greyOfTransparent(rgba: Uint8Array, levels: Uint8Array): void {
  for (let index = 0, at = 0; index < levels.length; index++, at += 4) {
    const level = ((rgba[at] as number) * 77 + (rgba[at + 1] as number) * 150 + (rgba[at + 2] as number) * 29) >>> 8;
    const alpha = rgba[at + 3] as number;
    levels[index] = alpha === 255 ? level : 255 - ((255 - level) * alpha) / 255;
  }
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
  const { width: across, levels: from } = page;
  const width = Math.floor(across / reduction);
  const height = Math.floor(page.height / reduction);
  if (reduction === 1 || width === 0 || height === 0) return page;
  const levels = new Uint8Array(width * height);
  const sums = new Uint32Array(width);
  const area = reduction * reduction;
  for (let y = 0; y < height; y++) {
    sums.fill(0);
    for (let row = y * reduction; row < (y + 1) * reduction; row++) {
      let at = row * across;
      for (let x = 0; x < width; x++) {
        let sum = 0;
        for (let step = 0; step < reduction; step++) sum += from[at++] as number;
        sums[x] = (sums[x] as number) + sum;
      }
    }
    for (let x = 0; x < width; x++) levels[y * width + x] = (sums[x] as number) / area;
  }
  return { width, height, levels };
}

/** As binary PGM of 8 bits (netpbm's `P5`): a line of text, then the levels. */
export function pgmOf({ width, height, levels }: GreyPage): Uint8Array {
  return Buffer.concat([Buffer.from(`P5\n${width} ${height}\n255\n`, 'latin1'), levels]);
}
