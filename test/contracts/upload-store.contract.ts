import { uploadPrefix } from '../../core/contract/object-keys.js';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Failure } from '../../core/contract/failures.js';
import type { ObjectStore } from '../../core/ports/object-store.js';
import { type PlannedPart, type UploadRef, type UploadStore } from '../../core/ports/upload-store.js';

export interface UploadStoreUnderTest {
  readonly store: UploadStore;
  /** The object store that the same place is seen through. */
  readonly objects: ObjectStore;
  /** Uploads that are neither assembled nor removed: names of open multipart uploads. */
  leftovers(): Promise<string[]>;
  stop(): Promise<void>;
}

/** S3 takes no smaller part, but for the last. */
const PART_BYTES = 5 * 1024 * 1024;

/** The one suite that every UploadStore passes. */
export function uploadStoreContract(name: string, setUp: () => Promise<UploadStoreUnderTest>): void {
  describe(`UploadStore: ${name}`, () => {
    let under: UploadStoreUnderTest;
    let store: UploadStore;
    beforeAll(async () => {
      under = await setUp();
      store = under.store;
    });
    afterAll(() => under?.stop());

    const bytes = randomBytes(2 * PART_BYTES + 17);
    const parts: PlannedPart[] = [
      { number: 1, sizeBytes: PART_BYTES },
      { number: 2, sizeBytes: PART_BYTES },
      { number: 3, sizeBytes: 17 },
    ];
    const bytesOf = ({ number, sizeBytes }: PlannedPart): Buffer =>
      bytes.subarray((number - 1) * PART_BYTES, (number - 1) * PART_BYTES + sizeBytes);

    async function open(): Promise<UploadRef> {
      const upload = { organizationId: 'default', uploadId: randomUUID() };
      return { ...upload, handle: await store.open(upload) };
    }

    /** As a client does it: to the part's address where there is one. */
    async function send(upload: UploadRef, part: PlannedPart, content = bytesOf(part)): Promise<void> {
      const urls = await store.partUrls(upload, [part], new Date(Date.now() + 60_000));
      if (!urls) return store.putPart(upload, part, Readable.from([content]));
      const answer = await fetch(urls[0] ?? '', { method: 'PUT', body: new Uint8Array(content) });
      if (!answer.ok) throw new Error(`answered ${answer.status}: ${await answer.text()}`);
    }

    async function everything(upload: UploadRef): Promise<string[]> {
      const keys: string[] = [];
      for await (const { key } of under.objects.list(uploadPrefix(upload))) keys.push(key);
      return keys;
    }

    it('puts parts together that came in any order, some of them twice', async () => {
      const upload = await open();
      expect(await store.storedParts(upload)).toEqual({ assembled: false, parts: [] });
      for (const part of [parts[2], parts[0], parts[2], parts[1], parts[0]]) await send(upload, part as PlannedPart);
      expect(await store.storedParts(upload)).toEqual({ assembled: false, parts });
      const key = await store.assemble(upload, 3);
      expect(key.startsWith(uploadPrefix(upload))).toBe(true);
      const hash = createHash('sha256');
      for await (const chunk of await under.objects.openRead(key)) hash.update(chunk as Buffer);
      expect(hash.digest('hex')).toBe(createHash('sha256').update(bytes).digest('hex'));
      expect((await store.storedParts(upload)).assembled).toBe(true);
      // The answer may have got lost.
      expect(await store.assemble(upload, 3)).toBe(key);
      await store.remove(upload);
      expect(await everything(upload)).toEqual([]);
    });

    it('takes the last of two versions of a part', async () => {
      const upload = await open();
      const part = { number: 1, sizeBytes: 5 };
      await send(upload, part, Buffer.from('wrong'));
      await send(upload, part, Buffer.from('right'));
      const chunks: Buffer[] = [];
      for await (const chunk of await under.objects.openRead(await store.assemble(upload, 1)))
        chunks.push(chunk as Buffer);
      expect(Buffer.concat(chunks).toString()).toBe('right');
    });

    it.each([
      ['shorter', 16],
      ['longer', 18],
    ])('refuses a part that is %s than announced, and keeps nothing of it', async (_name, size) => {
      const upload = await open();
      await expect(send(upload, { number: 1, sizeBytes: 17 }, randomBytes(size))).rejects.toThrow();
      expect(await store.storedParts(upload)).toEqual({ assembled: false, parts: [] });
    });

    it('keeps nothing of a part that breaks off', async () => {
      const upload = await open();
      async function* broken(): AsyncGenerator<Buffer> {
        yield randomBytes(1000);
        throw new Error('the line dropped');
      }
      const part = { number: 1, sizeBytes: 5000 };
      await expect(store.putPart(upload, part, Readable.from(broken()))).rejects.toThrow();
      expect(await store.storedParts(upload)).toEqual({ assembled: false, parts: [] });
    });

    it('takes a part by way of ourselves, too', async () => {
      const upload = await open();
      await store.putPart(upload, { number: 1, sizeBytes: 17 }, Readable.from([bytes.subarray(0, 17)]));
      expect(await store.storedParts(upload)).toEqual({ assembled: false, parts: [{ number: 1, sizeBytes: 17 }] });
    });

    it('does not put together what is incomplete', async () => {
      const upload = await open();
      await send(upload, parts[0] as PlannedPart);
      await expect(store.assemble(upload, 3)).rejects.toSatisfy(isMissing);
      expect((await store.storedParts(upload)).assembled).toBe(false);
    });

    it('removes all that is there of an upload, whatever is known of it', async () => {
      const [begun, sent, unrecorded] = [await open(), await open(), await open()];
      await send(sent, parts[2] as PlannedPart);
      await send(unrecorded, parts[2] as PlannedPart);
      for (const upload of [begun, sent, { ...unrecorded, handle: null }]) {
        await store.remove(upload);
        await store.remove(upload);
      }
      for (const upload of [begun, sent, unrecorded]) expect(await everything(upload)).toEqual([]);
      const left = await under.leftovers();
      expect(left.filter((key) => [begun, sent, unrecorded].some(({ uploadId }) => key.includes(uploadId)))).toEqual(
        [],
      );
      await expect(store.assemble(sent, 1)).rejects.toSatisfy(isMissing);
    });

    it('keeps uploads apart', async () => {
      const [first, second] = [await open(), await open()];
      await send(first, parts[2] as PlannedPart);
      expect((await store.storedParts(second)).parts).toEqual([]);
      await store.remove(second);
      expect((await store.storedParts(first)).parts).toHaveLength(1);
    });
  });
}

function isMissing(error: unknown): boolean {
  return error instanceof Failure && error.code === 'OBJECT_MISSING';
}
