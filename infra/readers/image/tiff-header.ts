import { Failure } from '../../../core/contract/failures.js';
import type { ImageHeader } from './image-page.js';
import type { RandomAccess } from './random-access.js';
import { TAG, tagValue, tiffDirectories, type TiffDirectory } from './tiff-directories.js';

/** Bits of tag 254: a smaller picture of another page, and a mask for one. Neither is a page. */
const THUMBNAIL_OR_MASK = 0b101;
const CENTIMETRE = 3;
const CENTIMETRES_PER_INCH = 2.54;

/** The directories that are pages. Errors: `IMAGE_DAMAGED`. */
export async function tiffPages(file: RandomAccess): Promise<TiffDirectory[]> {
  const pages: TiffDirectory[] = [];
  for (const directory of await tiffDirectories(file)) {
    const kind = await tagValue(file, directory, TAG.subfileType, 0);
    if ((kind & THUMBNAIL_OR_MASK) === 0) pages.push(directory);
  }
  return pages;
}

export async function tiffHeader(file: RandomAccess, directory: TiffDirectory): Promise<ImageHeader> {
  const widthPixels = await tagValue(file, directory, TAG.width, 0);
  const heightPixels = await tagValue(file, directory, TAG.height, 0);
  if (widthPixels === 0 || heightPixels === 0) throw new Failure('IMAGE_DAMAGED');
  return { widthPixels, heightPixels, ...(await describedSheet(file, directory)) };
}

/** What TIFF tags say of the sheet; EXIF data has the same. */
export async function describedSheet(
  file: RandomAccess,
  directory: TiffDirectory,
): Promise<Pick<ImageHeader, 'resolution' | 'orientation'>> {
  const perInch = (await tagValue(file, directory, TAG.resolutionUnit, 2)) === CENTIMETRE ? CENTIMETRES_PER_INCH : 1;
  const x = (await tagValue(file, directory, TAG.xResolution, 0)) * perInch;
  const y = (await tagValue(file, directory, TAG.yResolution, 0)) * perInch;
  const orientation = await tagValue(file, directory, TAG.orientation, 1);
  const told = Number.isFinite(x) && Number.isFinite(y) && x > 0 && y > 0;
  return {
    orientation: orientation >= 1 && orientation <= 8 ? orientation : 1,
    ...(told ? { resolution: { x, y } } : {}),
  };
}
