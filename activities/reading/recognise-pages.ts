import { Failure, type FailureCode } from '../../core/contract/failures.js';
import type { RecognisePagesInput, RecognisePagesResult } from '../../core/contract/ingest-messages.js';
import { PAGE_REASONS } from '../../core/reading/recognition/page-decision.js';
import { ocrLanguagesFor } from '../../core/reading/recognition/ocr-languages.js';
import { ocrPageReading } from '../../core/reading/recognition/ocr-blocks.js';
import type { PageReading, PageRecord } from '../../core/contract/reading.js';
import { padded, writePart } from '../artefacts.js';
import type { OcrDependencies } from '../dependencies.js';
import { cancellable } from '../heartbeat.js';
import { ledgerRow } from './ledger-row.js';
import { recognisePage, WHOLE_PAGE } from './recognise-page.js';
import { recognisePictures } from './recognise-pictures.js';
import { loadRunContext } from '../run-context.js';

/** What makes one page fail and not its document: everything else (a store, a database) is the activity's own trouble. */
const PAGE_FAILURES: ReadonlySet<FailureCode> = new Set<FailureCode>([
  'OCR_FAILED',
  'PAGE_RENDER_FAILED',
  'PAGE_UNREADABLE',
  'IMAGE_DAMAGED',
  'IMAGE_TOO_LARGE',
  'IMAGE_UNSUPPORTED',
  'PARSER_TIMEOUT',
  'PARSER_OUT_OF_MEMORY',
  'PARSER_CRASHED',
]);

/**
 * Past this the pages of a batch that were not begun are handed back, each for a call of its own. With the longest that one page
 * may take (drawing and reading it, 2 minutes each, and as much for another look) a call stays below its 15 minutes.
 */
const BATCH_BUDGET_MS = 5 * 60_000;

/**
 * Draws pages, or the pictures on pages that have a text layer, and reads them by OCR, one after the other: the task
 * queue's slots are what runs in parallel. A page that fails is handed back for a try of its own and on the last try goes
 * into the ledger as failed, or with a picture unread; its neighbours stand. May run twice: artefact and ledger rows are
 * replaced.
 */
export function createRecognisePages({
  catalog,
  objects,
  localFiles,
  reader,
  limits,
  ocr,
  ocrLanguages,
}: OcrDependencies) {
  const ocrDeps = { reader, ocr };
  return async function recognisePages(input: RecognisePagesInput): Promise<RecognisePagesResult> {
    const { run, collection } = await loadRunContext(catalog, input);
    // Those of the page before: pages of one document are mostly in one language.
    let languages = ocrLanguagesFor(collection.language, ocrLanguages);
    await catalog.runs.recordProgress([run.runId], { stage: 'ocr' });
    // Why each page goes to OCR, its size and its first scores stand in the ledger since its text layer was looked at.
    const ledger = new Map((await catalog.versions.pages(input.versionId)).map((record) => [record.page, record]));
    const read: PageReading[] = [];
    const endsAt = Date.now() + BATCH_BUDGET_MS;
    const failed: number[] = [];
    // Their text layers were read and stand; the ledger says what is missing.
    const unreadPictures: PageRecord[] = [];

    await cancellable((signal) =>
      localFiles.withLocalCopy(run.object, async (path) => {
        const within = { deadlineMs: limits.readDeadlineMs, signal, sha256: run.object.sha256 };
        const recognise = async (record: PageRecord): Promise<PageReading> => {
          const { page, reason, scores, width, height } = record;
          if (record.outcome === 'native') {
            return recognisePictures({
              page,
              path,
              draw: WHOLE_PAGE,
              ...ocrDeps,
              limits: within,
              ocrLanguages: languages,
            });
          }
          const recognised = await recognisePage({
            reader,
            ocr,
            path,
            page,
            languages,
            available: ocrLanguages,
            limits: within,
          });
          languages = recognised.languages;
          return ocrPageReading({ page, ...recognised, width, height, reason, scores });
        };
        for (const page of input.pages) {
          const record = ledger.get(page);
          if (!record) throw new Error('a page goes to OCR that is not in the ledger');
          if (Date.now() >= endsAt && !input.lastTry) {
            failed.push(page);
            continue;
          }
          try {
            read.push(await recognise(record));
          } catch (error) {
            signal.throwIfAborted();
            if (!(error instanceof Failure) || !PAGE_FAILURES.has(error.code)) throw error;
            if (!input.lastTry) failed.push(page);
            else if (record.outcome === 'native') unreadPictures.push(withUnreadPicture(record));
            else read.push(failedPage(record, error));
          }
        }
      }),
    );

    const first = input.pages[0] ?? 0;
    const artefact = await writePart(objects, input, `ocr-${padded(first)}${input.lastTry ? '-alone' : ''}`, read);
    await catalog.versions.recordPages(input.versionId, [...read.map(ledgerRow), ...unreadPictures]);
    return { pages: artefact, failed };
  };
}

/** Its text layer stands; what was said of it besides stays. */
function withUnreadPicture(record: PageRecord): PageRecord {
  return { ...record, reason: record.reason.replace(PAGE_REASONS.textLayer, PAGE_REASONS.pictureUnread) };
}

/** An error never becomes content: a failed page has a reason and no blocks. */
function failedPage(record: PageRecord, failure: Failure): PageReading {
  return { ...record, outcome: 'failed', reason: failure.sentence, failureCode: failure.code, blocks: [] };
}
