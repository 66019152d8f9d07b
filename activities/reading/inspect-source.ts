import { Failure } from '../../core/contract/failures.js';
import type { InspectSourceResult, RunRef } from '../../core/contract/ingest-messages.js';
import { isPaged, isRecordFormat } from '../../core/contract/states.js';
import type { ReadingDependencies } from '../dependencies.js';
import { cancellable } from '../heartbeat.js';
import { loadRunContext } from '../run-context.js';
import { openDocument } from './open-document.js';
import { writeInspection } from './source-inspection.js';

/**
 * Tells what a source is and whether there is anything to do. May run twice: `versions.open` returns the same version for
 * the same run and document, withdrawing an original ends in the same place, and the kept inspection is replaced by the
 * same.
 */
export function createInspectSource({ catalog, objects, localFiles, reader, limits }: ReadingDependencies) {
  return async function inspectSource(ref: RunRef): Promise<InspectSourceResult> {
    const { run, collection } = await loadRunContext(catalog, ref);
    await catalog.runs.recordProgress([run.runId], { stage: 'inspect' });
    const labels = { collectionName: collection.name, sourceType: collection.sourceType };

    const file = await cancellable((signal) =>
      localFiles.withLocalCopy(run.object, (path) =>
        reader.inspect(path, { deadlineMs: limits.readDeadlineMs, signal, sha256: run.object.sha256 }),
      ),
    );
    if (isRecordFormat(file.format)) return { shape: 'records', ...labels };

    const pageCount = file.pageCount ?? 0;
    if (pageCount > limits.maxPages) throw new Failure('TOO_MANY_PAGES', { detail: `pages=${pageCount}` });
    if (isPaged(file.format) && pageCount === 0) throw new Failure('NO_TEXT_FOUND', { detail: 'pages=0' });

    const opened = await openDocument({ catalog, objects, localFiles, run, collection, pageCount });
    if (opened.outcome !== 'open') return { shape: 'settled', ...labels };

    const version = { documentId: opened.documentId, versionId: opened.versionId };
    if (isPaged(file.format)) await writeInspection(objects, { ...ref, versionId: opened.versionId }, file);
    if (run.reread) return { shape: 'reread', version, pageCount, ...labels };
    return isPaged(file.format)
      ? { shape: 'paged', version, pageCount, ...labels }
      : { shape: 'text', version, format: file.format, ...labels };
  };
}
