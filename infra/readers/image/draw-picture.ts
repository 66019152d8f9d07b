import { loadImage, type Canvas } from '@napi-rs/canvas';
import { readFile } from 'node:fs/promises';

/** Draws a PNG or JPEG over a page. The engine itself turns a photograph as its EXIF data say. */
export async function drawPicture(path: string, page: Canvas): Promise<void> {
  const picture = await loadImage(await readFile(path));
  page.getContext('2d').drawImage(picture, 0, 0, page.width, page.height);
}
