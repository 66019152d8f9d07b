import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dataOf, expectError } from './api-answers.js';
import { ApiWorld } from './api-world.js';
import { publishDocument } from './publish-document.js';

interface Told {
  readonly answerId: string;
  readonly holds: boolean;
  readonly answer: string | null;
  readonly subject: string | null;
  readonly citations: readonly { readonly chunkId: string; readonly holds: boolean; readonly reason: string | null }[];
}

const QUESTION = 'What is the maximum dose of zorbacillin for adults?';
const ANSWER = 'Adults take at most 500 mg of zorbacillin a day [1].';

describe('/v1/answers', () => {
  let world: ApiWorld;
  beforeAll(async () => {
    world = await ApiWorld.open();
  });
  afterAll(() => world.close());

  const publish = (externalId: string, passage: string) =>
    publishDocument({
      catalog: world.catalog,
      vectorIndex: world.vectorIndex,
      embedder: world.embedder,
      collection: 'guidelines',
      externalId,
      passages: [passage],
    });
  const call = (method: 'POST' | 'GET' | 'DELETE', url: string, payload?: object, key?: string) =>
    world.call({ method, url, ...(payload ? { payload } : {}), ...(key ? { key } : {}) });
  const lookUp = async (question: string) =>
    dataOf<{ match: string | null; answer: Told | null }>(await call('POST', '/v1/answers/lookup', { question }));

  async function chunkOf(documentId: string): Promise<string> {
    const { chunks } = dataOf<{ chunks: { chunkId: string }[] }>(
      await call('GET', `/v1/documents/${documentId}/chunks`),
    );
    return chunks[0]?.chunkId ?? expect.fail();
  }

  it('keeps an answer, finds it for the same question in other words, and recalls it when its document changes', async () => {
    const { documentId } = await publish('zorbacillin', 'The maximum dose of zorbacillin for adults is 500 mg.');
    const chunkIds = [await chunkOf(documentId)];
    const body = { question: QUESTION, answer: ANSWER, chunkIds, subject: 'user-17', reference: 'msg-4' };
    const response = await call('POST', '/v1/answers', body);
    const kept = dataOf<Told>(response, 201);
    expect(kept).toMatchObject({
      holds: true,
      answer: ANSWER,
      subject: 'user-17',
      citations: [{ holds: true, reason: null }],
    });

    expect(await lookUp(QUESTION)).toMatchObject({ match: 'exact', answer: { answer: ANSWER, subject: null } });
    expect(await lookUp('max dose of zorbacillin for adults, please')).toMatchObject({
      match: 'semantic',
      answer: { answer: ANSWER },
    });
    for (const other of [
      'maximum dose of zorbacillin for children',
      'What is the minimum dose of zorbacillin for adults?',
    ]) {
      expect(await lookUp(other)).toEqual({ match: null, answer: null });
    }
    expect(dataOf(await call('GET', '/v1/answers/recalled'))).toEqual({ answers: [], next: null });

    await publish('zorbacillin', 'The maximum dose of zorbacillin for adults is 250 mg.');
    expect(await lookUp(QUESTION)).toEqual({ match: null, answer: null });
    expect(dataOf(await call('GET', `/v1/answers/${kept.answerId}`))).toMatchObject({
      holds: false,
      answer: null,
      question: null,
    });
    expect(dataOf(await call('GET', '/v1/answers/recalled'))).toMatchObject({
      answers: [{ answerId: kept.answerId, subject: 'user-17', reference: 'msg-4', reasons: ['replaced'] }],
    });
    expectError(await call('POST', '/v1/answers', body), 'CHUNK_NOT_FOUND');
  });

  it('gives no answer any more once its document is deleted', async () => {
    const { documentId } = await publish('kwellamine', 'Kwellamine is taken with food.');
    const question = 'How is kwellamine taken?';
    const chunkIds = [await chunkOf(documentId)];
    dataOf(await call('POST', '/v1/answers', { question, answer: 'With food [1].', chunkIds }), 201);
    expect(await lookUp(question)).toMatchObject({ match: 'exact' });
    dataOf(await call('DELETE', `/v1/documents/${documentId}`));
    expect(await lookUp(question)).toEqual({ match: null, answer: null });
  });

  it('keeps nothing that seems to name a patient, nor what rests on nothing', async () => {
    const { documentId } = await publish('plain', 'Plain words about frobutol.');
    const chunkIds = [await chunkOf(documentId)];
    const withName = {
      question: 'frobutol for Patient Name: Harriet Quimby, MRN 4471823?',
      answer: 'Yes [1].',
      chunkIds,
    };
    expectError(await call('POST', '/v1/answers', withName), 'ANSWER_HOLDS_PHI');
    expectError(await call('POST', '/v1/answers', { question: ' ', answer: 'x', chunkIds }), 'QUERY_EMPTY');
    expectError(await call('POST', '/v1/answers', { question: 'a', answer: 'x', chunkIds: [] }), 'VALIDATION_FAILED');
    expectError(
      await call('POST', '/v1/answers', { question: 'a', answer: 'x', chunkIds: [documentId] }),
      'CHUNK_NOT_FOUND',
    );
  });

  it('keeps words sealed', async () => {
    const { rows } = await world.database.pool.query<{ sealed: Buffer; question_hash: string }>(
      'select sealed, question_hash from knowledge.answers where sealed is not null',
    );
    expect(rows.length).toBeGreaterThan(0);
    for (const { sealed } of rows) expect(sealed.toString('latin1')).not.toMatch(/zorbacillin|kwellamine/i);
  });

  it('forgets on request, once', async () => {
    const { documentId } = await publish('forget', 'Words about drombolin.');
    const chunkIds = [await chunkOf(documentId)];
    const { answerId } = dataOf<Told>(
      await call('POST', '/v1/answers', { question: 'drombolin?', answer: 'Yes.', chunkIds }),
      201,
    );
    expect(dataOf(await call('DELETE', `/v1/answers/${answerId}`))).toEqual({ answerId });
    expectError(await call('DELETE', `/v1/answers/${answerId}`), 'ANSWER_NOT_FOUND');
    expectError(await call('GET', `/v1/answers/${answerId}`), 'ANSWER_NOT_FOUND');
    expect(await lookUp('drombolin?')).toEqual({ match: null, answer: null });
  });
});
