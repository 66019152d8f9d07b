import type { Canvas } from '@napi-rs/canvas';
import { Failure } from '../../../core/contract/failures.js';
import type { RenderInput } from '../../../core/ports/document-reader.js';
import type { PageImage } from '../../../core/ports/ocr-engine.js';
import { contentKey, type ReaderFile } from '../reader-protocol.js';
import { pageImage } from '../page-image/page-image.js';
import { blankPage, cutOut } from './blank-page.js';
import { drawPicture } from './draw-picture.js';
import { drawTiffPage } from './draw-tiff-page.js';
import { imagePage, type ImageHeader } from './image-page.js';
import { jpegHeader } from './jpeg-header.js';
import { pngHeader } from './png-header.js';
import { withFile, type RandomAccess } from './random-access.js';
import type { TiffDirectory } from './tiff-directories.js';
import { tiffHeader, tiffPages } from './tiff-header.js';

/**
 * A sheet of A4 at 600 dpi has 34.8 million pixels. Unpacked as RGBA they take 139 MB, twice while they are drawn; a
 * larger picture is refused by its header, before anything is allocated.
 */
export const MAX_IMAGE_PIXELS = 36_000_000;

const POINTS_PER_INCH = 72;

type OpenImage =
  | { readonly format: 'picture'; readonly header: ImageHeader }
  | { readonly format: 'tiff'; readonly pages: readonly TiffDirectory[] };

/** One picture file at a time; what its tables say is kept between calls, so that a long fax is walked through once. */
export class OpenImageFile {
  private current: { readonly key: string; readonly image: OpenImage } | undefined;

  /** Errors: `IMAGE_DAMAGED`, and `IMAGE_TOO_LARGE` for a file of one picture. */
  async pageCount(file: ReaderFile): Promise<number> {
    const image = await this.open(file);
    return image.format === 'tiff' ? image.pages.length : 1;
  }

  /** `page`: 1-based. Errors: `IMAGE_DAMAGED`, `IMAGE_TOO_LARGE`. */
  async header(file: ReaderFile, page: number): Promise<ImageHeader> {
    const image = await this.open(file);
    const directory = image.format === 'tiff' ? image.pages[page - 1] : undefined;
    if (image.format === 'picture') return image.header;
    if (!directory) throw new Failure('PAGE_UNREADABLE');
    const header = await withFile(file.path, (bytes) => tiffHeader(bytes, directory));
    refuseTooLarge(header);
    return header;
  }

  /**
   * The page upright on white, at no more than the asked dpi and pixels. Errors: those of {@link header},
   * `IMAGE_UNSUPPORTED`, `PAGE_RENDER_FAILED`.
   */
  async draw(
    file: ReaderFile,
    input: RenderInput,
    finish: (canvas: Canvas, dpi: number) => void = () => undefined,
  ): Promise<PageImage> {
    const header = await this.header(file, input.page);
    const page = imagePage(header);
    const pixels = (page.width * page.height * input.dpi * input.dpi) / (POINTS_PER_INCH * POINTS_PER_INCH);
    const dpi = pixels <= input.maxPixels ? input.dpi : input.dpi * Math.sqrt(input.maxPixels / pixels);
    const image = await this.open(file);
    try {
      const canvas = blankPage(header, dpi);
      if (image.format === 'picture') await drawPicture(file.path, canvas);
      else {
        const directory = image.pages[input.page - 1];
        if (!directory) throw new Failure('PAGE_UNREADABLE');
        await drawTiffPage(file.path, { directory, header, page: canvas });
      }
      finish(canvas, dpi);
      return await pageImage(input.region ? cutOut(canvas, input.region, dpi) : canvas, dpi, input.forReading);
    } catch (cause) {
      throw cause instanceof Failure ? cause : new Failure('PAGE_RENDER_FAILED', { cause });
    }
  }

  private async open(file: ReaderFile): Promise<OpenImage> {
    const key = await contentKey(file);
    if (this.current?.key === key) return this.current.image;
    this.current = undefined;
    const image = await withFile(file.path, openImage);
    this.current = { key, image };
    return image;
  }
}

async function openImage(file: RandomAccess): Promise<OpenImage> {
  const magic = await file.read(0, 2);
  if (magic[0] === 0x49 || magic[0] === 0x4d) {
    const pages = await tiffPages(file);
    if (pages.length === 0) throw new Failure('IMAGE_DAMAGED');
    return { format: 'tiff', pages };
  }
  const header = magic[0] === 0xff ? await jpegHeader(file) : await pngHeader(file);
  refuseTooLarge(header);
  return { format: 'picture', header };
}

function refuseTooLarge({ widthPixels, heightPixels }: ImageHeader): void {
  if (widthPixels * heightPixels > MAX_IMAGE_PIXELS) throw new Failure('IMAGE_TOO_LARGE');
}
