import type { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FailureCode } from '../../core/contract/failures.js';
import { Failure } from '../../core/contract/failures.js';
import type { ListedSource, SourceStore } from '../../core/ports/source-store.js';

/** A bucket or folder of its own for each test, and the ways in which a team changes what is in it. */
export interface SourcesUnderTest {
  readonly store: SourceStore;
  /** A new, empty location that ends with a slash. */
  newLocation(): Promise<string>;
  /** `name` is relative to the location and as people write it, not encoded. */
  put(location: string, name: string, content: string): Promise<void>;
  remove(location: string, name: string): Promise<void>;
  /** The URI under which the store lists a name. */
  uriOf(location: string, name: string): string;
  /** What is no content there: markers of folders, links and the like. */
  putClutter(location: string): Promise<void>;
  /** The same location in a bucket or folder that does not exist. */
  missingLocation(): string;
  stop(): Promise<void>;
}

/** In the order of their bytes. */
export const HOSTILE_NAMES = [
  ' leading space.md',
  '%2e%2e.md',
  '%zz.md',
  '+plus+.md',
  'Dots...md',
  'Upper.md',
  'a b/c d.md',
  'a"b\'c<d>&.md',
  'a+b/%20.md',
  'a?b#c=d.md',
  'a\\b.md',
  'back\nline.md',
  'tab\there.md',
  'ä.md',
  'ä/ö.md',
  '漢字.md',
  '😀.md',
];

