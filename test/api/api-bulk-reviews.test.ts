import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DecidedReviews, RecogniserList, ReviewList } from '../../api/schemas/review.js';
import { dataOf } from './api-answers.js';
import { ApiWorld } from './api-world.js';
import { holdDocument } from './hold-document.js';

const finding = (category: 'patient_name' | 'mrn', recogniser: string, at: number) => ({
  category,
  recogniser,
  start: 10 * at,
  end: 10 * at + 5,
  score: 0.9,
  spanHash: createHash('sha256').update(`${category} ${at}`).digest('hex'),
  dismissed: false,
});
const NAME = finding('patient_name', 'person_name/title', 1);
const NUMBER = finding('mrn', 'mrn/label', 2);

describe('decisions on many held documents', () => {
  let world: ApiWorld;
  beforeAll(async () => {
    world = await ApiWorld.open();
    const hold = (externalId: string, collection: string, findings: (typeof NAME)[]) =>
      holdDocument({ catalog: world.catalog, collection, externalId, passages: [`held ${externalId}`], findings });
    await hold('one', 'guidelines', [NAME]);
    await hold('two', 'guidelines', [NAME, NUMBER]);
    await hold('three', 'consumer_health', [NAME]);
    await hold('four', 'drug_labels', [NUMBER]);
  });
  afterAll(() => world.close());

  const decide = async (payload: object, key?: string) =>
    dataOf<DecidedReviews>(
      await world.call({ method: 'POST', url: '/v1/reviews/decisions', payload, ...(key ? { key } : {}) }),
    );
  const waiting = async () => dataOf<ReviewList>(await world.call({ url: '/v1/reviews' })).reviews;

  it('are told in numbers before anything is decided', async () => {
    expect(await waiting()).toHaveLength(4);
    const filter = { recogniser: 'person_name' };
    const redact = await decide({ decision: 'redact', filter, dryRun: true });
    expect(redact).toMatchObject({ decided: 3, refused: 0, more: false });
    expect(redact.outcomes.map(({ state, findings }) => [state, findings])).toEqual([
      ['redacted', 1],
      ['redacted', 2],
      ['redacted', 1],
    ]);
    const approve = await decide({ decision: 'approve', reason: 'authors', filter, dryRun: true });
    expect(approve).toMatchObject({ decided: 2, refused: 1 });
    expect(approve.outcomes[1]).toMatchObject({ state: null, refused: 'OTHER_FINDINGS', findings: 0 });
    expect((await waiting()).map(({ state, claimedBy }) => [state, claimedBy])).toEqual(
      Array(4).fill(['waiting', null]),
    );
    expect(world.starter.started.filter(({ kind }) => kind === 'review')).toEqual([]);
  });

  it('tell who works on what, and where two have to decide', async () => {
    const [one, , three] = await waiting();
    const other = await world.makeKey({ scopes: ['phi:review'], safetyLevel: 'clinical_staff_only' });
    const until = new Date(Date.now() + 60_000);
    await world.catalog.reviews.claim('default', one?.reviewId ?? '', { actor: 'somebody', until });
    await world.call({ method: 'PATCH', url: '/v1/collections/consumer_health', payload: { fourEyes: true } });
    const filter = { recogniser: 'person_name' };
    const foreseen = await decide({ decision: 'redact', filter, dryRun: true }, other);
    expect(foreseen.outcomes.map(({ state, refused }) => state ?? refused)).toEqual([
      'REVIEW_CLAIMED',
      'redacted',
      'second_opinion',
    ]);
    const [keyId] = (await world.catalog.keys.list('default')).slice(-1).map((key) => key.keyId);
    const opinion = { actor: keyId ?? '', verdict: 'redact' as const };
    await world.catalog.reviews.recordOpinion('default', three?.reviewId ?? '', opinion);
    expect((await decide({ decision: 'redact', filter, dryRun: true }, other)).outcomes[2]).toMatchObject({
      refused: 'REVIEW_NEEDS_ANOTHER',
    });
    // What is never published needs no second look, and another reviewer may decide.
    expect((await decide({ decision: 'reject', filter, dryRun: true }, other)).outcomes[2]).toMatchObject({
      state: 'rejected',
    });
    expect((await decide({ decision: 'redact', filter, dryRun: true })).outcomes[2]).toMatchObject({
      state: 'redacted',
    });
  });

  it('show how often a recogniser was a false alarm', async () => {
    const [, , , four] = await waiting();
    await world.catalog.reviews.decide({
      organizationId: 'default',
      reviewId: four?.reviewId ?? '',
      verdict: 'approve',
      actor: 'key-1',
      falseAlarms: [0],
      remember: 'nowhere',
      added: 0,
    });
    const list = async (key?: string) =>
      dataOf<RecogniserList>(await world.call({ url: '/v1/reviews/recognisers', ...(key ? { key } : {}) })).recognisers;
    expect(await list()).toEqual([
      { recogniser: 'person_name/title', category: 'patient_name', waiting: 3, decided: 0, falseAlarms: 0 },
      { recogniser: 'mrn/label', category: 'mrn', waiting: 1, decided: 1, falseAlarms: 1 },
    ]);
    // What is held is for the strictest level.
    expect(await list(await world.makeKey({ scopes: ['phi:review'], safetyLevel: 'public' }))).toEqual([]);
  });
});
