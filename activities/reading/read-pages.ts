import { Failure } from '../../core/contract/failures.js';
import type { ReadPagesInput, ReadPagesResult } from '../../core/contract/ingest-messages.js';
import { padded, writePart } from '../artefacts.js';
import type { ReadingDependencies } from '../dependencies.js';
import { cancellable } from '../heartbeat.js';
import { ledgerRow } from './ledger-row.js';
import { loadRunContext } from '../run-context.js';

/**
 * Reads the text layer of a batch of pages (a picture has none), decides for each page between text layer and OCR, and
 * writes the decision into the ledger. May run twice: artefact and ledger rows are replaced by the same content.
 */
export function createReadPages({ catalog, objects, localFiles, reader, limits }: ReadingDependencies) {
  return async function readPages(input: ReadPagesInput): Promise<ReadPagesResult> {
    const { run } = await loadRunContext(catalog, input);
    const { from, to } = input;
    const pages = await cancellable((signal) =>
      localFiles.withLocalCopy(run.object, (path) =>
        reader.readPages(path, { from, to }, { deadlineMs: limits.readDeadlineMs, signal, sha256: run.object.sha256 }),
      ),
    );
    const next = from + pages.length;
    if (next === from) throw new Failure('PAGE_UNREADABLE', { detail: `page=${from}, no answer` });
    const artefact = await writePart(objects, input, `pages-${padded(from)}`, pages);
    await catalog.versions.recordPages(input.versionId, pages.map(ledgerRow));
    return {
      pages: artefact,
      toRecognise: pages.filter((page) => page.outcome === 'pending' || page.pictures).map((page) => page.page),
      ...(next <= to ? { next } : {}),
    };
  };
}
