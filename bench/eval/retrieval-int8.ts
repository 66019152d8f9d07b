import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareFirstStart } from '../../api/first-start.js';
import { createSearch } from '../../api/search/run-search.js';
import { DEFAULT_ORGANIZATION } from '../../core/contract/ids.js';
import type { AccessScope } from '../../core/ports/access-scope.js';
import { LoadedModels } from '../../infra/embedding/loaded-models.js';
import { ModelTokenizer } from '../../infra/embedding/model-tokenizer.js';
import { OnnxEmbedder } from '../../infra/embedding/onnx-embedder.js';
import { migrate } from '../../infra/postgres/migrate.js';
import { PgVectorIndex } from '../../infra/postgres/pg-vector-index.js';
import { createPool } from '../../infra/postgres/pool.js';
import { createPostgresCatalog } from '../../infra/postgres/postgres-catalog.js';
import { type Bench, missed, type Say } from '../bench.js';
import { NativeServer } from '../setting/native-server.js';
import { MODEL_NAME, shared } from '../setting/samples.js';
import { round, tableLines } from '../setting/statistics.js';
import { indexPassages } from './index-passages.js';
import { type Judged, loadLiveqa, ndcg } from './liveqa.js';

const COLLECTION = 'consumer_health';
const EVERYTHING: AccessScope = {
  organizationId: DEFAULT_ORGANIZATION,
  collections: 'all',
  safetyLevel: 'clinical_staff_only',
};

/** Passages of one document are counted once: enough chunks that ten documents are among them. */
const TOP_CHUNKS = 40;
const K = 10;

const MAX_LOSS = 0.005;

const MODES = ['vector', 'hybrid', 'text'] as const;
type Mode = (typeof MODES)[number];

/** What int8 costs in ranking: the same passages and questions through our own retrieval, with both files of one model. */
export const retrievalBench: Bench = {
  name: 'liveqa',
  summary: 'nDCG@10 on judged consumer questions, with the int8 and the float32 file of the model',
  async run(_args, say) {
    const files = { int8: 'model_quantized.onnx', fp32: 'model.onnx' };
    const server = await NativeServer.start();
    try {
      const int8 = await evaluate(server, files.int8, say);
      const fp32 = await evaluate(server, files.fp32, say);
      for (const line of tableLines([
        ['nDCG@10', ...MODES],
        ['int8', ...MODES.map((mode) => int8[mode])],
        ['fp32', ...MODES.map((mode) => fp32[mode])],
      ])) {
        say(line);
      }
      return {
        figures: { int8, fp32 },
        short: missed({
          vectorLoss: fp32.vector - int8.vector <= MAX_LOSS,
          hybridLoss: fp32.hybrid - int8.hybrid <= MAX_LOSS,
        }),
      };
    } finally {
      await server.stop();
    }
  },
};

async function evaluate(server: NativeServer, modelFile: string, say: Say): Promise<Record<Mode, number>> {
  const { passages, questions } = loadLiveqa();
  const folder = await mkdtemp(join(tmpdir(), 'medindex-bench-model-'));
  const pool = await createPool({ databaseUrl: await server.createDatabase(), kind: 'native' });
  const embedder = await OnnxEmbedder.open({ modelFolder: await folderWith(modelFile, folder) });
  try {
    await migrate(pool);
    const catalog = createPostgresCatalog({ pool });
    await prepareFirstStart(catalog, null);
    const collection = await catalog.collections.byName(EVERYTHING, COLLECTION);
    if (!collection) throw new Error(`there is no collection ${COLLECTION}`);
    const vectorIndex = new PgVectorIndex({ pool });
    const tokenizer = await ModelTokenizer.open(join(folder, MODEL_NAME));
    const { collectionId } = collection;
    const begun = performance.now();
    const chunks = await indexPassages({ catalog, vectorIndex, embedder, tokenizer, collectionId, passages });
    say(
      `${modelFile}: ${chunks} chunks of ${passages.length} passages in ${round((performance.now() - begun) / 1000, 0)} s`,
    );

    const search = createSearch({ catalog, vectorIndex, embedder, collectionModels: new LoadedModels([]) });
    const rank = async (mode: Mode, { question }: Judged) => {
      const { hits } = await search(EVERYTHING, { query: question, mode, topK: TOP_CHUNKS });
      return [...new Set(hits.map(({ chunk }) => chunk.externalId))];
    };
    const means = {} as Record<Mode, number>;
    for (const mode of MODES) {
      const scores: number[] = [];
      for (const judged of questions) {
        const score = ndcg(await rank(mode, judged), judged.grades, K);
        if (score !== null) scores.push(score);
      }
      means[mode] = round(scores.reduce((sum, score) => sum + score, 0) / scores.length, 4);
    }
    return means;
  } finally {
    await embedder.close();
    await pool.end();
    await rm(folder, { recursive: true, force: true });
  }
}

/** The model's folder with this one of its files, by links. */
async function folderWith(modelFile: string, parent: string): Promise<string> {
  const source = shared('models', MODEL_NAME);
  const folder = join(parent, MODEL_NAME);
  await mkdir(join(folder, 'onnx'), { recursive: true });
  for (const file of ['config.json', 'tokenizer.json', 'tokenizer_config.json', join('onnx', modelFile)]) {
    if (existsSync(join(source, file))) await symlink(join(source, file), join(folder, file));
  }
  return folder;
}
