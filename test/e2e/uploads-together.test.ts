import { mkdir, mkdtemp, readdir, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FileClient, UploadInput } from '../../api/client/file-client.js';
import type { RunBody } from '../../api/schemas/run.js';
import { isIngestUploadsWorkflowId } from '../../core/contract/ids.js';
import { entryPoint, PROJECT_ROOT } from '../../infra/entry-point.js';
import { describeWith } from '../harness/describe-with.js';
import { startStack, type Stack } from '../harness/stack.js';
import { findTemporal } from '../harness/temporal-binary.js';
import { answered, clientOf, ended, kill } from './killed-world.js';

const UPLOADS = 200;
/** As many come before the group that is held. */
const BEHIND = 40;
const AT_ONCE = 16;
const LOOK_EVERY_MS = 100;

/** So long that also on a slow machine several dozen travel together. */
const WINDOW_MS = '500';

const corpus = join(PROJECT_ROOT, 'infra/local/demo/corpus');

/** Files that end otherwise than the leaflets around them. */
const DAMAGED = 'damaged.md';
const NO_TEXT = 'no-text.txt';
const HELD = 'patient-note-held.txt';
const LABEL = 'label-without-extension';

/** Two hundred small files at once, with some among them that go wrong, while processes are killed. */
describeWith([await findTemporal()], 'uploads that travel together', () => {
  let folder: string;
  let barrier: string;
  let stack: Stack;
  let client: FileClient;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'medindex-together-'));
    barrier = join(folder, 'barrier');
    await mkdir(barrier);
    stack = await startStack({
      env: {
        ACTIVITY_BARRIER: barrier,
        NODE_OPTIONS: `--import ${pathToFileURL(entryPoint('test/harness/activity-barrier.js')).href}`,
        MEDINDEX_GATHER_UPLOADS_MS: WINDOW_MS,
      },
    });
    client = clientOf(stack);
  });
  afterAll(async () => {
    await stack?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test('each of 200 ends in its own way, whatever happens to its neighbours and to the processes', async () => {
    // The first groups are small: whoever comes first waits least.
    const files = await makeFiles(UPLOADS);
    const runIds = await uploadAll(files.slice(0, BEHIND));
    await hold('after readUploads');
    runIds.push(...(await uploadAll(files.slice(BEHIND))));
    await held('after-readUploads');
    // The others are done with; those that are left share the one workflow that is held.
    const travelling = await onlyOneWorkflowLeft(runIds);
    const leaflets = travelling.filter(({ fileName }) => fileName.startsWith('leaflet'));
    expect(leaflets.length).toBeGreaterThan(2);
    const [cancelled, deleted] = leaflets.map(({ runId }) => runId) as [string, string];
    await client.cancelRun(cancelled);
    const documentId = (await client.run(deleted)).documents[0]?.documentId ?? '';
    await client.deleteDocument(documentId);

    await hold('after publishUploads');
    kill(stack, 'worker');
    await held('after-publishUploads');
    await unlink(join(barrier, 'hold'));
    kill(stack, 'worker');
    kill(stack, 'api');
    kill(stack, 'temporal');

    const runs = await ended(client, runIds);
    const endOf = (name: string) => {
      const run = runs.find(({ fileName }) => fileName === name);
      return [run?.state, run?.error?.code ?? null];
    };
    expect(endOf(DAMAGED)).toEqual(['failed', 'IMAGE_DAMAGED']);
    expect(endOf(NO_TEXT)).toEqual(['failed', 'NO_TEXT_FOUND']);
    expect(endOf(HELD)).toEqual(['held', null]);
    expect(endOf(LABEL)).toEqual(['published', null]);
    expect(runs.find(({ runId }) => runId === cancelled)).toMatchObject({
      state: 'cancelled',
      documents: [{ documentId: expect.any(String) as string }],
    });
    expect(runs.find(({ runId }) => runId === deleted)).toMatchObject({ state: 'superseded' });
    const others = runs.filter(
      ({ runId, fileName }) => fileName.startsWith('leaflet') && runId !== cancelled && runId !== deleted,
    );
    expect(others.filter(({ state }) => state !== 'published')).toEqual([]);

    // Each once, and in its first version: nothing is lost, nothing doubled.
    const documents = await allDocuments();
    const published = documents.filter(({ state }) => state === 'published');
    expect(published.map(({ externalId }) => externalId).sort()).toEqual(
      [...others.map(({ fileName }) => fileName), LABEL].sort(),
    );
    expect(published.filter(({ version }) => version.number !== 1)).toEqual([]);
    expect(documents.map(({ documentId: id }) => id)).not.toContain(documentId);

    const [again] = await ended(client, [(await client.retryRun(cancelled)).runId]);
    expect(again).toMatchObject({ state: 'published' });
    const workflows = new Set(runs.map(({ workflowId }) => workflowId).filter(isIngestUploadsWorkflowId));
    expect(workflows.size).toBeLessThan(UPLOADS / 10);
  });

  test('what the API had taken in and not started when it was killed is published by the reconciler', async () => {
    const files = await makeFiles(6, 'taken-in');
    const runIds = await uploadAll(files);
    kill(stack, 'api');
    const runs = await ended(client, runIds);
    expect(runs.map(({ state }) => state)).toEqual(files.map(() => 'published'));
  });

  const hold = (what: string) => writeFile(join(barrier, 'hold'), what);

  async function held(file: string): Promise<void> {
    while (!(await readdir(barrier)).includes(file)) await pause(LOOK_EVERY_MS);
  }

  async function uploadAll(files: readonly UploadInput[]): Promise<string[]> {
    const runIds: string[] = [];
    const waiting = [...files];
    const send = async () => {
      for (let file = waiting.shift(); file; file = waiting.shift()) runIds.push((await client.upload(file)).runId);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, send));
    return runIds;
  }

  async function onlyOneWorkflowLeft(runIds: readonly string[]): Promise<RunBody[]> {
    for (;;) {
      const runs = await answered(() => Promise.all(runIds.map((runId) => client.run(runId))));
      const running = runs.filter(({ state }) => state === 'running');
      const workflows = new Set(running.map(({ workflowId }) => workflowId));
      if (workflows.size === 1 && [...workflows].every(isIngestUploadsWorkflowId)) return running;
      await pause(LOOK_EVERY_MS);
    }
  }

  async function allDocuments() {
    const documents = [];
    for (let cursor: string | undefined; ;) {
      const page = await answered(() => client.documents({ limit: 100, ...(cursor ? { cursor } : {}) }));
      documents.push(...page.documents);
      cursor = page.next ?? undefined;
      if (cursor === undefined) return documents;
    }
  }

  /** Those that go wrong are in the middle, so that they travel with others. */
  async function makeFiles(count: number, name = 'leaflet'): Promise<UploadInput[]> {
    const files: UploadInput[] = [];
    const add = async (fileName: string, content: string | Uint8Array) => {
      const path = join(folder, fileName);
      await writeFile(path, content);
      files.push({ path, fileName, collection: 'guidelines' });
    };
    const leaflet = (index: number) =>
      add(`${name}-${index}.md`, `# Leaflet ${index}\n\nAdvice number ${index} of the ${name} series.\n`);
    if (name === 'leaflet') {
      for (let index = 0; index <= BEHIND; index++) await leaflet(index);
      await add(DAMAGED, Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'));
      await add(NO_TEXT, ' \n \n');
      files.push({ path: join(corpus, 'consumer_health', HELD), fileName: HELD, collection: 'guidelines' });
      files.push({
        path: join(corpus, 'drug_labels/oral-rehydration-salts.pdf'),
        fileName: LABEL,
        collection: 'guidelines',
      });
    }
    for (let index = files.length; index < count; index++) await leaflet(index);
    return files;
  }
});
