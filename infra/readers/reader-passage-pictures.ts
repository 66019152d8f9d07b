import type { DocumentReader } from '../../core/ports/document-reader.js';
import type { LocalFiles } from '../../core/ports/local-files.js';
import type { PassagePicture, PassagePictures } from '../../core/ports/passage-pictures.js';

/** A page at 110 dpi takes 0.1–0.5 s; nobody looks at an answer for longer than this. */
const DEADLINE_MS = 20_000;
/** A4 at 200 dpi is 3.9 million. */
const MAX_PIXELS = 8_000_000;

/** Draws in the reader's child processes, from local copies of the originals. */
export class ReaderPassagePictures implements PassagePictures {
  constructor(
    private readonly reader: Pick<DocumentReader, 'drawPassage' | 'close'>,
    private readonly localFiles: LocalFiles,
  ) {}

  async draw({ object, page, boxes, dpi }: PassagePicture, signal?: AbortSignal): Promise<Uint8Array> {
    const image = await this.localFiles.withLocalCopy(object, (path) =>
      this.reader.drawPassage(
        path,
        { page, boxes, dpi, maxPixels: MAX_PIXELS },
        { deadlineMs: DEADLINE_MS, sha256: object.sha256, ...(signal ? { signal } : {}) },
      ),
    );
    return image.bytes;
  }

  close(): Promise<void> {
    return this.reader.close();
  }
}
