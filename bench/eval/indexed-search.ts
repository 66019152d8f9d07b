import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareFirstStart } from '../../api/first-start.js';
import { DEFAULT_ORGANIZATION } from '../../core/contract/ids.js';
import type { AccessScope } from '../../core/ports/access-scope.js';
import { todayUtc } from '../../core/reading/facts/calendar-day.js';
import { normaliseQuery } from '../../core/retrieval/query.js';
import { createRetrieval, type RelevantChunk } from '../../core/retrieval/retrieve.js';
import { LoadedModels } from '../../infra/embedding/onnx/loaded-models.js';
import { ModelTokenizer } from '../../infra/embedding/tokenizer/model-tokenizer.js';
import { OnnxEmbedder } from '../../infra/embedding/onnx/onnx-embedder.js';
import { migrate } from '../../infra/postgres/migrate.js';
import { PgVectorIndex } from '../../infra/postgres/pg-vector-index.js';
import { createPool } from '../../infra/postgres/pool.js';
import { createPostgresCatalog } from '../../infra/postgres/postgres-catalog.js';
import type { NativeServer } from '../setting/native-server.js';
import { MODEL_NAME, shared } from '../setting/samples.js';
import { indexReadings, type ReadDocument } from './index-readings.js';

export const MODES = ['vector', 'hybrid', 'text'] as const;
export type Mode = (typeof MODES)[number];

const EVERYTHING: AccessScope = {
  organizationId: DEFAULT_ORGANIZATION,
  collections: 'all',
  safetyLevel: 'clinical_staff_only',
};

export type Hit = RelevantChunk;

/** Documents in a collection of a fresh database, and the search that the API runs. */
export interface IndexedSearch {
  readonly chunks: number;
  search(query: string, mode: Mode, topK: number): Promise<readonly Hit[]>;
  close(): Promise<void>;
}

export async function openIndexedSearch(input: {
  server: NativeServer;
  /** Of {@link MODEL_NAME}: which of its ONNX files. */
  modelFile: string;
  collection: string;
  documents: readonly ReadDocument[];
}): Promise<IndexedSearch> {
  const folder = await mkdtemp(join(tmpdir(), 'medindex-bench-model-'));
  const pool = await createPool({ databaseUrl: await input.server.createDatabase(), kind: 'native' });
  const embedder = await OnnxEmbedder.open({ modelFolder: await folderWith(input.modelFile, folder) });
  await migrate(pool);
  const catalog = createPostgresCatalog({ pool });
  await prepareFirstStart(catalog, null);
  const collection = await catalog.collections.byName(EVERYTHING, input.collection);
  if (!collection) throw new Error(`there is no collection ${input.collection}`);
  const vectorIndex = new PgVectorIndex({ pool });
  const tokenizer = await ModelTokenizer.open(join(folder, MODEL_NAME));
  const { collectionId } = collection;
  const { documents } = input;
  const chunks = await indexReadings({ catalog, vectorIndex, embedder, tokenizer, collectionId, documents });
  const retrieve = createRetrieval({ catalog, vectorIndex, embedder, collectionModels: new LoadedModels([]) });
  const filter = { inForce: { on: todayUtc(), withSuperseded: false } };
  return {
    chunks,
    search: async (question, mode, topK) => {
      const query = normaliseQuery(question);
      if (!query.ok) throw new Error(`the question is ${query.problem}`);
      return (await retrieve(EVERYTHING, { text: query.text, mode, topK, filter })).hits;
    },
    close: async () => {
      await embedder.close();
      await pool.end();
      await rm(folder, { recursive: true, force: true });
    },
  };
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
