import { Failure } from '../core/contract/failures.js';
import type { CarryPagesInput, ReadPagesResult } from '../core/contract/ingest-messages.js';
import { PAGE_REASONS } from '../core/reading/page-decision.js';
import type { PageReading } from '../core/reading/reading.js';
import { writeArtefact } from './artefacts.js';
import type { ReadingDependencies } from './dependencies.js';
import { withHeartbeat } from './heartbeat.js';
import { readManifestPages } from './page-manifest.js';
import { loadRunContext } from './run-context.js';

/**
 * Carries the pages of the version before over into a new one, all but the page that is read again: by its text layer at
 * once, or by OCR in the next activity. May run twice: artefact and ledger rows are replaced by the same content.
 * Errors: `PAGES_GONE`; those of the reader.
 */
export function createCarryPages({ catalog, objects, localFiles, reader, limits }: ReadingDependencies) {
  return async function carryPages(input: CarryPagesInput): Promise<ReadPagesResult> {
    const { run } = await loadRunContext(catalog, input);
    const { reread } = run;
    if (!reread) throw new Error('the run reads the whole source');
    return withHeartbeat(async (signal) => {
      const base = { organizationId: input.organizationId, runId: reread.baseRunId };
      const carried = await readManifestPages(objects, base);
      const former = carried.get(reread.page);
      if (!former) throw new Failure('PAGES_GONE', { detail: `page=${reread.page}` });
      carried.set(reread.page, reread.method === 'ocr' ? awaitingOcr(former) : await readNative(signal));

      const pages = [...carried.values()].sort((a, b) => a.page - b.page);
      const artefact = await writeArtefact(objects, input, 'carried', pages);
      await catalog.versions.recordPages(
        input.versionId,
        pages.map(({ blocks: _blocks, ...record }) => record),
      );
      return { pages: artefact, toRecognise: reread.method === 'ocr' ? [reread.page] : [] };
    });

    async function readNative(signal: AbortSignal): Promise<PageReading> {
      const [page] = await localFiles.withLocalCopy(run.object, (path) =>
        reader.readPages(
          path,
          { from: reread?.page ?? 0, to: reread?.page ?? 0, native: true },
          { deadlineMs: limits.readDeadlineMs, signal },
        ),
      );
      if (!page) throw new Failure('PAGE_UNREADABLE');
      return page;
    }
  };
}

function awaitingOcr({ page, scores, width, height }: PageReading): PageReading {
  return { page, outcome: 'pending', reason: PAGE_REASONS.askedOcr, scores, width, height, blocks: [] };
}
