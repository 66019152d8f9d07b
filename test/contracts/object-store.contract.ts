import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FailureCode } from '../../core/contract/failures.js';
import { Failure } from '../../core/contract/failures.js';
import type { ObjectStat, ObjectStore } from '../../core/ports/object-store.js';

export interface ObjectStoreUnderTest {
  readonly store: ObjectStore;
  /** Changes the bytes as they are stored, behind the store's back. */
  tamper(key: string, change: (bytes: Uint8Array) => Uint8Array): Promise<void>;
  /** What unfinished puts left behind: temporary files, open multipart uploads. */
  leftovers(): Promise<string[]>;
  stop(): Promise<void>;
}

const MEBIBYTE = 1024 * 1024;
/** S3's page of a listing, and its bound on the keys of one delete. */
const PAGE_OBJECTS = 1000;

export const HOSTILE_KEYS = [
  '',
  '/etc/passwd',
  '..',
  '../outside',
  'work/../../outside',
  'work/./x',
  'work//x',
  'work/x/',
  'work/..',
  'work\\..\\outside',
  'work/nul\0byte',
  'work/line\nbreak',
  'work/lone\ud800surrogate',
  `work/${'x'.repeat(256)}`,
  `work/${'é'.repeat(128)}`,
  `work/${'x/'.repeat(600)}x`,
];

