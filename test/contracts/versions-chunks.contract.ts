import { describe, expect, it } from 'vitest';
import {
  acceptRun,
  type CatalogUnderTest,
  chunksOf,
  ingest,
  makeVersion,
  newCollection,
  openVersion,
  publish,
  scopeOf,
  sha256,
} from './catalog-world.js';

/** What a version is searched and cited by: its chunks and their embeddings. */
export function versionChunksContract(world: () => CatalogUnderTest): void {
  describe('chunks', () => {
    it('are stored once, whatever is saved twice, and keep their ids in the next version', async () => {
      const { catalog, pool } = world();
      const collection = await newCollection(world());
      const run = await acceptRun(world(), collection, { slot: 's' });
      const version = await openVersion(world(), run);
      const input = { paragraphs: ['same', 'same', 'other'] };
      await makeVersion(world(), run, version, input);
      await makeVersion(world(), run, version, input);
      await publish(world(), run, [version.versionId]);
      await makeVersion(world(), run, version, { paragraphs: ['too late'] });
      const scope = scopeOf(collection);
      const first = await catalog.documents.chunks(scope, version.documentId);
      expect(first?.map((chunk) => [chunk.ordinal, chunk.text])).toEqual([
        [0, 'same'],
        [1, 'same'],
        [2, 'other'],
      ]);
      expect(new Set(first?.map((chunk) => chunk.chunkId)).size).toBe(3);
      await ingest(world(), collection, { slot: 's', paragraphs: ['new', 'same', 'other'] });
      const second = await catalog.documents.chunks(scope, version.documentId);
      expect(second?.slice(1).map((chunk) => chunk.chunkId)).toEqual([first?.[0]?.chunkId, first?.[2]?.chunkId]);
      const postings = await pool.query<{ postings: number; words: number }>(
        `select count(*) as postings, sum(cardinality(c.words)) / count(*) as words
         from knowledge.lexical_postings p cross join unnest(p.postings) posting
         join knowledge.chunks c on c.chunk_no = posting >> 23
         where c.document_id = $1 and c.text = 'same' group by c.chunk_no`,
        [version.documentId],
      );
      for (const row of postings.rows) expect(Number(row.postings)).toBe(Number(row.words));
    });

    it('keep text that Postgres would refuse, at the same offsets', async () => {
      const { catalog } = world();
      const collection = await newCollection(world());
      const { version } = await ingest(world(), collection, {
        paragraphs: ['dose \0 0.5\u00a0mg \ud800 of "x" \\ {y}'],
        sectionPath: ['A "quoted" \\ heading, {braced}'],
        metadata: { title: 'nul \0 title', authors: ['O\'Neil, "Shaq"', 'NULL'] },
      });
      const [chunk] = (await catalog.documents.chunks(scopeOf(collection), version.documentId)) ?? [];
      expect(chunk?.text).toBe('dose \ufffd 0.5\u00a0mg \ufffd of "x" \\ {y}');
      expect(chunk?.anchor).toMatchObject({
        start: 0,
        end: chunk?.text.length,
        sectionPath: ['A "quoted" \\ heading, {braced}'],
      });
      const view = await catalog.documents.get(scopeOf(collection), version.documentId);
      expect(view).toMatchObject({ title: 'nul \ufffd title', authors: ['O\'Neil, "Shaq"', 'NULL'] });
    });

    it('carry their anchors', async () => {
      const { catalog } = world();
      const collection = await newCollection(world());
      const run = await acceptRun(world(), collection);
      const version = await openVersion(world(), run);
      const metadata = { title: 'T', pmid: '123', doi: '10.1/x' };
      await makeVersion(world(), run, version, { paragraphs: ['x'], metadata });
      const grade = { strength: 'strong', certainty: null, direction: 'against', asWritten: '3: "Harm"' } as const;
      const recommendations = [{ ...grade, start: 0, end: 6 }];
      const boxes = [{ page: 2, x: 1.5, y: 2, width: 3, height: 4 }];
      const [chunk] = chunksOf(['placed'], ['Methods', 'Doses']);
      if (!chunk) throw new Error('no chunk');
      await catalog.versions.saveChunks(run.organizationId, [
        {
          ...version,
          chunks: [
            { ...chunk, pages: [2, 3], boxes, tableHeader: 'Age | Dose', markdown: '| Age | Dose |', recommendations },
          ],
          text: 'placed',
        },
      ]);
      await publish(world(), run, [version.versionId]);
      const [placed] = (await catalog.documents.chunks(scopeOf(collection), version.documentId)) ?? [];
      expect(placed).toMatchObject({
        title: 'T',
        tableHeader: 'Age | Dose',
        markdown: '| Age | Dose |',
        recommendations,
        version: { versionId: version.versionId, number: 1 },
        anchor: {
          sha256: run.object.sha256,
          pages: [2, 3],
          boxes,
          start: 0,
          end: 6,
          sectionPath: ['Methods', 'Doses'],
          pmid: '123',
          doi: '10.1/x',
        },
      });
    });
  });

  describe('embeddings', () => {
    const model = { name: 'mini', revision: 'r', dimensions: 3, maxTokens: 64 };

    it('are pending until their vector is there, shortest first', async () => {
      const { catalog, vectorIndex } = world();
      const collection = await newCollection(world());
      const run = await acceptRun(world(), collection);
      const version = await openVersion(world(), run);
      await makeVersion(world(), run, version, { paragraphs: ['three words here', 'one', 'two words'] });
      const spec = await catalog.collections.ensureVectorIndex(run.organizationId, run.collectionId, model);
      const pending = () => catalog.versions.pendingEmbeddings(spec, [version.versionId], 2);
      expect((await pending()).map((chunk) => chunk.input)).toEqual(['one', 'two words']);
      await vectorIndex.prepare(spec);
      const first = await pending();
      expect(first.map((chunk) => chunk.inputSha256)).toEqual([sha256('one'), sha256('two words')]);
      await vectorIndex.insert(
        spec,
        first.map((chunk) => ({ ...chunk, vector: Float32Array.of(1, 0, 0) })),
      );
      expect((await pending()).map((chunk) => chunk.input)).toEqual(['three words here']);
    });

    it('are cached by organization and model, bit by bit', async () => {
      const { versions } = world().catalog;
      const { organizationId } = await newCollection(world());
      const items = [
        { inputSha256: sha256('a'), vector: Float32Array.of(0.1, -1e-7, 3) },
        { inputSha256: sha256('b'), vector: Float32Array.of(1, 2, 3) },
      ];
      await versions.cacheEmbeddings(organizationId, 'mini@r/3', items);
      await versions.cacheEmbeddings(
        organizationId,
        'mini@r/3',
        items.map((item) => ({ ...item, vector: Float32Array.of(9, 9, 9) })),
      );
      const asked = [sha256('a'), sha256('b'), sha256('c')];
      const cached = await versions.cachedEmbeddings(organizationId, 'mini@r/3', asked);
      expect(cached).toEqual(new Map(items.map((item) => [item.inputSha256, item.vector])));
      expect((await versions.cachedEmbeddings(organizationId, 'other', asked)).size).toBe(0);
      expect((await versions.cachedEmbeddings('somebody-else', 'mini@r/3', asked)).size).toBe(0);
    });
  });
}
