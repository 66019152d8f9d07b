import { createCanvas, type Canvas } from '@napi-rs/canvas';
import type { Box } from '../../../core/contract/block.js';
import { imagePage, type ImageHeader } from './image-page.js';

const POINTS_PER_INCH = 72;

/** A white canvas of the size of a picture's page at this dpi. */
export function blankPage(header: ImageHeader, dpi: number): Canvas {
  const page = imagePage(header);
  const pixels = (points: number) => Math.max(1, Math.round((points / POINTS_PER_INCH) * dpi));
  const canvas = createCanvas(pixels(page.width), pixels(page.height));
  const context = canvas.getContext('2d');
  context.fillStyle = '#ffffff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = 'high';
  return canvas;
}

/** A region of a drawn page; `region` in points. */
export function cutOut(page: Canvas, region: Box, dpi: number): Canvas {
  const scale = dpi / POINTS_PER_INCH;
  const canvas = createCanvas(
    Math.max(1, Math.floor(region.width * scale)),
    Math.max(1, Math.floor(region.height * scale)),
  );
  canvas.getContext('2d').drawImage(page, -region.x * scale, -region.y * scale);
  return canvas;
}

/** Enough to see a line of text on a page that was made smaller. */
const LOOKED_AT_PIXELS = 400;

/** Whether all of a page has one colour. */
export function isBlank(page: Canvas): boolean {
  const context = createCanvas(LOOKED_AT_PIXELS, LOOKED_AT_PIXELS).getContext('2d');
  context.drawImage(page, 0, 0, LOOKED_AT_PIXELS, LOOKED_AT_PIXELS);
  const { data } = context.getImageData(0, 0, LOOKED_AT_PIXELS, LOOKED_AT_PIXELS);
  return data.every((value, index) => value === data[index % 4]);
}
