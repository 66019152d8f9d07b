import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Collection } from '../../core/ports/collection-catalog.js';
import type { AcceptSourceInput } from '../../core/ports/run-catalog.js';
import type { NewUpload } from '../../core/ports/upload-catalog.js';
import { type CatalogUnderTest, newCollection, sha256 } from './catalog-world.js';

export function uploadCatalogContract(world: () => CatalogUnderTest): void {
  describe('uploads', () => {
    const uploadTo = (collection: Collection, changes: Partial<NewUpload> = {}): NewUpload => ({
      uploadId: randomUUID(),
      organizationId: collection.organizationId,
      collectionId: collection.collectionId,
      keyId: 'key-1',
      fileName: 'large.pdf',
      metadata: { externalId: 'large', custom: { year: 2024 } },
      urgent: true,
      sizeBytes: 5 * 1024 ** 3,
      partSizeBytes: 16 * 1024 ** 2,
      sha256: sha256('large'),
      expiresAt: new Date(Date.now() + 3_600_000),
      ...changes,
    });

    const sourceOf = ({ uploadId, organizationId, collectionId, metadata }: NewUpload): AcceptSourceInput => ({
      organizationId,
      collectionId,
      sourceKey: 'upload:large',
      fileName: 'large.pdf',
      object: { key: `sources/${organizationId}/${uploadId}`, sha256: sha256('large'), sizeBytes: 5 },
      metadata,
      actor: 'key-1',
    });

    it('are there for the key that began them, until they expire', async () => {
      const { uploads } = world().catalog;
      const collection = await newCollection(world());
      const upload = uploadTo(collection);
      expect(await uploads.create(upload, 10)).toBe(true);
      const get = (organizationId: string, keyId: string) => uploads.get(organizationId, keyId, upload.uploadId);
      const { organizationId } = upload;
      const expected = { ...upload, collectionName: collection.name, handle: null, runId: null };
      expect(await get(organizationId, 'key-1')).toEqual(expected);
      await uploads.opened(upload.uploadId, 'handle-1');
      expect(await get(organizationId, 'key-1')).toEqual({ ...expected, handle: 'handle-1' });
      expect(await get(organizationId, 'key-2')).toBeNull();
      expect(await get('somebody-else', 'key-1')).toBeNull();
      expect(await uploads.get(organizationId, 'key-1', 'no uuid')).toBeNull();

      const expired = uploadTo(collection, { expiresAt: new Date(Date.now() - 1000) });
      await uploads.create(expired, 10);
      expect(await uploads.get(organizationId, 'key-1', expired.uploadId)).toBeNull();
      const listed = await uploads.listExpired(new Date(), 1_000_000);
      const own = listed.filter((one) => one.organizationId === organizationId);
      expect(own.map(({ uploadId }) => uploadId)).toEqual([expired.uploadId]);
      await uploads.remove(upload.uploadId);
      await uploads.remove(upload.uploadId);
      expect(await get(organizationId, 'key-1')).toBeNull();
    });

    it('are bounded for each key; completed ones do not count', async () => {
      const { uploads } = world().catalog;
      const collection = await newCollection(world());
      const [first, second, third] = [uploadTo(collection), uploadTo(collection), uploadTo(collection)];
      expect([await uploads.create(first, 2), await uploads.create(second, 2)]).toEqual([true, true]);
      expect(await uploads.create(third, 2)).toBe(false);
      expect(await uploads.create({ ...third, keyId: 'key-2' }, 2)).toBe(true);
      await uploads.accept(first.uploadId, sourceOf(first));
      expect(await uploads.create(uploadTo(collection), 2)).toBe(true);
    });

    it('become one run, however often and at once they are accepted, also after it ended', async () => {
      const { uploads, runs } = world().catalog;
      const collection = await newCollection(world());
      const upload = uploadTo(collection);
      await uploads.create(upload, 10);
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => uploads.accept(upload.uploadId, sourceOf(upload))),
      );
      const runIds = new Set(answers.map((accepted) => accepted?.run.runId));
      expect(runIds.size).toBe(1);
      expect(answers.filter((accepted) => accepted?.joined === false)).toHaveLength(1);
      const [runId = ''] = runIds;
      await runs.finish([{ runId, state: 'published' }]);
      expect((await uploads.accept(upload.uploadId, sourceOf(upload)))?.run.runId).toBe(runId);
      expect((await uploads.get(upload.organizationId, 'key-1', upload.uploadId))?.runId).toBe(runId);
      await uploads.remove(upload.uploadId);
      expect(await uploads.accept(upload.uploadId, sourceOf(upload))).toBeNull();
    });

    it('join the run of the same bytes that is under way, as any upload does', async () => {
      const { uploads, runs } = world().catalog;
      const collection = await newCollection(world());
      const [first, second] = [uploadTo(collection), uploadTo(collection)];
      await uploads.create(first, 10);
      await uploads.create(second, 10);
      const { run } = await runs.accept(sourceOf(first));
      const joined = await uploads.accept(second.uploadId, sourceOf(second));
      expect(joined).toMatchObject({ joined: true, run: { runId: run.runId, object: { key: run.object.key } } });
    });
  });
}
