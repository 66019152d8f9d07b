import { join } from 'node:path';
import { OnnxEmbedder } from '../../infra/embedding/onnx/onnx-embedder.js';
import { createPool } from '../../infra/postgres/pool.js';
import { MODEL_NAME, modelsFolder } from '../setting/samples.js';

/** What medindex embedded: each text once, as the cache of embeddings keeps it. */
export async function embeddedTexts(databaseUrl: string): Promise<string[]> {
  const pool = await createPool({ databaseUrl, kind: 'native', maxConnections: 1 });
  const { rows } = await pool.query<{ input: string }>(
    'select distinct on (input_sha256) prefix || text as input from knowledge.chunks order by input_sha256',
  );
  await pool.end();
  return rows.map((row) => row.input);
}

export interface ModelAlone {
  readonly seconds: number;
  readonly cpuSeconds: number;
}

/** What the model alone takes for these texts, on all cores, with nothing beside it. */
export async function modelAlone(texts: readonly string[]): Promise<ModelAlone> {
  const embedder = await OnnxEmbedder.open({ modelFolder: join(modelsFolder(), MODEL_NAME) });
  try {
    // Every thread has its model before the clock runs, as medindex has after its start.
    await embedder.embed(texts.slice(0, 64), 'passage');
    const cpuBefore = process.cpuUsage();
    const begun = performance.now();
    await embedder.embed(texts, 'passage');
    const seconds = (performance.now() - begun) / 1000;
    const { user, system } = process.cpuUsage(cpuBefore);
    return { seconds, cpuSeconds: (user + system) / 1_000_000 };
  } finally {
    await embedder.close();
  }
}
