import type { BatchRef, ReadTextInput } from '../../core/contract/ingest-messages.js';
import type { ReadingDependencies } from '../dependencies.js';
import { cancellable } from '../heartbeat.js';
import { loadRunContext } from '../run-context.js';
import { writeDocumentBatch } from './document-batch.js';

/** Reads a document without pages. May run twice: it replaces its own artefact. */
export function createReadText({ catalog, objects, localFiles, reader, limits }: ReadingDependencies) {
  return async function readText(input: ReadTextInput): Promise<BatchRef> {
    const { run, collection } = await loadRunContext(catalog, input);
    const reading = await cancellable((signal) =>
      localFiles.withLocalCopy(run.object, (path) =>
        reader.readText(path, input.format, { deadlineMs: limits.readDeadlineMs, signal, sha256: run.object.sha256 }),
      ),
    );
    return writeDocumentBatch({ objects, run, collection, version: input.version, reading });
  };
}
