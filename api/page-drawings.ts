import type { FastifyReply } from 'fastify';
import { Failure, type FailureCode } from '../core/contract/failures.js';
import type { PassagePicture, PassagePictures } from '../core/ports/passage-pictures.js';
import type { ObjectStore } from '../core/ports/object-store.js';
import { ApiError } from './errors.js';
import { PictureQueue } from './picture-queue.js';
import { requireOriginal } from './upload/require-original.js';

/** Read at arm's length on a screen. */
const DEFAULT_DPI = 110;

/** A queue of pages is drawn in about this time. */
const RETRY_AFTER_SECONDS = 5;

const UNDRAWABLE: ReadonlySet<FailureCode> = new Set<FailureCode>([
  'PAGE_RENDER_FAILED',
  'PARSER_CRASHED',
  'PARSER_OUT_OF_MEMORY',
  'PARSER_TIMEOUT',
]);

/** Answers requests with pictures of pages; one queue for all routes, as there is one process that draws. */
export class PageDrawings {
  readonly #queue = new PictureQueue();

  constructor(private readonly deps: { readonly objects: ObjectStore; readonly pictures: PassagePictures }) {}

  /** Errors: `ORIGINAL_HELD`, `ORIGINAL_GONE`, `PAGE_UNDRAWABLE`, `PICTURES_BUSY`; `STORE_UNAVAILABLE`. */
  async answer(
    reply: FastifyReply,
    { object, page, boxes, dpi = DEFAULT_DPI }: Omit<PassagePicture, 'dpi'> & { readonly dpi?: number | undefined },
  ): Promise<FastifyReply> {
    await requireOriginal(this.deps.objects, object);
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    try {
      const png = await this.#queue.take(gone.signal, () =>
        this.deps.pictures.draw({ object, page, boxes, dpi }, gone.signal),
      );
      return await reply.type('image/png').send(Buffer.from(png));
    } catch (error) {
      // The line is closed: there is nobody to answer, and nothing went wrong.
      if (gone.signal.aborted) return reply.hijack();
      if (error instanceof ApiError && error.code === 'PICTURES_BUSY') {
        reply.header('retry-after', String(RETRY_AFTER_SECONDS));
      }
      const cannot = error instanceof Failure && UNDRAWABLE.has(error.code);
      throw cannot ? new ApiError('PAGE_UNDRAWABLE') : error;
    }
  }
}
