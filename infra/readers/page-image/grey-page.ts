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
    levels[index] = grey(pixel & 255, (pixel >>> 8) & 255, (pixel >>> 16) & 255);
  }
  return { width, height, levels };
}

/** A picture of 3 or 4 bytes a pixel in grey, by the same weights; white where it is transparent or was cut off. */
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
  const there = levels.subarray(0, Math.floor(bytes.length / channels));
  if (channels === 3) greyOfOpaque(bytes, there);
  else greyOfTransparent(bytes, there);
  levels.fill(255, there.length);
  return { width, height, levels };
}

/** Four pixels at a time, which are three whole numbers of the machine: half as long as byte by byte. */
function greyOfOpaque(rgb: Uint8Array, levels: Uint8Array): void {
  const fours = rgb.byteOffset % 4 === 0 ? levels.length >> 2 : 0;
  const packed = new Int32Array(rgb.buffer, fours === 0 ? 0 : rgb.byteOffset, fours * 3);
  const four = new Int32Array(levels.buffer, levels.byteOffset, fours);
  for (let index = 0, at = 0; index < fours; index++, at += 3) {
    // Red is the lowest byte of the first, on all machines that Node runs on.
    const one = packed[at] as number;
    const two = packed[at + 1] as number;
    const three = packed[at + 2] as number;
    four[index] =
      grey(one & 255, (one >>> 8) & 255, (one >>> 16) & 255) |
      (grey(one >>> 24, two & 255, (two >>> 8) & 255) << 8) |
      (grey((two >>> 16) & 255, two >>> 24, three & 255) << 16) |
      (grey((three >>> 8) & 255, (three >>> 16) & 255, three >>> 24) << 24);
  }
  for (let index = fours * 4, at = index * 3; index < levels.length; index++, at += 3) {
    levels[index] = grey(rgb[at] as number, rgb[at + 1] as number, rgb[at + 2] as number);
  }
}

function grey(red: number, green: number, blue: number): number {
  return (Math.imul(red, 77) + Math.imul(green, 150) + Math.imul(blue, 29)) >>> 8;
}

function greyOfTransparent(rgba: Uint8Array, levels: Uint8Array): void {
  for (let index = 0, at = 0; index < levels.length; index++, at += 4) {
    const level = grey(rgba[at] as number, rgba[at + 1] as number, rgba[at + 2] as number);
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
  if (reduction === 3) {
    reduceByThree(page, levels, width);
    return { width, height, levels };
  }
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

/** What a page at 300 dpi is looked at by: a third of the time that a loop for any reduction takes. */
function reduceByThree({ width: across, levels: from }: GreyPage, levels: Uint8Array, width: number): void {
  for (let out = 0, row = 0; out < levels.length; row += 3 * across) {
    for (let x = 0, top = row; x < width; x++, top += 3) {
      const middle = top + across;
      const bottom = middle + across;
      const sum =
        (from[top] as number) + (from[top + 1] as number) + (from[top + 2] as number) +
        (from[middle] as number) + (from[middle + 1] as number) + (from[middle + 2] as number) +
        (from[bottom] as number) + (from[bottom + 1] as number) + (from[bottom + 2] as number); // prettier-ignore
      levels[out++] = sum / 9;
    }
  }
}
