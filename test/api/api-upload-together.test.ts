import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AcceptedUpload } from '../../api/schemas/upload.js';
import { isIngestUploadsWorkflowId } from '../../core/contract/ids.js';
import { dataOf } from './api-answers.js';
import { ApiWorld } from './api-world.js';
import { upload } from './multipart.js';
import { overriding } from './overriding.js';

/** No test waits for it: closing an instance starts what it has gathered. */
const A_LONG_WINDOW_MS = 600_000;

describe('uploads that come close together', () => {
  let world: ApiWorld;
  let app: FastifyInstance;
  let files = 0;
  beforeAll(async () => {
    world = await ApiWorld.open();
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    world.starter.started.length = 0;
    app = await world.build({ gatherUploadsMs: A_LONG_WINDOW_MS });
    await send({ fileName: 'the-first-one.md' });
    world.starter.started.length = 0;
  });

  interface Sent {
    readonly fileName?: string;
    readonly content?: string;
    readonly collection?: string;
  }
  async function send({ fileName, content, collection }: Sent = {}): Promise<AcceptedUpload> {
    const number = ++files;
    const sent = upload({
      content: content ?? `# File ${number}`,
      fileName: fileName ?? `file-${number}.md`,
      ...(collection === undefined ? {} : { collection }),
    });
    return dataOf<AcceptedUpload>(await world.call({ app, method: 'POST', url: '/v1/documents', ...sent }), 202);
  }
  const startedWorkflows = () => world.starter.started.map(({ workflowId }) => workflowId);
  const workflowOf = async (runId: string) => (await world.catalog.runs.load('default', runId))?.workflowId;

  it('the first starts at once and alone, those behind it in one workflow, which their runs know', async () => {
    app = await world.build({ gatherUploadsMs: A_LONG_WINDOW_MS });
    const first = await send();
    expect(startedWorkflows()).toEqual([first.workflowId]);
    expect(first.workflowId).toBe(`ingest-source:default:${first.runId}`);
    const behind = [await send(), await send(), await send()];
    expect(startedWorkflows()).toEqual([first.workflowId]);

    await app.close();
    const [workflowId = ''] = new Set(behind.map((accepted) => accepted.workflowId));
    expect(isIngestUploadsWorkflowId(workflowId)).toBe(true);
    expect(behind.map((accepted) => accepted.workflowId)).toEqual([workflowId, workflowId, workflowId]);
    expect(startedWorkflows()).toEqual([first.workflowId, workflowId]);
    expect(await Promise.all(behind.map(({ runId }) => workflowOf(runId)))).toEqual([
      workflowId,
      workflowId,
      workflowId,
    ]);
    expect((await world.catalog.runs.gathered('default', workflowId)).map(({ runId }) => runId)).toEqual(
      behind.map(({ runId }) => runId),
    );
  });

  it('start by themselves once the window is over', async () => {
    app = await world.build({ gatherUploadsMs: 1 });
    const sent = await Promise.all(Array.from({ length: 20 }, () => send()));
    await expect
      .poll(async () => new Set(startedWorkflows()))
      .toEqual(new Set(sent.map(({ workflowId }) => workflowId)));
  });

  it('of another collection do not travel along', async () => {
    const [guideline, topic] = [await send(), await send({ collection: 'consumer_health' })];
    expect(startedWorkflows()).toEqual([topic.workflowId]);
    await app.close();
    expect(startedWorkflows()).toEqual([topic.workflowId, guideline.workflowId]);
  });

  it.each([
    ['files with pages', { fileName: 'label.pdf' }],
    ['files of records', { fileName: 'records.xml' }],
    ['large files', { content: `# Large\n\n${'word '.repeat(8_000)}` }],
  ])('%s start at once in a workflow of their own', async (_, sent: Sent) => {
    const { runId, workflowId } = await send(sent);
    expect(workflowId).toBe(`ingest-source:default:${runId}`);
    expect(startedWorkflows()).toEqual([workflowId]);
  });

  it('two of one source travel apart, and the same file again is the same run', async () => {
    const [before, again, changed] = [
      await send({ fileName: 'same.md', content: 'one' }),
      await send({ fileName: 'same.md', content: 'one' }),
      await send({ fileName: 'same.md', content: 'two' }),
    ];
    expect(again).toMatchObject({ runId: before.runId, workflowId: before.workflowId, joined: true });
    expect(changed.workflowId).not.toBe(before.workflowId);
    await app.close();
    expect(new Set(startedWorkflows())).toEqual(new Set([before.workflowId, changed.workflowId]));
    expect(startedWorkflows()).toHaveLength(2);
  });

  it('no more than 64 travel together', async () => {
    const sent = [];
    for (let index = 0; index < 65; index++) sent.push(await send());
    await expect.poll(startedWorkflows).toEqual([sent[0]?.workflowId]);
    expect(new Set(sent.slice(0, 64).map(({ workflowId }) => workflowId)).size).toBe(1);
    expect(sent[64]?.workflowId).not.toBe(sent[0]?.workflowId);
  });

  it('one that is cancelled while it waits is left out, and the others start', async () => {
    const [cancelled, goesOn] = [await send(), await send()];
    await world.call({ app, method: 'POST', url: `/v1/runs/${cancelled.runId}/cancel` });
    expect(world.starter.cancelled).toEqual([]);
    await app.close();
    expect(startedWorkflows()).toEqual([goesOn.workflowId]);
    const travelling = await world.catalog.runs.gathered('default', goesOn.workflowId);
    expect(travelling.map(({ runId }) => runId)).toEqual([goesOn.runId]);
  });

  it('cancelling one later asks nothing of the workflow that it shares', async () => {
    const [cancelled, goesOn] = [await send(), await send()];
    await app.close();
    await world.call({ method: 'POST', url: `/v1/runs/${cancelled.runId}/cancel` });
    expect(world.starter.cancelled).toEqual([]);
    expect(await world.catalog.runs.load('default', cancelled.runId)).toMatchObject({ state: 'cancelled' });
    expect(await world.catalog.runs.load('default', goesOn.runId)).toMatchObject({ state: 'running' });
  });

  it('stay on record, each with a workflow that can be started, where engine or database fail them', async () => {
    const waiting = await send();
    world.starter.down = true;
    await app.close();
    world.starter.down = false;
    expect(startedWorkflows()).toEqual([]);
    expect(await workflowOf(waiting.runId)).toBe(waiting.workflowId);

    const runs = overriding(world.catalog.runs, { gather: () => Promise.reject(new Error('the database is gone')) });
    app = await world.build({ gatherUploadsMs: A_LONG_WINDOW_MS, catalog: { ...world.catalog, runs } });
    await send();
    const lost = await send();
    world.starter.started.length = 0;
    await app.close();
    expect(startedWorkflows()).toEqual([]);
    expect(await workflowOf(lost.runId)).toBe(`ingest-source:default:${lost.runId}`);
  });
});
