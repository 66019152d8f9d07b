import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FeedbackList, StatisticsBody } from '../../api/schemas/question.js';
import { dataOf, expectError } from './api-answers.js';
import { ApiWorld } from './api-world.js';
import { publishDocument } from './publish-document.js';

const PATIENT = 'Patient: Jane Doe, DOB 03/04/1961, MRN 84731950';

describe('feedback and statistics of questions', () => {
  let world: ApiWorld;
  beforeAll(async () => {
    world = await ApiWorld.open();
    for (let at = 0; at < 6; at++) {
      await publishDocument({
        catalog: world.catalog,
        vectorIndex: world.vectorIndex,
        embedder: world.embedder,
        collection: 'guidelines',
        externalId: `sedation-${at}`,
        passages: [`Sedation of children, part ${at}, and the airway.`],
      });
    }
  });
  afterAll(() => world.close());

  const give = (payload: object, key?: string) =>
    world.call({ method: 'POST', url: '/v1/feedback', payload, ...(key ? { key } : {}) });
  const listed = async () => dataOf<FeedbackList>(await world.call({ method: 'GET', url: '/v1/feedback' })).feedback;
  const statistics = async () =>
    dataOf<StatisticsBody>(await world.call({ method: 'GET', url: '/v1/questions/statistics' }));

  it('keeps one opinion of each answer, the last one, and no question', async () => {
    const query = 'Which sedation is safest for toddlers?';
    const first = dataOf<{ feedbackId: string }>(await give({ verdict: 'up', query, comment: 'clear and short' }), 201);
    const again = dataOf<{ feedbackId: string }>(await give({ verdict: 'down', query: ` ${query}` }), 201);
    expect(again).toEqual(first);
    expect(await listed()).toMatchObject([{ ...first, verdict: 'down', comment: null, mode: null }]);
    const chosen = randomUUID();
    dataOf(await give({ verdict: 'missing', query, feedbackId: chosen, comment: 'nothing on dexmedetomidine' }), 201);
    expect((await listed())[0]).toMatchObject({ feedbackId: chosen, comment: 'nothing on dexmedetomidine' });
    expectError(
      await give({ verdict: 'up', query, feedbackId: chosen }, await world.makeKey({ scopes: ['search'] })),
      'FEEDBACK_ID_TAKEN',
    );
    const { rows } = await world.database.pool.query('select * from knowledge.question_feedback');
    expect(JSON.stringify(rows)).not.toMatch(/toddlers|safest|dexmedetomidine/);
    expect(world.logLines.join('\n')).not.toMatch(/toddlers|dexmedetomidine/);
  });

  it('refuses what is not about anything, and patient data', async () => {
    expectError(await give({ verdict: 'up' }), 'VALIDATION_FAILED');
    expectError(await give({ verdict: 'great', query: 'x' }), 'VALIDATION_FAILED');
    expectError(await give({ verdict: 'up', query: ' ' }), 'QUERY_EMPTY');
    expectError(await give({ verdict: 'up', query: 'x', comment: PATIENT }), 'FEEDBACK_HOLDS_PHI');
  });

  it('counts what was asked by mode, also out of the cache, and tells themes that nothing answers', async () => {
    const app = await world.build({ caching: await world.openCaching(null) });
    const ask = async (payload: object) => {
      const response = await world.call({ method: 'POST', url: '/v1/search', payload, app });
      return response.json<{ data: { answerable: boolean | null }; meta: { requestId: string; cache: string } }>();
    };
    const answered = await ask({ query: 'sedation airway', collections: ['guidelines'], mode: 'text' });
    expect(answered.data.answerable).toBe(true);
    expect((await ask({ query: 'sedation airway', collections: ['guidelines'], mode: 'text' })).meta.cache).toBe('l1');
    for (const drug of ['xanthomol', 'yttermine', 'zorvanil']) {
      const asked = {
        query: `${drug} ${drug}ate ${drug}ide hydro${drug} sub${drug} pre${drug} children`,
        mode: 'text',
      };
      expect((await ask(asked)).data.answerable).toBe(false);
    }
    await ask({ query: `${PATIENT}: children`, mode: 'text' });
    const context = { query: 'sedation airway', collections: ['guidelines'], mode: 'text' };
    dataOf(await world.call({ method: 'POST', url: '/v1/context', payload: context, app }));
    const { requestId } = answered.meta;
    dataOf(await world.call({ method: 'POST', url: '/v1/feedback', payload: { verdict: 'up', requestId }, app }), 201);
    await app.close();

    const { counts, feedback, themes } = await statistics();
    expect(counts).toContainEqual(
      expect.objectContaining({ collection: 'guidelines', mode: 'text', asked: 3, answerable: 3, unansweredShare: 0 }),
    );
    expect(counts.find(({ collection }) => collection === null)).toMatchObject({ mode: 'text', asked: 4 });
    expect(feedback).toContainEqual(expect.objectContaining({ mode: 'text', up: 1, down: 0, missing: 0 }));
    expect(themes).toEqual([{ words: ['children'], questions: 3 }]);
    const { rows } = await world.database.pool.query('select * from knowledge.unanswered_questions');
    expect(rows).toHaveLength(3);
    expect(JSON.stringify(rows)).not.toMatch(/xanthomol|zorvanil|jane|doe|84731950/i);
  });

  it('tells them only to keys of the whole organization', async () => {
    const capped = await world.makeKey({ scopes: ['read'], safetyLevel: 'public' });
    for (const url of ['/v1/feedback', '/v1/questions/statistics']) {
      expectError(await world.call({ method: 'GET', url, key: capped }), 'ACCESS_RESTRICTED');
    }
    expectError(
      await world.call({ method: 'GET', url: '/v1/questions/statistics?from=2026-02-02&to=2026-02-01' }),
      'VALIDATION_FAILED',
    );
  });
});
