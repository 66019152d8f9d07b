import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CreatedKey, KeyList } from '../../api/schemas/key.js';
import type { RetriedRuns, RunStatisticsBody } from '../../api/schemas/statistics.js';
import type { AcceptedUpload } from '../../api/schemas/upload.js';
import type { FailureCode } from '../../core/contract/failures.js';
import { dataOf, expectError } from './api-answers.js';
import { ApiWorld } from './api-world.js';
import { upload } from './multipart.js';
import { publishDocument } from './publish-document.js';

describe('statistics of runs and content', () => {
  let world: ApiWorld;
  let files = 0;
  beforeAll(async () => {
    world = await ApiWorld.open();
  });
  afterAll(() => world.close());

  async function accept(collection = 'guidelines'): Promise<AcceptedUpload> {
    const name = `file-${++files}.md`;
    const body = upload({ content: `content of ${name}`, fileName: name, collection });
    return dataOf<AcceptedUpload>(await world.call({ method: 'POST', url: '/v1/documents', ...body }), 202);
  }
  async function failed(error: FailureCode, collection?: string): Promise<AcceptedUpload> {
    const accepted = await accept(collection);
    await world.catalog.runs.recordProgress([accepted.runId], { pages: { total: 3, done: 2 } });
    await world.catalog.runs.finish([{ runId: accepted.runId, state: 'failed', error }]);
    return accepted;
  }
  async function keyOf(collection: string): Promise<string> {
    const reach = { collections: [collection], safetyLevel: 'clinical_staff_only' };
    const payload = { name: collection, scopes: ['read', 'ingest'], ...reach };
    return dataOf<CreatedKey>(await world.call({ method: 'POST', url: '/v1/keys', payload }), 201).key;
  }
  const statistics = async (key?: string, query = '') =>
    dataOf<RunStatisticsBody>(await world.call({ url: `/v1/statistics${query}`, ...(key ? { key } : {}) }));
  const retry = async (payload: object, key?: string) =>
    dataOf<RetriedRuns>(
      await world.call({ method: 'POST', url: '/v1/runs/retries', payload, ...(key ? { key } : {}) }),
      202,
    );

  it('counts what came in, ended and failed, and tries one reason again', async () => {
    const gone = await failed('STORE_UNAVAILABLE');
    await failed('STORE_UNAVAILABLE', 'drug_labels');
    await failed('ARCHIVE_OF_FILES');
    const waiting = await accept();
    await world.catalog.runs.recordProgress([waiting.runId], { stage: 'ocr', pages: { total: 9, done: 4 } });
    world.starter.backlog = { ...world.starter.backlog, ocr: { tasks: 7, oldestMs: 61_000 } };

    const today = new Date().toISOString().slice(0, 10);
    const all = await statistics();
    expect(all).toMatchObject({
      to: today,
      accepted: [{ day: today, runs: 4 }],
      ended: [{ day: today, state: 'failed', runs: 3, pages: 6, records: 0 }],
      underWay: [{ stage: 'ocr', runs: 1, pagesLeft: 5 }],
      failures: [
        { code: 'STORE_UNAVAILABLE', retryable: true, runs: 2, open: 2 },
        { code: 'ARCHIVE_OF_FILES', retryable: false, runs: 1, open: 1 },
      ],
    });
    expect(all.minutes.reduce((pages, minute) => pages + minute.pages, 0)).toBe(6);
    expect(all.queues).toContainEqual({ queue: 'ocr', waiting: 7, oldestSeconds: 61 });
    expect((await statistics(undefined, '?to=2020-01-31')).accepted).toEqual([]);
    expect((await statistics(undefined, '?to=2020-01-31')).failures).toMatchObject([
      { code: 'ARCHIVE_OF_FILES', runs: 0, open: 1 },
      { code: 'STORE_UNAVAILABLE', runs: 0, open: 2 },
    ]);
    world.starter.down = true;
    expect((await statistics()).queues).toBeNull();
    world.starter.down = false;

    // Whose file is gone is not tried again.
    const object = (await world.catalog.runs.load('default', gone.runId))?.object;
    await world.objects.delete([object?.key ?? '']);
    expect(await retry({ code: 'STORE_UNAVAILABLE' })).toEqual({ retried: 1, refused: 1, next: null });
    expect(await retry({ code: 'STORE_UNAVAILABLE' })).toEqual({ retried: 0, refused: 1, next: null });
    expect((await statistics()).failures[0]).toMatchObject({ code: 'STORE_UNAVAILABLE', runs: 2, open: 1 });
    expectError(
      await world.call({ method: 'POST', url: '/v1/runs/retries', payload: { code: 'NO_SUCH' } }),
      'VALIDATION_FAILED',
    );
  });

  it('counts and tries again only what a key may see', async () => {
    const limited = await keyOf('drug_labels');
    await failed('PARSER_CRASHED', 'guidelines');
    await failed('PARSER_CRASHED', 'drug_labels');
    const seen = await statistics(limited);
    expect(seen.queues).toBeNull();
    expect(seen.failures.find(({ code }) => code === 'PARSER_CRASHED')).toMatchObject({ runs: 1, open: 1 });
    expect(seen.failures.find(({ code }) => code === 'ARCHIVE_OF_FILES')).toBeUndefined();
    expect(await retry({ code: 'PARSER_CRASHED' }, limited)).toEqual({ retried: 1, refused: 0, next: null });
    expect(await retry({ code: 'PARSER_CRASHED' })).toEqual({ retried: 1, refused: 0, next: null });
    expectError(
      await world.call({ url: '/v1/statistics?collection=guidelines', key: limited }),
      'COLLECTION_NOT_FOUND',
    );
  });

  it('tells how much is to be looked over', async () => {
    for (const externalId of ['old', 'new']) {
      await publishDocument({
        catalog: world.catalog,
        vectorIndex: world.vectorIndex,
        embedder: world.embedder,
        collection: 'consumer_health',
        externalId,
        passages: [`About ${externalId} things.`],
      });
    }
    const payload = { reviewCycleDays: 100 };
    dataOf(await world.call({ method: 'PATCH', url: '/v1/collections/consumer_health', payload }));
    await world.database.pool.query(
      `alter table knowledge.versions disable trigger user;
       update knowledge.versions v set published_at = now() - interval '101 days'
       from knowledge.documents d where d.live_version_id = v.version_id and d.external_id = 'old';
       alter table knowledge.versions enable trigger user`,
    );
    const of = (body: RunStatisticsBody) => body.content.find(({ collection }) => collection === 'consumer_health');
    const expected = { documents: 2, reviewCycleDays: 100, overdue: 1, dueSoon: 0, superseded: 0 };
    expect(of(await statistics())).toMatchObject(expected);
    const elsewhere = await keyOf('guidelines');
    expect(of(await statistics(elsewhere))).toBeUndefined();
  });

  it('tells when a key was last used', async () => {
    const key = await world.makeKey({ scopes: ['read'] });
    const before = Date.now();
    await statistics(key);
    const { keys } = dataOf<KeyList>(await world.call({ url: '/v1/keys' }));
    const used = keys.filter(({ lastUsedAt }) => lastUsedAt !== null && Date.parse(lastUsedAt) >= before);
    expect(used.length).toBeGreaterThanOrEqual(2);
  });
});
