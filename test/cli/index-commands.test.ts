import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../../api/cli/program.js';
import { EstimatingTokenizer } from '../../core/chunking/estimating-tokenizer.js';
import { DEFAULT_ORGANIZATION } from '../../core/contract/ids.js';
import { moveDetails } from '../../core/moving/move-details.js';
import { LoadedModels } from '../../infra/embedding/onnx/loaded-models.js';
import { ADMIN_KEY, ApiWorld } from '../api/api-world.js';
import { publishDocument, wholeOrganization } from '../api/publish-document.js';
import { FakeEmbedder } from '../fakes/fake-embedder.js';

const NEXT = { name: 'next', revision: 'next:1', dimensions: 48, maxTokens: 64 };

describe('medindex index', () => {
  let world: ApiWorld;
  let url: string;
  let folder: string;
  beforeAll(async () => {
    world = await ApiWorld.open();
    const app = await world.build({
      collectionModels: new LoadedModels([
        {
          name: NEXT.name,
          open: async () => new FakeEmbedder(NEXT),
          openTokenizer: async () => new EstimatingTokenizer(),
        },
      ]),
    });
    await app.listen({ host: '127.0.0.1', port: 0 });
    url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
    folder = await mkdtemp(join(tmpdir(), 'medindex-index-'));
    const { catalog, vectorIndex, embedder } = world;
    const passages = ['Give zinc once daily.'];
    await publishDocument({ catalog, vectorIndex, embedder, collection: 'guidelines', externalId: 'zinc', passages });
  });
  afterAll(async () => {
    await world.close();
    await rm(folder, { recursive: true });
  });

  async function medindex(...args: string[]) {
    const texts = { out: '', err: '' };
    const into = (name: keyof typeof texts) =>
      new Writable({
        write(chunk: Buffer, _encoding, done) {
          texts[name] += chunk.toString();
          done();
        },
      });
    const terminal = { stdout: into('out'), stderr: into('err'), isInteractive: false, width: 80 };
    const env = { MEDINDEX_URL: url, MEDINDEX_API_KEY: ADMIN_KEY };
    const exitCode = await runCli({ args: ['index', ...args], env, terminal });
    return { exitCode, ...texts };
  }

  it('tells what there is, what a move costs, and how it stands, and decides about it', async () => {
    const before = await medindex('status', 'guidelines');
    expect(before.out).toMatch(/^guidelines {2}live {2}fake \(32\) in pgvector {2}\[[0-9a-f-]{36}\]$/m);
    expect(before.err).toContain('Models: fake, next. Stores: pgvector.');
    expect((await medindex('estimate', 'guidelines', '--model', 'next')).out).toMatch(
      /^1 passages, \d+ tokens, about \d+ min of embedding/,
    );
    const nothing = await medindex('promote', 'guidelines');
    expect(nothing.exitCode).toBe(1);
    expect(nothing.err).toContain('No move of guidelines is under way');

    const questions = join(folder, 'questions.txt');
    await writeFile(questions, 'when is zinc given\n\nhow much zinc\n');
    const begun = await medindex(
      'build',
      'guidelines',
      '--model',
      'next',
      '--keep-days',
      '3',
      '--questions',
      questions,
    );
    expect(begun.exitCode).toBe(0);
    const [, runId = ''] = /run ([0-9a-f-]{36})/.exec(begun.out) ?? [];
    const act = await world.catalog.runs.loadAct(DEFAULT_ORGANIZATION, runId);
    expect(act && moveDetails(act)).toMatchObject({ model: 'next', keepDays: 3, policy: 'ask' });

    const collection = await world.catalog.collections.byName(wholeOrganization(), 'guidelines');
    const spec = await world.catalog.vectorIndexes.buildBeside({
      organizationId: DEFAULT_ORGANIZATION,
      collectionId: collection?.collectionId ?? '',
      model: NEXT,
      store: 'pgvector',
    });
    const comparison = {
      questions: 2,
      judged: 1,
      overlap: 0.5,
      rankBiasedOverlap: 0.75,
      ndcg: { live: 1, next: 0.5 },
      lost: 1,
    };
    await world.catalog.runs.recordActDetails(DEFAULT_ORGANIZATION, runId, {
      vectorIndexId: spec?.vectorIndexId,
      comparison,
    });
    await world.catalog.runs.recordActStage(DEFAULT_ORGANIZATION, runId, 'decide');
    const now = (await medindex('status', 'guidelines')).out;
    expect(now).toContain('building  next (48) in pgvector  vectors are missing');
    expect(now).toContain(
      '2 questions: overlap@10 0.50, rank-biased 0.75, nDCG@10 1.00 → 0.50 over 1, 1 lose something',
    );
    world.starter.answer = () => ({ stage: 'kept' });
    expect((await medindex('promote', 'guidelines')).out).toContain(
      'the new vector index is searched now (stage kept)',
    );
    expect((await medindex('rollback', 'nowhere')).err).toContain('COLLECTION_NOT_FOUND');
    expect((await medindex('build', 'guidelines', '--policy', 'perhaps')).exitCode).toBe(2);
  });
});