/** The one suite that every SourceStore passes. */
export function sourceStoreContract(name: string, setUp: () => Promise<SourcesUnderTest>): void {
  describe(`SourceStore: ${name}`, () => {
    let under: SourcesUnderTest;
    let store: SourceStore;

    beforeAll(async () => {
      under = await setUp();
      store = under.store;
    });
    afterAll(() => under?.stop());

    const filled = async (names: readonly string[]): Promise<string> => {
      const location = await under.newLocation();
      for (const each of names) await under.put(location, each, `content of ${each}`);
      return location;
    };
    const nested = ['a', 'a-b', 'a.b', 'b/a', 'b/z/c', 'b-c', 'c/d/e', 'c/d-e', 'd'];

    it.each([1, 2, 3, 8, 9, 10, 1000])('lists each source on exactly one page, %d a page', async (limit) => {
      const location = await filled(nested);
      const pages = await allPages(store, location, limit);
      const uris = pages.flat().map((source) => source.uri);
      expect(uris.toSorted()).toEqual(nested.map((each) => under.uriOf(location, each)).toSorted());
      expect(new Set(uris).size).toBe(nested.length);
      expect(Math.max(...pages.map((page) => page.length))).toBeLessThanOrEqual(limit);
    });

    it('tells size and an etag that changes with the content', async () => {
      const location = await filled(['a.md']);
      const [before] = await list(store, location);
      expect(before).toMatchObject({ uri: under.uriOf(location, 'a.md'), sizeBytes: 'content of a.md'.length });
      expect(await list(store, location)).toEqual([before]);
      expect(await store.stat(before?.uri ?? '')).toEqual(before);
      await under.put(location, 'a.md', 'content of A.md');
      const [after] = await list(store, location);
      expect(after?.sizeBytes).toBe(before?.sizeBytes);
      expect(after?.etag).not.toBe(before?.etag);
    });

    it('goes on after a page as the location is then: nothing lost, nothing twice', async () => {
      const location = await filled(['a', 'c', 'e', 'g']);
      const first = await store.listPage(location, { after: null, limit: 2 });
      await under.put(location, 'b', 'came where the listing has been');
      await under.put(location, 'd', 'came where the listing goes');
      await under.remove(location, 'c');
      await under.remove(location, 'e');
      const rest = await allPages(store, location, 2, first.next);
      const uris = [...first.sources, ...rest.flat()].map((source) => source.uri);
      expect(uris).toEqual(['a', 'c', 'd', 'g'].map((each) => under.uriOf(location, each)));
    });

    it('lists an empty location as empty', async () => {
      expect(await store.listPage(await under.newLocation(), { after: null, limit: 10 })).toEqual({
        sources: [],
        next: null,
      });
    });

    it('lists a thousand and one on two pages', async () => {
      const names = Array.from({ length: 1001 }, (_, index) => `folder ${index % 7}/${index}.md`);
      const location = await under.newLocation();
      for (let from = 0; from < names.length; from += 50) {
        await Promise.all(names.slice(from, from + 50).map((each) => under.put(location, each, 'x')));
      }
      const pages = await allPages(store, location, 1000);
      expect(pages.map((page) => page.length)).toEqual([1000, 1]);
      expect(new Set(pages.flat().map((source) => source.uri)).size).toBe(1001);
    });

    it('takes names as people write them, one a page, and opens each', async () => {
      const location = await filled(HOSTILE_NAMES);
      const sources = (await allPages(store, location, 1)).flat();
      expect(sources.map((source) => source.uri).toSorted()).toEqual(
        HOSTILE_NAMES.map((each) => under.uriOf(location, each)).toSorted(),
      );
      for (const each of HOSTILE_NAMES) {
        const source = await store.stat(under.uriOf(location, each));
        expect(sources).toContainEqual(source);
        expect(await readText(await store.openRead(source))).toBe(`content of ${each}`);
      }
    });

    it('keeps to the folder: not what only begins alike', async () => {
      const location = await filled(['who/a', 'who-old/b', 'who.md', 'whom/c']);
      const found = await list(store, under.uriOf(location, 'who') + '/');
      expect(found.map((source) => source.uri)).toEqual([under.uriOf(location, 'who/a')]);
    });

    it('leaves out what is no content, also where it ends or fills a page', async () => {
      const location = await filled(['b.md', 'z.md', '.hidden', '.git/config', 'b/.cache/x', '~lock']);
      await under.putClutter(location);
      for (const limit of [1, 2, 1000]) {
        const names = (await allPages(store, location, limit)).flat().map((source) => source.uri);
        expect(names).toEqual(['b.md', 'z.md', '~lock'].map((each) => under.uriOf(location, each)));
      }
    });

    it('says that a bucket or folder is not there, instead of listing it as empty', async () => {
      const missing = store.listPage(under.missingLocation(), { after: null, limit: 10 });
      await expect(missing).rejects.toSatisfy(isFailure('SOURCE_MISSING'));
    });

    it('says that an object is not there', async () => {
      const location = await under.newLocation();
      const uri = under.uriOf(location, 'nothing.md');
      await expect(store.stat(uri)).rejects.toSatisfy(isFailure('SOURCE_MISSING'));
      await expect(store.openRead({ uri, etag: 'any' })).rejects.toSatisfy(isFailure('SOURCE_MISSING'));
    });

    it('does not open what was changed or removed since it was listed', async () => {
      const location = await filled(['a.md', 'b.md']);
      const [a, b] = await list(store, location);
      if (!a || !b) throw new Error('two were listed');
      await under.put(location, 'a.md', 'content of A.md');
      await under.remove(location, 'b.md');
      await expect(store.openRead(a)).rejects.toSatisfy(isFailure('SOURCE_CHANGED'));
      await expect(store.openRead(b)).rejects.toSatisfy(isFailure('SOURCE_MISSING'));
      expect(await readText(await store.openRead(await store.stat(a.uri)))).toBe('content of A.md');
    });

    it('refuses what is no location of its kind', async () => {
      for (const uri of ['nonsense', 'file:///a/../b', 's3://', 'https://example.org/a']) {
        const options = { after: null, limit: 1 };
        await expect(store.listPage(uri, options)).rejects.toSatisfy(isFailure('SOURCE_LOCATION_INVALID'));
        await expect(store.stat(uri)).rejects.toSatisfy(isFailure('SOURCE_LOCATION_INVALID'));
      }
    });

    it('opens an object whose stream nobody reads, and lets go of it', async () => {
      const location = await filled(['a.md']);
      const [source] = await list(store, location);
      if (!source) throw new Error('one was listed');
      const stream = await store.openRead(source);
      stream.destroy();
      expect(await readText(await store.openRead(source))).toBe('content of a.md');
    });
  });
}

export async function list(store: SourceStore, location: string): Promise<ListedSource[]> {
  return (await allPages(store, location, 1000)).flat();
}

export async function allPages(
  store: SourceStore,
  location: string,
  limit: number,
  from: string | null = null,
): Promise<ListedSource[][]> {
  const pages: ListedSource[][] = [];
  for (let after = from; ;) {
    const page = await store.listPage(location, { after, limit });
    pages.push([...page.sources]);
    if (page.next === null) return pages.filter((each) => each.length > 0);
    after = page.next;
  }
}

export async function readText(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

export function isFailure(code: FailureCode): (error: unknown) => boolean {
  return (error) => error instanceof Failure && error.code === code;
}
