import { createCanvas, type Canvas } from '@napi-rs/canvas';

/** Grey levels of a page, row by row: 0 is black, 255 white. */
export interface GreyPage {
  readonly width: number;
  readonly height: number;
  readonly levels: Uint8Array;
}

/** The page in grey, each pixel the mean of a square of `reduction` pixels of the canvas. */
export function greyPage(canvas: Canvas, reduction = 1): GreyPage {
  const width = Math.max(1, Math.floor(canvas.width / reduction));
  const height = Math.max(1, Math.floor(canvas.height / reduction));
  const source = reduction === 1 ? canvas : reduced(canvas, width, height);
  const { data } = source.getContext('2d').getImageData(0, 0, width, height);
  const levels = new Uint8Array(width * height);
  for (let index = 0; index < levels.length; index++) {
    const at = index * 4;
    // The weights of ITU-R BT.601 in whole numbers.
    levels[index] = ((data[at] ?? 0) * 77 + (data[at + 1] ?? 0) * 150 + (data[at + 2] ?? 0) * 29) >> 8;
  }
  return { width, height, levels };
}

function reduced(canvas: Canvas, width: number, height: number): Canvas {
  const small = createCanvas(width, height);
  const context = small.getContext('2d');
  context.imageSmoothingQuality = 'high';
  context.drawImage(canvas, 0, 0, width, height);
  return small;
}

/** Writes grey levels back over a canvas of the same size. */
export function drawGrey(canvas: Canvas, { width, height, levels }: GreyPage): void {
  const context = canvas.getContext('2d');
  const image = context.createImageData(width, height);
  for (let index = 0; index < levels.length; index++) {
    const level = levels[index] ?? 0;
    const at = index * 4;
    image.data[at] = image.data[at + 1] = image.data[at + 2] = level;
    image.data[at + 3] = 255;
  }
  context.putImageData(image, 0, 0);
}
