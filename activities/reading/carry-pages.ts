import { Failure } from '../../core/contract/failures.js';
import type { OrganizationId } from '../../core/contract/ids.js';
import type { CarryPagesInput, ReadPagesResult } from '../../core/contract/ingest-messages.js';
import type { Reread, Run } from '../../core/ports/run-catalog.js';
import { PAGE_REASONS } from '../../core/reading/recognition/page-decision.js';
import type { PageReading } from '../../core/contract/reading.js';
import { writePart } from '../artefacts.js';
import type { ReadingDependencies } from '../dependencies.js';
import { cancellable } from '../heartbeat.js';
import { ledgerRow } from './ledger-row.js';
import { readManifestPages } from './page-manifest.js';
import { loadRunContext } from '../run-context.js';

/**
 * Starts a new version in which one page is read again. All other pages are copied from the version before. The one page
 * is read here where its text layer is asked for; where OCR is asked for, it stays `pending` for the next activity. May
 * run twice: artefact and ledger rows are replaced by the same content. Errors: `PAGES_GONE`; those of the reader.
 */
export function createCarryPages({ catalog, objects, localFiles, reader, limits }: ReadingDependencies) {
  return async function carryPages(input: CarryPagesInput): Promise<ReadPagesResult> {
    const { run } = await loadRunContext(catalog, input);
    const { reread } = run;
    if (!reread) throw new Error('the run reads the whole source');
    return cancellable(async (signal) => {
      const pages = await formerPages(input.organizationId, reread);
      const position = pages.findIndex(({ page }) => page === reread.page);
      const former = pages[position];
      if (!former) throw new Failure('PAGES_GONE', { detail: `page=${reread.page}` });
      pages[position] = reread.method === 'ocr' ? awaitingOcr(former) : await readNative(run, reread.page, signal);

      const artefact = await writePart(objects, input, 'carried', pages);
      await catalog.versions.recordPages(input.versionId, pages.map(ledgerRow));
      return { pages: artefact, toRecognise: reread.method === 'ocr' ? [reread.page] : [] };
    });
  };

  /**
   * The pages of the version before, ascending. Their content comes from its artefacts, their outcome from its ledger: the
   * ledger alone knows that a picture on a page could not be read.
   */
  async function formerPages(organizationId: OrganizationId, reread: Reread): Promise<PageReading[]> {
    const { baseRunId: runId, baseVersionId: versionId } = reread;
    const read = await readManifestPages(objects, { organizationId, runId, versionId });
    const ledger = await catalog.versions.pages(versionId);
    return ledger.map((record) => {
      const page = read.get(record.page);
      if (!page) throw new Failure('PAGES_GONE', { detail: `page=${record.page}` });
      return { ...page, ...record };
    });
  }

  async function readNative({ object }: Run, page: number, signal: AbortSignal): Promise<PageReading> {
    const [read] = await localFiles.withLocalCopy(object, (path) =>
      reader.readPages(
        path,
        { from: page, to: page, native: true },
        { deadlineMs: limits.readDeadlineMs, signal, sha256: object.sha256 },
      ),
    );
    if (!read) throw new Failure('PAGE_UNREADABLE');
    return read;
  }
}

/** The page as OCR will find it. Where a part of the scan is missing, its new reason keeps saying so. */
function awaitingOcr({ page, reason: former, scores, width, height }: PageReading): PageReading {
  const { askedOcr, cutOff } = PAGE_REASONS;
  const reason = former.includes(cutOff) ? `${askedOcr}; ${cutOff}` : askedOcr;
  return { page, outcome: 'pending', reason, scores, width, height, blocks: [] };
}
