import { Failure, type FailureCode } from '../../../core/contract/failures.js';
import type { DrawPassageInput, RenderInput } from '../../../core/ports/document-reader.js';
import { PAGE_REASONS } from '../../../core/reading/recognition/page-decision.js';
import type { PageReading } from '../../../core/contract/reading.js';
import { markPassage } from '../pdf/draw-passage.js';
import { failedPage } from '../pdf/isolate-pages.js';
import type { Operation, PagesInput, ReaderFile } from '../reader-protocol.js';
import { imagePage } from './image-page.js';
import { OpenImageFile } from './open-image-file.js';

/** What the child for pictures can do: every picture, and every directory of a TIFF file, is a page that goes to OCR. */
export function imageOperations(): Record<string, Operation> {
  // pdfjs, which decodes the pages of TIFF files, drops promises of damaged objects; every call ends by its own.
  process.on('unhandledRejection', () => undefined);
  const image = new OpenImageFile();
  return {
    inspectImage: async (file) => ({ pageCount: await image.pageCount(file), metadata: {} }),
    readImagePages: async (file, input, emit) => {
      const { from, to, native, budgetMs } = input as PagesInput;
      const last = Math.min(to, await image.pageCount(file));
      await emit(null);
      const endsAt = Date.now() + budgetMs;
      for (let page = from; page <= last; page++) {
        if (page > from && Date.now() >= endsAt) break;
        await emit(await pageOf(image, file, { page, native }));
      }
      return null;
    },
    drawImagePassage: (file, input) => {
      const passage = input as DrawPassageInput;
      return image.draw(file, passage, (canvas, dpi) => markPassage(canvas, passage.boxes, dpi));
    },
    renderImagePage: (file, input) => image.draw(file, input as RenderInput),
  };
}

const OF_THE_PAGE: ReadonlySet<FailureCode> = new Set(['IMAGE_DAMAGED', 'IMAGE_TOO_LARGE', 'PAGE_UNREADABLE']);

async function pageOf(
  image: OpenImageFile,
  file: ReaderFile,
  { page, native }: { page: number; native: boolean },
): Promise<PageReading> {
  try {
    const { width, height } = imagePage(await image.header(file, page));
    if (native) return { ...failedPage(page, 'PAGE_UNREADABLE', { width, height }), reason: PAGE_REASONS.pictureOnly };
    const scores = { textCoverage: 0, imageArea: 1 };
    return { page, outcome: 'pending', reason: PAGE_REASONS.picture, scores, width, height, blocks: [] };
  } catch (error) {
    if (error instanceof Failure && OF_THE_PAGE.has(error.code)) {
      return { ...failedPage(page, error.code), reason: error.sentence };
    }
    throw error;
  }
}
