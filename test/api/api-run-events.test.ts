import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { MedindexClient } from '../../api/client/client.js';
import { parseEventStream, type ReceivedEvent } from '../../api/client/event-stream.js';
import type { RunEvent } from '../../api/schemas/run-events.js';
import type { RunBody } from '../../api/schemas/run.js';
import type { AcceptedUpload } from '../../api/schemas/upload.js';
import { dataOf, expectError } from './api-answers.js';
import { ADMIN_KEY, ApiWorld } from './api-world.js';
import { upload } from './multipart.js';
import { overriding } from './overriding.js';

describe('GET /v1/runs/:runId/events', () => {
  let world: ApiWorld;
  let url: string;
  let loads = 0;
  let files = 0;
  const open: AbortController[] = [];

  async function listen(): Promise<{ app: FastifyInstance; url: string }> {
    const { runs } = world.catalog;
    const counting = overriding(runs, {
      load: (...args) => {
        loads += 1;
        return runs.load(...args);
      },
    });
    const app = await world.build({ catalog: { ...world.catalog, runs: counting } });
    await app.listen({ host: '127.0.0.1', port: 0 });
    return { app, url: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}` };
  }

  beforeAll(async () => {
    world = await ApiWorld.open();
    ({ url } = await listen());
  });
  afterAll(() => world.close());
  afterEach(() => {
    for (const controller of open.splice(0)) controller.abort();
  });

  async function newRun(): Promise<string> {
    const body = upload({ content: `file ${++files}`, fileName: `events-${files}.md` });
    return dataOf<AcceptedUpload>(await world.call({ method: 'POST', url: '/v1/documents', ...body }), 202).runId;
  }

  const finish = (runId: string) => world.catalog.runs.finish([{ runId, state: 'published' }]);

  /** Opens a stream; `next` gives its events one after the other, `null` at its end. */
  async function stream(runId: string, input: { lastId?: string; at?: string; key?: string } = {}) {
    const controller = new AbortController();
    open.push(controller);
    const response = await fetch(`${input.at ?? url}/v1/runs/${runId}/events`, {
      signal: controller.signal,
      headers: {
        authorization: `Bearer ${input.key ?? ADMIN_KEY}`,
        ...(input.lastId === undefined ? {} : { 'last-event-id': input.lastId }),
      },
    });
    const events = response.body ? parseEventStream(response.body) : null;
    return {
      response,
      close: () => controller.abort(),
      next: async (): Promise<ReceivedEvent | null> => {
        const next = await events?.next();
        return next === undefined || next.done ? null : next.value;
      },
      rest: async (): Promise<string[]> => {
        const names: string[] = [];
        for await (const { event, data } of events ?? []) names.push(event === 'end' ? 'end' : `${event} ${data}`);
        return names;
      },
    };
  }

  it('tells how a run goes, and ends with the run itself', async () => {
    const runId = await newRun();
    const { response, next } = await stream(runId);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await next()).toMatchObject({ event: 'state', data: '{"state":"running"}' });
    expect(await next()).toMatchObject({ event: 'stage', data: '{"stage":"accepted"}' });
    await world.catalog.runs.recordProgress([runId], { stage: 'extract', pages: { total: 12, done: 3 } });
    expect(await next()).toMatchObject({ event: 'stage', data: '{"stage":"extract"}' });
    expect(await next()).toMatchObject({ event: 'pages', data: '{"total":12,"done":3}' });
    await world.catalog.runs.recordProgress([runId], { records: { total: 7, done: 7 } });
    expect(await next()).toMatchObject({ event: 'records', data: '{"total":7,"done":7}' });
    await finish(runId);
    const end = await next();
    expect(end?.event).toBe('end');
    const run = dataOf<RunBody>(await world.call({ url: `/v1/runs/${runId}` }));
    expect(JSON.parse(end?.data ?? '')).toEqual(run);
    expect(await next()).toBeNull();
  });

  it('tells how a sync goes, too', async () => {
    const { catalog } = world;
    const collection = await catalog.collections.byName(
      { organizationId: 'default', collections: 'all', safetyLevel: 'clinical_staff_only' },
      'guidelines',
    );
    if (!collection) throw new Error('the default collections are missing');
    const { sync } = await catalog.syncs.accept({
      organizationId: 'default',
      collectionId: collection.collectionId,
      location: 's3://bucket/events/',
      maxWithdrawnShare: 0.5,
      withdrawalsConfirmed: false,
      actor: 'key-1',
    });
    const { next } = await stream(sync.runId);
    expect(await next()).toMatchObject({ event: 'state', data: '{"state":"running"}' });
    expect(await next()).toMatchObject({ event: 'stage', data: '{"stage":"accepted"}' });
    const listed = { uri: 's3://bucket/events/a.md', etag: 'a', sizeBytes: 1, fingerprint: 'a' };
    await catalog.syncs.compare(sync, [listed]);
    expect(await next()).toMatchObject({ event: 'records', data: '{"total":1,"done":0}' });
    await catalog.syncs.finish(sync.runId, { state: 'cancelled' });
    const end = await next();
    expect(end?.event).toBe('end');
    expect(JSON.parse(end?.data ?? '')).toEqual(dataOf(await world.call({ url: `/v1/runs/${sync.runId}` })));
  });

  it('goes on where a listener stopped, also in another process', async () => {
    const runId = await newRun();
    await world.catalog.runs.recordProgress([runId], { stage: 'ocr', pages: { total: 12, done: 3 } });
    const first = await stream(runId);
    await first.next();
    const stage = await first.next();
    first.close();
    await world.catalog.runs.recordProgress([runId], { pages: { total: 12, done: 9 } });
    const other = await listen();
    const second = await stream(runId, { at: other.url, lastId: stage?.id ?? '' });
    const pages = await second.next();
    expect(pages).toMatchObject({ event: 'pages', data: '{"total":12,"done":9}' });
    await finish(runId);
    const end = await second.next();
    expect(end).toMatchObject({ event: 'end' });
    expect(await second.next()).toBeNull();
    // Between pages and end: only the end. After the end: nothing, ever.
    expect(await (await stream(runId, { lastId: pages?.id ?? '' })).rest()).toEqual(['end']);
    expect((await stream(runId, { lastId: end?.id ?? '' })).response.status).toBe(204);
  });

  it.each(['x', 'running/ocr', '/////', 'published/done/9999999999-0/0-0', '"><script>'])(
    'starts anew for an id that is not its own: %s',
    async (lastId) => {
      const runId = await newRun();
      expect(await (await stream(runId, { lastId })).next()).toMatchObject({ event: 'state' });
    },
  );

  it('looks once for all listeners of a run', async () => {
    const runId = await newRun();
    const streams = await Promise.all(Array.from({ length: 20 }, () => stream(runId)));
    for (const { next } of streams) await next();
    await Promise.all(streams.map(({ next }) => next()));
    const before = loads;
    await world.catalog.runs.recordProgress([runId], { stage: 'chunk' });
    const told = await Promise.all(streams.map(({ next }) => next()));
    expect(told.every((event) => event?.data === '{"stage":"chunk"}')).toBe(true);
    // One or two looks until the change was seen, not twenty.
    expect(loads - before).toBeLessThan(10);
  });

  it('bounds the streams of a key, and gives places back', async () => {
    const runId = await newRun();
    const key = await world.makeKey({ scopes: ['read'] });
    const streams = await Promise.all(Array.from({ length: 64 }, () => stream(runId, { key })));
    expect(streams.every(({ response }) => response.status === 200)).toBe(true);
    const refused = await stream(runId, { key });
    expect(refused.response.status).toBe(429);
    expect(await refused.response.json()).toMatchObject({ code: 'TOO_MANY_STREAMS', details: { limit: 64 } });
    expect((await stream(runId)).response.status).toBe(200);
    streams[0]?.close();
    await expect.poll(async () => (await stream(runId, { key })).response.status).toBe(200);
  });

  it('is for keys that may see the run', async () => {
    const runId = await newRun();
    const events = (key: string) => world.call({ url: `/v1/runs/${runId}/events`, key });
    expectError(await events(await world.makeKey({ scopes: ['search'] })), 'SCOPE_MISSING');
    expectError(await events(await world.makeKey({ scopes: ['read'], collections: [] })), 'RUN_NOT_FOUND');
    expectError(await events(await world.makeKey({ scopes: ['read'], organizationId: 'other' })), 'RUN_NOT_FOUND');
  });

  it('lets its listeners go when the server stops, and the client follows to the next server', async () => {
    const runId = await newRun();
    const stopping = await listen();
    const held = await stream(runId, { at: stopping.url });
    await held.next();
    await stopping.app.close();
    await held.next();
    expect(await held.next()).toBeNull();

    const first = await listen();
    const { port } = first.app.server.address() as AddressInfo;
    const client = new MedindexClient({ url: first.url, apiKey: ADMIN_KEY });
    const seen: RunEvent['event'][] = [];
    let second: FastifyInstance | null = null;
    for await (const { event } of client.runEvents(runId)) {
      seen.push(event);
      if (second || event !== 'stage') continue;
      await first.app.close();
      second = await world.build();
      await second.listen({ host: '127.0.0.1', port });
      await finish(runId);
    }
    expect(seen).toEqual(['state', 'stage', 'end']);
  });

  it('goes on through an outage of the database', async () => {
    const runId = await newRun();
    let down = false;
    const { runs } = world.catalog;
    const outage = overriding(runs, {
      load: (...args) => (down ? Promise.reject(new Error('as told')) : runs.load(...args)),
    });
    const app = await world.build({ catalog: { ...world.catalog, runs: outage } });
    await app.listen({ host: '127.0.0.1', port: 0 });
    const at = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
    const { next } = await stream(runId, { at });
    await next();
    await next();
    down = true;
    await finish(runId);
    down = false;
    expect(await next()).toMatchObject({ event: 'end' });
  });
});
