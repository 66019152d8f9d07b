import type { BatchRef, InspectSourceResult, RunRef } from '../core/contract/ingest-messages.js';
import { reading, recognising } from './activity-options.js';
import type { IngestState } from './ingest-state.js';

type RereadSource = Extract<InspectSourceResult, { shape: 'reread' }>;

/** A new version of a document with one page read again and all others as they were. */
export async function rereadPage(run: RunRef, source: RereadSource, state: IngestState): Promise<BatchRef> {
  const { versionId } = source.version;
  state.enter('extract');
  const { pages, toRecognise } = await reading.carryPages({ ...run, versionId });
  const artefacts = [pages];
  state.pagesDone(source.pageCount - toRecognise.length);
  if (toRecognise.length > 0) {
    state.enter('ocr');
    const recognised = await recognising.recognisePages({ ...run, versionId, pages: toRecognise, lastTry: true });
    artefacts.push(recognised.pages);
    state.pagesDone(toRecognise.length);
  }
  state.enter('extract');
  return reading.assembleDocument({ ...run, version: source.version, pages: artefacts });
}
