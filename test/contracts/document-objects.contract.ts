import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { runPrefix, versionPrefix } from '../../core/contract/object-keys.js';
import type { Run } from '../../core/ports/run-catalog.js';
import type { OpenVersionItem } from '../../core/ports/version-catalog.js';
import {
  acceptRun,
  type CatalogUnderTest,
  ingest,
  newCollection,
  openVersion,
  scopeOf,
  sha256,
} from './catalog-world.js';

/** What `DocumentCatalog.objects` promises. */
export function documentObjectsContract(world: () => CatalogUnderTest): void {
  describe('objects of a document', () => {
    const item = (externalId: string, recordIndex: number): OpenVersionItem => ({
      externalId,
      fingerprint: sha256(`${externalId} ${randomUUID()}`),
      recordIndex,
      pageCount: 0,
    });

    it('are those of all runs of its source, also of one that never came as far as a version', async () => {
      const { catalog } = world();
      const collection = await newCollection(world());
      const first = await ingest(world(), collection, { slot: 's', paragraphs: ['one'] });
      const unread = await acceptRun(world(), collection, { slot: 's', bytes: 'not a document' });
      await catalog.runs.relocateObject(first.run.runId, `held/${collection.organizationId}/s`);
      await ingest(world(), collection, { slot: 'other', paragraphs: ['a neighbour'] });

      const { organizationId } = collection;
      const objects = await catalog.documents.objects(organizationId, first.version.documentId);
      expect(objects).toEqual({
        keys: expect.toSatisfy(
          (keys: string[]) =>
            [...keys].sort().join() ===
            [
              `sources/${organizationId}/s`,
              `held/${organizationId}/s`,
              unread.object.key,
              unread.object.key.replace(/^sources/, 'held'),
              `held/${organizationId}/${first.run.runId}/${first.version.versionId}.json`,
              `held/${organizationId}/${first.run.runId}/${first.version.versionId}.decision.json`,
            ]
              .sort()
              .join(),
        ) as string[],
        prefixes: expect.arrayContaining([
          runPrefix(first.run),
          runPrefix(unread),
          versionPrefix({ ...first.run, versionId: first.version.versionId }),
        ]) as string[],
        sharedOriginals: [],
        batchPrefixes: [],
      });
    });

    it('are, of a file of many records, its own readings; the original is shared', async () => {
      const { catalog } = world();
      const collection = await newCollection(world());
      const open = async (run: Run) => catalog.versions.open({ ...run, items: [item('pmid:1', 0), item('pmid:2', 1)] });
      const run = await acceptRun(world(), collection, { slot: 'records' });
      const [one] = await open(run);
      const { organizationId } = collection;
      const objects = await catalog.documents.objects(organizationId, one?.documentId ?? '');
      expect(objects).toEqual({
        keys: ['json', 'decision.json'].map((end) => `held/${organizationId}/${run.runId}/${one?.versionId}.${end}`),
        prefixes: [versionPrefix({ ...run, versionId: one?.versionId ?? '' })],
        sharedOriginals: [run.object.key, run.object.key.replace(/^sources/, 'held')],
        batchPrefixes: [`work/${organizationId}/${run.runId}/records-`],
      });
    });

    it('stay known after the document was deleted, and are no other organization’s to ask for', async () => {
      const { catalog } = world();
      const collection = await newCollection(world());
      const run = await acceptRun(world(), collection);
      const { documentId } = await openVersion(world(), run);
      const before = await catalog.documents.objects(collection.organizationId, documentId);
      await catalog.documents.delete(scopeOf(collection), documentId, 'test');
      expect(await catalog.documents.objects(collection.organizationId, documentId)).toEqual(before);
      expect(await catalog.documents.objects('default', documentId)).toBeNull();
      expect(await catalog.documents.objects(collection.organizationId, randomUUID())).toBeNull();
      expect(await catalog.documents.objects(collection.organizationId, 'no id')).toBeNull();
    });
  });
}
