import type { BatchRef, InspectSourceResult, RecognisePagesResult, RunRef } from '../core/contract/ingest-messages.js';
import type { ObjectRef } from '../core/contract/object-ref.js';
import { reading, recognising } from './activity-options.js';
import type { IngestState } from './ingest-state.js';

/** Pages of text layer an activity: about a second of parsing, and what a killed worker repeats at most. */
const PAGES_PER_BATCH = 25;
/** Pages of OCR an activity: 10–20 s of one core; a killed worker repeats at most these. */
const OCR_PAGES_PER_BATCH = 4;

type PagedSource = Extract<InspectSourceResult, { shape: 'paged' }>;

/**
 * Reads a document page by page: the text layer in batches, and by OCR those pages that need it. A page that fails is
 * tried once more alone and then stands in the ledger as failed; it never takes its neighbours with it.
 */
export async function readPagedDocument(run: RunRef, source: PagedSource, state: IngestState): Promise<BatchRef> {
  const { versionId } = source.version;
  const artefacts: ObjectRef[] = [];

  for (let from = 1, next; from <= source.pageCount; from = next) {
    state.enter('extract');
    const to = Math.min(from + PAGES_PER_BATCH - 1, source.pageCount);
    const read = await reading.readPages({ ...run, versionId, from, to });
    const { pages, toRecognise } = read;
    // Slow pages: what was read is kept, and the next call goes on behind it.
    next = read.next ?? to + 1;
    artefacts.push(pages);
    state.pagesDone(next - from - toRecognise.length);

    if (toRecognise.length > 0) state.enter('ocr');
    const recognised = await Promise.all(
      batches(toRecognise, OCR_PAGES_PER_BATCH).map((batch) => recogniseBatch(run, versionId, batch, state)),
    );
    artefacts.push(...recognised.flat());
  }

  state.enter('extract');
  return reading.assembleDocument({ ...run, version: source.version, pages: artefacts });
}

async function recogniseBatch(
  run: RunRef,
  versionId: string,
  pages: readonly number[],
  state: IngestState,
): Promise<ObjectRef[]> {
  const together: RecognisePagesResult = await recognising.recognisePages({ ...run, versionId, pages, lastTry: false });
  const artefacts = [together.pages];
  for (const page of together.failed) {
    const alone = await recognising.recognisePages({ ...run, versionId, pages: [page], lastTry: true });
    artefacts.push(alone.pages);
  }
  state.pagesDone(pages.length);
  return artefacts;
}

function batches<Item>(items: readonly Item[], size: number): Item[][] {
  const cut: Item[][] = [];
  for (let start = 0; start < items.length; start += size) cut.push(items.slice(start, start + size));
  return cut;
}
