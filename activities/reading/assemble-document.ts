import type { AssembleDocumentInput, BatchRef } from '../../core/contract/ingest-messages.js';
import { assemblePages } from '../../core/reading/assemble-pages.js';
import type { PageReading } from '../../core/contract/reading.js';
import { readArtefact } from '../artefacts.js';
import { computeOn } from '../computing.js';
import { writePageManifest } from './page-manifest.js';
import { readInspection } from './source-inspection.js';
import type { ReadingDependencies } from '../dependencies.js';
import { writeDocumentBatch } from './document-batch.js';
import { cancellable } from '../heartbeat.js';
import { loadRunContext } from '../run-context.js';

/** Puts the pages of a document together. May run twice: it reads artefacts and replaces its own. */
export function createAssembleDocument({ catalog, objects, localFiles, reader, limits }: ReadingDependencies) {
  return async function assembleDocument(input: AssembleDocumentInput): Promise<BatchRef> {
    const { run, collection } = await loadRunContext(catalog, input);
    return cancellable(async (signal) => {
      const place = { ...run, versionId: input.version.versionId };
      const { metadata, outline, claimedLanguage } =
        (await readInspection(objects, place)) ??
        (await localFiles.withLocalCopy(run.object, (path) =>
          reader.inspect(path, { deadlineMs: limits.readDeadlineMs, signal, sha256: run.object.sha256 }),
        ));
      const byPage = new Map<number, PageReading>();
      for (const ref of input.pages) {
        for (const page of await readArtefact<PageReading[]>(objects, ref)) byPage.set(page.page, page);
      }
      await writePageManifest(objects, place, input.pages);
      const pages = [...byPage.values()].sort((a, b) => a.page - b.page);
      const reading = await computeOn(input.version.versionId, () =>
        assemblePages(pages, metadata, outline ? { outline } : {}),
      );
      return writeDocumentBatch({ objects, run, collection, version: input.version, reading, claimedLanguage });
    });
  };
}
