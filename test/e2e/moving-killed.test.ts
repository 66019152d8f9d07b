import { mkdtemp, readdir, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ApiRefusal, ApiUnreachable, type FileClient } from '../../api/client/file-client.js';
import type { GenerationBody } from '../../api/schemas/vector-index.js';
import { entryPoint } from '../../infra/entry-point.js';
import { FakeEmbedder } from '../fakes/fake-embedder.js';
import type { Boundary } from '../harness/activity-barrier.js';
import { describeWith } from '../harness/describe-with.js';
import { EmbeddingsServer } from '../harness/embeddings-server.js';
import { type Stack, startStack } from '../harness/stack.js';
import { findTemporal } from '../harness/temporal-binary.js';
import { clientOf, ended, kill, uploadAll } from './killed-world.js';

/** One execution of each is held at a boundary, so there is a move more than activities. */
const HELD = ['beginMove', 'buildMove', 'compareMove', 'promoteMove', 'rollBackMove', 'settleMove'];
const COLLECTIONS = Array.from({ length: HELD.length + 1 }, (_, at) => `moving_${at}`);

const LOOK_EVERY_MS = 100;

/** Each move is promoted, rolled back, promoted again and finished, while its worker is killed at every boundary. */
describeWith([await findTemporal()], 'moves whose worker is killed', () => {
  let folder: string;
  let server: EmbeddingsServer;
  let stack: Stack;
  let client: FileClient;
  let barrier: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'medindex-moving-killed-'));
    barrier = await mkdtemp(join(folder, 'barrier-'));
    server = await EmbeddingsServer.start(new FakeEmbedder());
    const preload = pathToFileURL(entryPoint('test/harness/activity-barrier.js')).href;
    stack = await startStack({
      env: {
        EMBEDDING_PROVIDER: 'openai',
        EMBEDDING_BASE_URL: server.baseUrl,
        EMBEDDING_MODEL: 'former',
        EMBEDDING_MODELS: 'next',
        ACTIVITY_BARRIER: barrier,
        NODE_OPTIONS: `--import ${preload}`,
      },
    });
    client = clientOf(stack);
    for (const name of COLLECTIONS) {
      await client.createCollection({ name, sourceType: 'guideline', language: 'en', safetyLevel: 'public' });
    }
    const uploads = await Promise.all(
      COLLECTIONS.map(async (collection) => {
        const path = join(folder, `${collection}.md`);
        await writeFile(path, `# Advice of ${collection} to all\n\nZinc helps, says ${collection}.\n`);
        return { path, collection, fileName: `${collection}.md`, externalId: collection };
      }),
    );
    const runs = await ended(client, await uploadAll(client, uploads));
    expect(runs.map(({ state }) => state)).toEqual(COLLECTIONS.map(() => 'published'));
  });
  afterAll(async () => {
    await stack?.stop();
    await server?.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function indexesOf(collection: string): Promise<GenerationBody[]> {
    return (await client.vectorIndexes(collection)).vectorIndexes;
  }

  /** Decides as a person does who looks again where an answer was lost; ends with the move. */
  async function seeThrough(collection: string, runId: string): Promise<string> {
    let rollbacks = 0;
    for (;;) {
      await pause(LOOK_EVERY_MS);
      try {
        const run = await client.anyRun(runId);
        if (run.state !== 'running') return run.state;
        const moving = (await indexesOf(collection)).find(({ move }) => move !== null);
        if (!moving) continue;
        if (moving.move?.stage === 'decide') {
          if (moving.state === 'retired') rollbacks = Math.max(rollbacks, 1);
          await client.decideMove(moving.vectorIndexId, 'promote');
        } else if (moving.move?.stage === 'kept') {
          await client.decideMove(moving.vectorIndexId, rollbacks === 0 ? 'rollback' : 'finish');
          rollbacks += 1;
        }
      } catch (error) {
        if (!(error instanceof ApiRefusal || error instanceof ApiUnreachable)) throw error;
      }
    }
  }

  async function allHeld(boundary: Boundary): Promise<void> {
    for (;;) {
      const files = new Set(await readdir(barrier));
      if (HELD.every((activity) => files.has(`${boundary}-${activity}`))) return;
      await pause(LOOK_EVERY_MS);
    }
  }

  test('before all effects, then after all: each move comes to its end, and no search fails', async () => {
    let [searching, failed, searched] = [true, 0, 0];
    const searches = (async () => {
      while (searching) {
        const collections = [COLLECTIONS[searched % COLLECTIONS.length] ?? ''];
        searched += 1;
        const found = await client.search({ query: 'does zinc help', collections }).catch(() => null);
        if (found?.meta.mode !== 'hybrid' || found.meta.degraded !== undefined || found.data.hits.length !== 1)
          failed += 1;
        await pause(LOOK_EVERY_MS);
      }
    })();
    await writeFile(join(barrier, 'hold'), 'before');
    const ends = COLLECTIONS.map(async (collection) => {
      const { runId } = await client.startMove({ collection, model: 'next' });
      return seeThrough(collection, runId);
    });
    await allHeld('before');
    await writeFile(join(barrier, 'hold'), 'after');
    kill(stack, 'worker');
    await allHeld('after');
    await unlink(join(barrier, 'hold'));
    kill(stack, 'worker');

    expect(await Promise.all(ends)).toEqual(COLLECTIONS.map(() => 'completed'));
    searching = false;
    await searches;
    expect({ failed, some: searched > COLLECTIONS.length }).toEqual({ failed: 0, some: true });
    for (const collection of COLLECTIONS) {
      const left = (await indexesOf(collection)).map(({ model, state, complete }) => ({ model, state, complete }));
      expect(left).toEqual([{ model: 'next', state: 'live', complete: true }]);
      const found = await client.search({
        query: `what says ${collection}`,
        collections: [collection],
        mode: 'vector',
      });
      expect(found.data.hits).toHaveLength(1);
      expect(found.meta.vectorIndex?.model).toBe('next');
    }
  });
});
