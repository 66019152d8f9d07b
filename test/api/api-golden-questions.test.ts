import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GoldenQuestionBody } from '../../api/schemas/golden-question.js';
import { dataOf, expectError } from './api-answers.js';
import { ApiWorld } from './api-world.js';
import { publishDocument, wholeOrganization } from './publish-document.js';

const DECLARED = {
  collection: 'guidelines',
  question: 'What is the maximum dose of zorbacillin?',
  documents: [{ externalId: 'zorbacillin' }],
  phrase: '500 mg',
};

describe('/v1/golden-questions', () => {
  let world: ApiWorld;
  beforeAll(async () => {
    world = await ApiWorld.open();
  });
  afterAll(() => world.close());

  const call = (method: 'POST' | 'GET' | 'DELETE', url: string, payload?: object, key?: string) =>
    world.call({ method, url, ...(payload ? { payload } : {}), ...(key ? { key } : {}) });
  const declare = (body: object, key?: string) => call('POST', '/v1/golden-questions', body, key);

  it('are declared, shown, listed and removed', async () => {
    const made = dataOf<GoldenQuestionBody>(await declare(DECLARED), 201);
    expect(made).toMatchObject({
      ...DECLARED,
      pages: [],
      withinRank: 10,
      gate: 'warn',
      result: { state: 'unchecked', checkedAt: null, rank: null, reason: null, publications: [] },
    });
    const { goldenQuestionId } = made;
    const changed = dataOf<GoldenQuestionBody>(
      await declare({
        ...DECLARED,
        question: '  What is the maximum\tdose of zorbacillin?',
        gate: 'block',
        pages: [3],
      }),
    );
    expect(changed).toMatchObject({ goldenQuestionId, gate: 'block', pages: [3], question: DECLARED.question });
    expect(dataOf(await call('GET', `/v1/golden-questions/${goldenQuestionId}`))).toEqual(changed);
    expect(dataOf(await call('GET', '/v1/golden-questions?collection=guidelines&state=unchecked'))).toEqual({
      goldenQuestions: [changed],
      next: null,
    });
    expect(dataOf(await call('GET', '/v1/golden-questions?state=lost'))).toEqual({ goldenQuestions: [], next: null });
    const { rows } = await world.database.pool.query<{ sealed: Buffer }>('select * from knowledge.golden_questions');
    expect(JSON.stringify(rows)).not.toMatch(/zorbacillin\?|maximum|500 mg/);
    expect(Buffer.from(rows[0]?.sealed ?? '').toString('latin1')).not.toContain('zorbacillin');
    expect(dataOf(await call('DELETE', `/v1/golden-questions/${goldenQuestionId}`))).toEqual({ goldenQuestionId });
    expectError(await call('DELETE', `/v1/golden-questions/${goldenQuestionId}`), 'GOLDEN_QUESTION_NOT_FOUND');
    expectError(await call('GET', `/v1/golden-questions/${goldenQuestionId}`), 'GOLDEN_QUESTION_NOT_FOUND');
  });

  it('name a document without its ending too; a name that fits none yet is kept', async () => {
    const { catalog, vectorIndex, embedder } = world;
    const externalId = 'zorbacillin-2026.md';
    await publishDocument({
      catalog,
      vectorIndex,
      embedder,
      collection: 'guidelines',
      externalId,
      passages: ['500 mg.'],
    });
    const documents = [{ externalId: 'zorbacillin-2026' }, { externalId: 'to-come' }];
    const made = dataOf<GoldenQuestionBody>(
      await declare({ ...DECLARED, question: 'How much of it?', documents }),
      201,
    );
    expect(made.documents).toEqual([{ externalId }, { externalId: 'to-come' }]);
    await call('DELETE', `/v1/golden-questions/${made.goldenQuestionId}`);
  });

  it('are refused where nothing is expected, or a page of nothing', async () => {
    const { collection, question } = DECLARED;
    expectError(await declare({ collection, question }), 'VALIDATION_FAILED');
    expectError(await declare({ collection, question, pages: [1], phrase: 'dose' }), 'VALIDATION_FAILED');
    expectError(await declare({ ...DECLARED, phrase: '  ' }), 'VALIDATION_FAILED');
    expectError(await declare({ ...DECLARED, withinRank: 0 }), 'VALIDATION_FAILED');
    expectError(await declare({ ...DECLARED, documents: [{ externalId: 'a', documentId: 'b' }] }), 'VALIDATION_FAILED');
    expectError(await declare({ ...DECLARED, question: ' \n ' }), 'QUERY_EMPTY');
    expectError(await declare({ ...DECLARED, question: 'x'.repeat(2_001) }), 'QUERY_TOO_LONG');
    expectError(await declare({ ...DECLARED, collection: 'nowhere' }), 'COLLECTION_NOT_FOUND');
  });

  it('are refused with patient data, in the question and in the phrase, and nothing of it is kept', async () => {
    const patient = 'Patient: Jane Doe, DOB 03/04/1961, MRN 84731950';
    expectError(await declare({ ...DECLARED, question: `${patient}: which dose?` }), 'GOLDEN_QUESTION_HOLDS_PHI');
    expectError(await declare({ ...DECLARED, phrase: patient }), 'GOLDEN_QUESTION_HOLDS_PHI');
    expect(dataOf(await call('GET', '/v1/golden-questions'))).toMatchObject({ goldenQuestions: [] });
    expect(world.logLines.join('\n')).not.toContain('Jane Doe');
  });

  it('are shown to keys of their level and collections only', async () => {
    const made = dataOf<GoldenQuestionBody>(await declare(DECLARED), 201);
    const capped = await world.makeKey({ scopes: ['read', 'ingest'], safetyLevel: 'public' });
    const url = `/v1/golden-questions/${made.goldenQuestionId}`;
    expectError(await call('GET', url, undefined, capped), 'GOLDEN_QUESTION_NOT_FOUND');
    expectError(await call('DELETE', url, undefined, capped), 'GOLDEN_QUESTION_NOT_FOUND');
    expect(dataOf(await call('GET', '/v1/golden-questions', undefined, capped))).toMatchObject({ goldenQuestions: [] });
    const collections = await world.catalog.collections.list(wholeOrganization());
    const other = collections.find(({ name }) => name === 'drug_labels')?.collectionId ?? expect.fail();
    const elsewhere = await world.makeKey({ scopes: ['ingest'], collections: [other] });
    expectError(await declare(DECLARED, elsewhere), 'COLLECTION_NOT_FOUND');
    expectError(await declare(DECLARED, await world.makeKey({ scopes: ['read'] })), 'SCOPE_MISSING');
    dataOf(await call('DELETE', url));
  });
});
