import type { AssembleDocumentInput, BatchRef } from '../../core/contract/ingest-messages.js';
import { assemblePages } from '../../core/reading/assemble-pages.js';
import type { PageReading, UnseenText } from '../../core/contract/reading.js';
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
      const { metadata, outline, claimedLanguage, properties } =
        (await readInspection(objects, place)) ??
        (await localFiles.withLocalCopy(run.object, (path) =>
          reader.inspect(path, { deadlineMs: limits.readDeadlineMs, signal, sha256: run.object.sha256 }),
        ));
      const byPage = new Map<number, PageReading>();
      for (const ref of input.pages) {
        for (const page of await readArtefact<PageReading[]>(objects, ref)) {
          // What the text layer hides stays known of a page that was then read by recognition.
          const unseen = page.unseen ?? byPage.get(page.page)?.unseen;
          byPage.set(page.page, unseen ? { ...page, unseen } : page);
        }
      }
      await writePageManifest(objects, place, input.pages);
      const pages = [...byPage.values()].sort((a, b) => a.page - b.page);
      const assembled = await computeOn(input.version.versionId, () =>
        assemblePages(pages, metadata, outline ? { outline } : {}),
      );
      const ofFile = (properties ?? []).map((text): UnseenText => ({ from: 'property', text }));
      const unseen = [...(assembled.unseen ?? []), ...ofFile];
      const reading = unseen.length > 0 ? { ...assembled, unseen } : assembled;
      return writeDocumentBatch({ objects, run, collection, version: input.version, reading, claimedLanguage });
    });
  };
}
