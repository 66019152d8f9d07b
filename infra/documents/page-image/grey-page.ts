import type { Canvas } from '@napi-rs/canvas';

/** Grey levels of a page, row by row: 0 is black, 255 white. */
export interface GreyPage {
  readonly width: number;
  readonly height: number;
  readonly levels: Uint8Array;
}

/** The page in grey, by the weights of ITU-R BT.601 in whole numbers. */
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