/** The one suite that every ObjectStore passes; `area` is where its objects go (`work` is sealed, `sources` is not). */
export function objectStoreContract(name: string, area: string, setUp: () => Promise<ObjectStoreUnderTest>): void {
  describe(`ObjectStore: ${name}, ${area}/`, () => {
    let under: ObjectStoreUnderTest;
    let store: ObjectStore;
    let counter = 0;

    beforeAll(async () => {
      under = await setUp();
      store = under.store;
    });
    afterAll(() => under?.stop());

    const newKey = (): string => `${area}/default/object-${++counter}`;
    const newPrefix = (): string => `${area}/default/folder-${++counter}/`;

    it('gives back what was put, with the hash and length of the plain content', async () => {
      const key = newKey();
      const bytes = randomBytes(200_000);
      const ref = await store.put(key, bytes, { contentType: 'application/pdf' });
      expect(ref).toEqual({ key, sha256: sha256(bytes), sizeBytes: bytes.length });
      expect(sha256(await store.get(ref))).toBe(ref.sha256);
      expect(sha256(await readAll(await store.openRead(key)))).toBe(ref.sha256);
    });

    it('takes a stream, also one of 20 MB in uneven chunks', async () => {
      const key = newKey();
      const bytes = randomBytes(20 * MEBIBYTE + 17);
      const ref = await store.put(key, Readable.from(unevenChunks(bytes)));
      expect(ref).toEqual({ key, sha256: sha256(bytes), sizeBytes: bytes.length });
      expect(sha256(await readAll(await store.openRead(key)))).toBe(ref.sha256);
    });

    it.each([
      ['bytes', () => new Uint8Array(0)],
      ['a stream', () => Readable.from([])],
    ])('takes an object of zero bytes as %s', async (_form, empty) => {
      const key = newKey();
      const ref = await store.put(key, empty());
      expect(ref).toEqual({ key, sha256: sha256(new Uint8Array(0)), sizeBytes: 0 });
      expect(await store.get(ref)).toHaveLength(0);
      expect(await readAll(await store.openRead(key))).toHaveLength(0);
      expect(await store.stat(key)).toMatchObject({ key });
    });

    it('replaces an object for concurrent readers at once: each sees one whole state', async () => {
      const key = newKey();
      const states = [randomBytes(700_000), randomBytes(500_001), randomBytes(300_007)] as const;
      const hashes = new Set(states.map(sha256));
      await store.put(key, states[0]);
      let writing = true;
      const writer = (async () => {
        for (let round = 0; round < 12; round++) {
          const state = states[round % states.length] ?? states[0];
          await store.put(key, round % 2 === 0 ? state : Readable.from(unevenChunks(state)));
        }
        writing = false;
      })();
      const seen: string[] = [];
      do seen.push(sha256(await readAll(await store.openRead(key))));
      while (writing);
      await writer;
      expect(seen.filter((hash) => !hashes.has(hash))).toEqual([]);
    });

    it.each([
      ['early', 1],
      ['after 12 MB', 12 * MEBIBYTE],
    ])('leaves the former object when the body fails %s, and nothing else behind', async (_when, failAfterBytes) => {
      const key = newKey();
      const former = Buffer.from('former content');
      const ref = await store.put(key, former);
      const broken = new Error('the client went away');
      await expect(store.put(key, Readable.from(failingBody(failAfterBytes, broken)))).rejects.toBe(broken);
      expect(Buffer.from(await store.get(ref))).toEqual(former);
      expect(await under.leftovers()).toEqual([]);
    });

    it('makes no object when the body of a first put is destroyed', async () => {
      const key = newKey();
      const body = new Readable({ read: () => undefined });
      const put = store.put(key, body);
      body.push(Buffer.alloc(100_000));
      body.destroy(new Error('aborted'));
      await expect(put).rejects.toThrow('aborted');
      expect(await store.stat(key)).toBeNull();
      expect(await under.leftovers()).toEqual([]);
    });

    it.each([
      ['bytes', 10, () => Buffer.alloc(11)],
      ['a small stream', 10, () => Readable.from([Buffer.alloc(6), Buffer.alloc(5)])],
      ['a large stream', 12 * MEBIBYTE, () => Readable.from(unevenChunks(Buffer.alloc(20 * MEBIBYTE)))],
    ])('stops at maxBytes and leaves nothing behind: %s', async (_form, maxBytes, body) => {
      const key = newKey();
      await expect(store.put(key, body(), { maxBytes })).rejects.toSatisfy(isFailure('FILE_TOO_LARGE'));
      expect(await store.stat(key)).toBeNull();
      expect(await under.leftovers()).toEqual([]);
    });

    it('takes exactly maxBytes', async () => {
      const key = newKey();
      const ref = await store.put(key, Readable.from([Buffer.alloc(1000)]), { maxBytes: 1000 });
      expect(ref.sizeBytes).toBe(1000);
    });

    it('says OBJECT_MISSING, or null, for what is not there', async () => {
      const key = newKey();
      const ref = { key, sha256: sha256(Buffer.from('x')), sizeBytes: 1 };
      await expect(store.get(ref)).rejects.toSatisfy(isFailure('OBJECT_MISSING'));
      await expect(store.openRead(key).then(readAll)).rejects.toSatisfy(isFailure('OBJECT_MISSING'));
      await expect(store.copy(key, newKey())).rejects.toSatisfy(isFailure('OBJECT_MISSING'));
      expect(await store.stat(key)).toBeNull();
      // A key above or below an object is no object either.
      await store.put(`${key}/inside`, Buffer.from('x'));
      expect(await store.stat(key)).toBeNull();
      await expect(store.openRead(key).then(readAll)).rejects.toSatisfy(isFailure('OBJECT_MISSING'));
      expect(await store.stat(`${key}/inside/deeper`)).toBeNull();
    });

    it.each<[string, (bytes: Uint8Array) => Uint8Array]>([
      ['a flipped bit', (bytes) => bytes.map((byte, at) => (at === bytes.length >> 1 ? byte ^ 1 : byte))],
      ['a lost end', (bytes) => bytes.subarray(0, bytes.length - 1)],
      ['an added end', (bytes) => Buffer.concat([bytes, Buffer.from([0])])],
      ['nothing left', () => new Uint8Array(0)],
    ])('says OBJECT_CORRUPT for content that changed in the store: %s', async (_what, change) => {
      const ref = await store.put(newKey(), randomBytes(150_000));
      await under.tamper(ref.key, change);
      await expect(store.get(ref)).rejects.toSatisfy(isFailure('OBJECT_CORRUPT'));
    });

    it('says OBJECT_CORRUPT for whole content that is not what the reference says', async () => {
      const ref = await store.put(newKey(), Buffer.from('one'));
      await store.put(ref.key, Buffer.from('two'));
      await expect(store.get(ref)).rejects.toSatisfy(isFailure('OBJECT_CORRUPT'));
    });

    it('copies, replacing the target', async () => {
      const [from, to] = [newKey(), newKey()];
      const ref = await store.put(from, randomBytes(300_000));
      await store.put(to, Buffer.from('former'));
      await store.copy(from, to);
      expect(sha256(await store.get({ ...ref, key: to }))).toBe(ref.sha256);
      expect(sha256(await store.get(ref))).toBe(ref.sha256);
    });

    it('copies between areas', async () => {
      const from = newKey();
      const ref = await store.put(from, randomBytes(100_000));
      for (const other of ['incoming', 'sources', 'work', 'held']) {
        const to = `${other}/default/copy-of-${counter}-from-${area}`;
        await store.copy(from, to);
        expect(sha256(await store.get({ ...ref, key: to }))).toBe(ref.sha256);
        await store.copy(to, from);
        expect(sha256(await store.get(ref))).toBe(ref.sha256);
      }
    });

    it('keeps keys with spaces, plus, percent, quotes and any script apart', async () => {
      const prefix = newPrefix();
      const names = [
        'a b',
        'a+b',
        'a%20b',
        'a%2Fb',
        "it's",
        'x&y<z>"q"',
        '#?=;:@,$!()*',
        'ação',
        '指南',
        '💊',
        '.hidden',
        '...',
      ];
      const refs = await Promise.all(names.map((name) => store.put(prefix + name, Buffer.from(name))));
      for (const [at, ref] of refs.entries()) expect(Buffer.from(await store.get(ref)).toString()).toBe(names[at]);
      expect((await collect(store.list(prefix))).map(({ key }) => key.slice(prefix.length))).toEqual(
        [...names].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
      );
      await store.copy(`${prefix}a%20b`, `${prefix}copy+of a%20b`);
      expect((await readAll(await store.openRead(`${prefix}copy+of a%20b`))).toString()).toBe('a%20b');
      await store.delete(names.map((name) => prefix + name));
      expect((await collect(store.list(prefix))).map(({ key }) => key)).toEqual([`${prefix}copy+of a%20b`]);
    });

    it.each(HOSTILE_KEYS.map((key) => [JSON.stringify(key).slice(0, 40), key]))(
      'refuses the key %s',
      async (_shown, key) => {
        const refused = { name: 'InvalidObjectKey' };
        await expect(store.put(key, Buffer.from('x'))).rejects.toMatchObject(refused);
        await expect(store.openRead(key)).rejects.toMatchObject(refused);
        await expect((async () => store.stat(key))()).rejects.toMatchObject(refused);
        await expect((async () => store.delete([key]))()).rejects.toMatchObject(refused);
        await expect(store.copy(key, newKey())).rejects.toMatchObject(refused);
      },
    );

    it.each(['../', '/etc/', 'work/../../', 'a//b'])('refuses to list %s', async (prefix) => {
      await expect(collect(store.list(prefix))).rejects.toMatchObject({ name: 'InvalidObjectKey' });
    });

    it('lists by the beginning of the whole key, in the order of bytes, with stored sizes', async () => {
      const prefix = newPrefix();
      const names = ['a', 'a-b', 'a.txt', 'ab/c', 'ab/d/e', 'ab0', 'b', 'B', 'é'];
      for (const name of names) await store.put(prefix + name, Buffer.from(name));
      const inOrder = [...names].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
      const listed = await collect(store.list(prefix));
      expect(listed.map(({ key }) => key.slice(prefix.length))).toEqual(inOrder);
      for (const entry of listed) expect(entry.sizeBytes).toBe((await store.stat(entry.key))?.sizeBytes);
      expect(await keysOf(store, `${prefix}a`)).toEqual(
        inOrder.filter((name) => name.startsWith('a')).map((name) => prefix + name),
      );
      expect(await keysOf(store, `${prefix}ab/`)).toEqual([`${prefix}ab/c`, `${prefix}ab/d/e`]);
      expect(await keysOf(store, `${prefix}nothing`)).toEqual([]);
      expect(await keysOf(store, `${prefix}nothing/at/all`)).toEqual([]);
    });

    it('lists and deletes exact multiples of a page, and more than one page', async () => {
      const prefix = newPrefix();
      const keys = Array.from({ length: PAGE_OBJECTS + 1 }, (_, at) => `${prefix}${String(at).padStart(5, '0')}`);
      await inParallel(keys.slice(0, PAGE_OBJECTS), (key) => store.put(key, Buffer.from(key)));
      expect(await keysOf(store, prefix)).toEqual(keys.slice(0, PAGE_OBJECTS));
      await store.put(keys[PAGE_OBJECTS] ?? '', Buffer.from('one more'));
      expect(await keysOf(store, prefix)).toEqual(keys);
      await store.delete([...keys, `${prefix}was-never-there`]);
      expect(await keysOf(store, prefix)).toEqual([]);
    });

    it('deletes nothing for an empty list, and what is gone without complaint', async () => {
      const key = newKey();
      await store.put(key, Buffer.from('x'));
      await store.delete([]);
      await store.delete([key]);
      await store.delete([key]);
      expect(await store.stat(key)).toBeNull();
      await store.put(key, Buffer.from('again'));
      expect(await store.stat(key)).not.toBeNull();
    });

    it('holds still while puts and deletes in one folder meet', async () => {
      const prefix = newPrefix();
      await inParallel(
        Array.from({ length: 60 }, (_, at) => at),
        async (at) => {
          const key = `${prefix}deep/er/${at % 6}`;
          await store.put(key, Buffer.from(String(at)));
          await store.delete([key]);
        },
      );
      expect(await keysOf(store, prefix)).toEqual([]);
    });

    it('lets go of a stream that nobody reads to its end', async () => {
      const key = newKey();
      await store.put(key, randomBytes(5 * MEBIBYTE));
      for (let round = 0; round < 20; round++) {
        const stream = await store.openRead(key);
        if (round % 2 === 0) await stream[Symbol.asyncIterator]().next();
        const closed = new Promise((resolve) => stream.once('close', resolve));
        stream.destroy();
        await closed;
      }
      expect(await readAll(await store.openRead(key))).toHaveLength(5 * MEBIBYTE);
    });
  });
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export async function readAll(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export function isFailure(code: FailureCode): (error: unknown) => boolean {
  return (error) => error instanceof Failure && error.code === code;
}

export function* unevenChunks(bytes: Uint8Array): Generator<Uint8Array> {
  const sizes = [1, 65_536, 100_003, 7, 262_144];
  for (let start = 0, at = 0; start < bytes.length; at++) {
    const end = start + (sizes[at % sizes.length] ?? 1);
    yield bytes.subarray(start, end);
    start = end;
  }
}

async function* failingBody(failAfterBytes: number, error: Error): AsyncGenerator<Uint8Array> {
  for (let sent = 0; sent < failAfterBytes; sent += 65_536) yield Buffer.alloc(Math.min(65_536, failAfterBytes - sent));
  throw error;
}

export async function collect(listing: AsyncIterable<ObjectStat>): Promise<ObjectStat[]> {
  const found: ObjectStat[] = [];
  for await (const entry of listing) found.push(entry);
  return found;
}

async function keysOf(store: ObjectStore, prefix: string): Promise<string[]> {
  return (await collect(store.list(prefix))).map(({ key }) => key);
}

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  const AT_ONCE = 16;
  const queue = [...items];
  const next = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
}
