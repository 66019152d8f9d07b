import { describe, expect, it } from 'vitest';
import { type CatalogUnderTest, findTexts, ingest, newCollection, scopeOf, searchWords } from './catalog-world.js';

/** BM25 as the port states it, over a handful of texts: k1 1.2, b 0.75, Lucene's IDF. */
function bm25(query: readonly string[], texts: readonly (readonly string[])[]): number[] {
  const mean = texts.reduce((sum, text) => sum + text.length, 0) / texts.length;
  return texts.map((text) =>
    query.reduce((score, term) => {
      const frequency = text.filter((word) => word === term).length;
      const df = texts.filter((other) => other.includes(term)).length;
      const idf = Math.log(1 + (texts.length - df + 0.5) / (df + 0.5));
      return score + (idf * frequency) / (frequency + 1.2 * (0.25 + (0.75 * text.length) / mean));
    }, 0),
  );
}

export function lexicalIndexContract(world: () => CatalogUnderTest): void {
  describe('lexical search', () => {
    const texts = ['zinc zinc iron', 'zinc copper', 'gold', 'iron iron iron gold copper silver'];

    it('knows a word in all of its spellings as one, and counts those that it does not know', async () => {
      const { catalog } = world();
      const collection = await newCollection(world());
      const spellings = [
        'TNF-α rises',
        'TNF-alpha falls',
        'give 5 µg',
        'give 5 mcg',
        'see https://doi.org/10.1056/NEJM15',
      ];
      for (const text of spellings) await ingest(world(), collection, { paragraphs: [text] });
      const scope = scopeOf(collection);
      const found = async (question: string) => (await findTexts(world(), scope, question)).sort();
      const [inGreek, inLatin, sign, letters, address] = spellings;
      for (const question of ['TNF-α', 'TNF-alpha', 'TNF alpha'])
        expect(await found(question)).toEqual([inLatin, inGreek]);
      for (const question of ['µg', 'μg', 'mcg']) expect(await found(question)).toEqual([letters, sign]);
      expect(await found('doi 10.1056/NEJM15')).toEqual([address]);
      const query = await catalog.lexical.analyse(scope, 'What is TNF-α unobtainium, or xenon?');
      expect(query.unknownTerms).toBe(2);
      expect(query.terms.find((term) => term.documentFrequency === 2)?.termKeys).toHaveLength(2);
      expect((await catalog.lexical.analyse(scope, 'what is the?')).unknownTerms).toBe(0);
    });

    it('scores by BM25', async () => {
      const { catalog } = world();
      const collection = await newCollection(world());
      for (const text of texts) await ingest(world(), collection, { paragraphs: [text] });
      const scope = scopeOf(collection);
      const hits = await searchWords(catalog, scope, 'zinc, silver or IRON unobtainium?', {}, 10);
      const found = await catalog.documents.liveChunks(
        scope,
        hits.map((hit) => hit.chunkId),
      );
      const expected = bm25(
        ['zinc', 'silver', 'iron'],
        texts.map((text) => text.split(' ')),
      )
        .map((score, at) => ({ score, text: texts[at] }))
        .filter((entry) => entry.score > 0)
        .sort((a, b) => b.score - a.score);
      expect(found.map((chunk) => chunk.text)).toEqual(expected.map((entry) => entry.text));
      hits.forEach((hit, at) => expect(hit.score).toBeCloseTo(expected[at]?.score ?? NaN, 6));
      expect(await searchWords(catalog, scope, 'zinc', {}, 1)).toEqual([
        expect.objectContaining({ chunkId: hits.find((_, at) => found[at]?.text === texts[0])?.chunkId }),
      ]);
    });

    it.each(['', '   ', 'the of and', '🙂', 'unobtainium', '\0', "'); drop table x; --", '& | ! <-> :*'])(
      'finds nothing, and breaks nothing, for %o',
      async (query) => {
        const collection = await newCollection(world());
        await ingest(world(), collection, { paragraphs: ['zinc'] });
        expect(await findTexts(world(), scopeOf(collection), query)).toEqual([]);
      },
    );

    it('tells which known words of a question a chunk holds, and how rare they are', async () => {
      const { catalog } = world();
      const collection = await newCollection(world());
      const chunkIds: string[] = [];
      for (const text of texts) {
        const { version } = await ingest(world(), collection, { paragraphs: [text] });
        const chunks = (await catalog.documents.chunks(scopeOf(collection), version.documentId)) ?? [];
        chunkIds.push(...chunks.map((chunk) => chunk.chunkId));
      }
      const query = await catalog.lexical.analyse(scopeOf(collection), 'zinc, SILVER or irons unobtainium?');
      // Silver is in one of four, iron and zinc in two each, and of equally rare ones the order is that of the alphabet.
      const idf = (frequency: number) => Math.log(1 + (4 - frequency + 0.5) / (frequency + 0.5));
      expect(query).toMatchObject({ liveChunks: 4, meanLength: 3 });
      expect(query.terms.map((term) => term.documentFrequency)).toEqual([1, 2, 2]);
      query.terms.forEach((term, at) => expect(term.inverseDocumentFrequency).toBeCloseTo(idf(at === 0 ? 1 : 2), 9));
      const expected = [[1, 2], [2], undefined, [0, 1]];
      const hits = await catalog.lexical.search(scopeOf(collection), query, {}, 10);
      const held = new Map(hits.map((hit) => [hit.chunkId, hit.held]));
      expect(chunkIds.map((chunkId) => held.get(chunkId))).toEqual(expected);

      const asked = [...chunkIds, 'no uuid'];
      const seen = await catalog.candidates.visible(scopeOf(collection), {}, asked, query);
      expect(chunkIds.map((chunkId) => seen.get(chunkId))).toEqual(expected.map((terms) => terms ?? []));
      const unasked = await catalog.candidates.visible(scopeOf(collection), {}, asked);
      expect(unasked).toEqual(new Map(chunkIds.map((chunkId) => [chunkId, []])));
      const nobody = await newCollection(world());
      expect(await catalog.candidates.visible(scopeOf(nobody), {}, asked, query)).toEqual(new Map());

      const unknown = await catalog.lexical.analyse(scopeOf(collection), 'the unobtainium');
      expect(unknown.terms).toEqual([]);
      expect(await catalog.lexical.search(scopeOf(collection), unknown, {}, 10)).toEqual([]);
    });

    it('is a bag of words: a natural question finds what has some of them', async () => {
      const collection = await newCollection(world());
      await ingest(world(), collection, {
        paragraphs: ['Metformin is started at 500 mg twice daily.', 'Side effects of insulin.'],
      });
      const found = await findTexts(
        world(),
        scopeOf(collection),
        'What is the starting dose of metformin for my grandmother?',
      );
      expect(found[0]).toBe('Metformin is started at 500 mg twice daily.');
    });

    it('stems by the collection’s language, also after it was changed', async () => {
      const { catalog } = world();
      const collection = await newCollection(world(), { language: 'pt' });
      await ingest(world(), collection, { paragraphs: ['tratamentos da hipertensão arterial'], language: 'pt' });
      expect(await findTexts(world(), scopeOf(collection), 'tratamento')).toHaveLength(1);
      await catalog.collections.update(scopeOf(collection), collection.name, { language: 'en' }, 'key-1');
      await ingest(world(), collection, { paragraphs: ['treatments of hypertension'] });
      expect(await findTexts(world(), scopeOf(collection), 'tratamento')).toHaveLength(1);
      expect(await findTexts(world(), scopeOf(collection), 'treatment')).toHaveLength(1);
    });

    const configsOf = async (collectionId: string) => {
      const { rows } = await world().pool.query<{ text_configs: string[] }>(
        'select text_configs from knowledge.collections where collection_id = $1',
        [collectionId],
      );
      return rows[0]?.text_configs;
    };

    it('stems each document by its own language, and queries by those of what was published', async () => {
      const english = await newCollection(world());
      const mixed = await newCollection(world(), {}, english.organizationId);
      const portuguese = 'Todo idoso hipertenso é reavaliado.';
      for (const collection of [english, mixed]) {
        await ingest(world(), collection, { paragraphs: ['treatments of hypertension'] });
      }
      await ingest(world(), mixed, { paragraphs: [portuguese], language: 'pt' });
      expect(await findTexts(world(), scopeOf(mixed), 'hipertensas')).toEqual([portuguese]);
      expect(await findTexts(world(), scopeOf(mixed), 'reavaliação', { languages: ['pt'] })).toEqual([portuguese]);
      expect(await findTexts(world(), scopeOf(mixed), 'hipertensas', { languages: ['en'] })).toEqual([]);
      expect(await findTexts(world(), scopeOf(mixed), 'treatment')).toHaveLength(2);
      expect(await configsOf(mixed.collectionId)).toEqual(['english', 'portuguese']);
      expect(await configsOf(english.collectionId)).toEqual(['english']);
    });

    it('stems a text anew that turns out to be in another language, and forgets the former reading', async () => {
      const { catalog, pool } = world();
      const collection = await newCollection(world());
      const scope = scopeOf(collection);
      const paragraphs = ['tratamentos dos hipertensos'];
      const frequencies = async () => {
        const { rows } = await pool.query<{ term: string; document_frequency: number }>(
          `select coalesce(word, term_key::text) as term, document_frequency from knowledge.lexical_terms
           left join unnest(array['hipertens', 'tratament']) word
             on knowledge.term_key($1, word) = term_key
           where collection_id = $1 and document_frequency > 0 order by 1`,
          [collection.collectionId],
        );
        return Object.fromEntries(rows.map((row) => [row.term, row.document_frequency]));
      };
      const idOf = async (documentId: string) => (await catalog.documents.chunks(scope, documentId))?.[0]?.chunkId;
      const first = await ingest(world(), collection, { slot: 's', paragraphs });
      const before = await frequencies();
      const id = await idOf(first.version.documentId);
      expect(await findTexts(world(), scope, 'hipertensas')).toEqual([]);

      await ingest(world(), collection, { slot: 's', paragraphs, language: 'pt', metadata: { publishedOn: '2020' } });
      expect(await findTexts(world(), scope, 'hipertensas')).toEqual(paragraphs);
      expect(await frequencies()).toEqual({ hipertens: 1, tratament: 1 });
      expect(await idOf(first.version.documentId)).not.toBe(id);

      await ingest(world(), collection, { slot: 's', paragraphs, metadata: { publishedOn: '2021' } });
      expect(await findTexts(world(), scope, 'hipertensas')).toEqual([]);
      expect(await frequencies()).toEqual(before);
      expect(await idOf(first.version.documentId)).toBe(id);
    });

    it('searches the prefix along with the text', async () => {
      const { catalog } = world();
      const collection = await newCollection(world());
      const { run, version } = await ingest(world(), collection, { slot: 's', paragraphs: ['x'] });
      const next = await ingest(world(), collection, { slot: 's', paragraphs: ['y'] });
      expect(next.version.documentId).toBe(version.documentId);
      const third = await catalog.runs.accept({
        organizationId: run.organizationId,
        collectionId: run.collectionId,
        sourceKey: 'upload:s',
        fileName: 's.md',
        object: { ...run.object, sha256: 'f'.repeat(64) },
        metadata: { custom: {} },
        actor: 'key-1',
      });
      const items = [{ externalId: 's.md', fingerprint: 'p', recordIndex: 0, pageCount: 0 }];
      const [opened] = await catalog.versions.open({ ...third.run, items });
      if (!opened) throw new Error('no version was opened');
      const { versionId, documentId } = opened;
      await catalog.versions.recordScreening([{ versionId, phiStatus: 'clear', findings: [] }]);
      const chunk = {
        ordinal: 0,
        text: 'Twice daily.',
        prefix: 'Warfarin > Dosage\n',
        start: 0,
        end: 12,
        tokenCount: 9,
      };
      const chunks = [{ ...chunk, sectionPath: ['Dosage'], pages: [], boxes: [] }];
      await catalog.versions.saveChunks(run.organizationId, [{ versionId, documentId, text: 'Twice daily.', chunks }]);
      await catalog.versions.publish(run.organizationId, run.collectionId, [versionId]);
      expect(await findTexts(world(), scopeOf(collection), 'warfarin')).toEqual(['Twice daily.']);
    });

    it('keeps organizations apart, in hits and in statistics', async () => {
      const [mine, theirs] = [await newCollection(world()), await newCollection(world())];
      for (const text of texts) await ingest(world(), mine, { paragraphs: [text] });
      const search = () => searchWords(world().catalog, scopeOf(mine), 'zinc gold', {}, 10);
      const before = await search();
      await ingest(world(), theirs, { paragraphs: Array.from({ length: 20 }, (_, at) => `zinc number ${at}`) });
      expect(await search()).toEqual(before);
      const stolen = { ...scopeOf(theirs), collections: [mine.collectionId] };
      expect(await searchWords(world().catalog, stolen, 'zinc', {}, 10)).toEqual([]);
    });

    it('searches the collections in scope, and counts only those', async () => {
      const { catalog } = world();
      const one = await newCollection(world());
      const two = await newCollection(world(), { language: 'pt' }, one.organizationId);
      for (const text of texts) await ingest(world(), one, { paragraphs: [text] });
      const narrow = { ...scopeOf(one), collections: [one.collectionId] };
      const alone = await searchWords(catalog, narrow, 'zinc', {}, 10);
      await ingest(world(), two, { paragraphs: ['zinc', 'zinc e ferro'] });
      expect(await searchWords(catalog, narrow, 'zinc', {}, 10)).toEqual(alone);
      const both = await searchWords(catalog, scopeOf(one), 'zinc', {}, 10);
      expect(both).toHaveLength(4);
      expect(both.find((hit) => hit.chunkId === alone[0]?.chunkId)?.score).not.toBe(alone[0]?.score);
    });

    it('holds its filters inside the candidate search', async () => {
      const collection = await newCollection(world());
      const scope = scopeOf(collection);
      const rare = { metadata: { publishedOn: '2021-03' }, upload: { custom: { specialty: 'x', tags: ['a', 'b'] } } };
      const { version } = await ingest(world(), collection, {
        paragraphs: ['zinc once among many other words of no use'],
        ...rare,
      });
      // More and better matches than the search takes as candidates.
      const better = Array.from({ length: 320 }, () => 'zinc zinc zinc');
      await ingest(world(), collection, { paragraphs: better, metadata: { publishedOn: '2019' } });
      const found = (filter: Parameters<typeof findTexts>[3]) => findTexts(world(), scope, 'zinc', filter);
      const wanted = ['zinc once among many other words of no use'];
      expect(await found({ metadata: { specialty: 'x' } })).toEqual(wanted);
      expect(await found({ metadata: { specialty: 'y' } })).toEqual([]);
      expect(await found({ documentIds: [version.documentId] })).toEqual(wanted);
      expect(await found({ documentIds: ['no uuid'] })).toEqual([]);
      expect(await found({ publishedFrom: '2021-03-15' })).toEqual(wanted);
      expect(await found({ publishedFrom: '2020', publishedTo: '2021-03-01' })).toEqual(wanted);
      expect(await found({ publishedFrom: '2021-04-01' })).toEqual([]);
      expect(await found({ publishedFrom: '2021', publishedTo: '2021' })).toEqual(wanted);
      expect(await found({ languages: ['pt'] })).toEqual([]);
      expect(await found({ sourceTypes: ['drug_label'] })).toEqual([]);
      expect(await found({ sourceTypes: ['guideline'], languages: ['en'], metadata: { specialty: 'x' } })).toEqual(
        wanted,
      );
    });

    it('never shows above the level of scope or filter', async () => {
      const collection = await newCollection(world());
      await ingest(world(), collection, {
        paragraphs: ['zinc'],
        upload: { custom: { safetyLevel: 'healthcare_provider' } },
      });
      expect(await findTexts(world(), scopeOf(collection, 'resident_accessible'), 'zinc')).toEqual([]);
      expect(await findTexts(world(), scopeOf(collection), 'zinc', { safetyLevel: 'public' })).toEqual([]);
      expect(await findTexts(world(), scopeOf(collection, 'healthcare_provider'), 'zinc')).toEqual(['zinc']);
    });
  });
}
