import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { EmbeddingPurpose } from '../../../core/ports/embedder.js';
import { sha256OfFile } from '../../file-digest.js';

/** How the vectors of tokens become the vector of a text. */
export type Pooling = 'mean' | 'cls';

export type Prompts = Readonly<Record<EmbeddingPurpose, string>>;

/** A sentence-embedding model on disk, in the form that Transformers.js loads. */
export interface ModelFolder {
  readonly folder: string;
  /** The folder's own name, e.g. `all-MiniLM-L6-v2`. */
  readonly name: string;
  /** Absolute path of the ONNX file. */
  readonly modelFile: string;
  /** Longest input that the model was built for, special tokens included. */
  readonly maxTokens: number;
  readonly pooling: Pooling;
  /** What the model was trained to see before a text of each purpose, e.g. `query: `; mostly nothing. */
  readonly prompts: Prompts;
  /** Parsed `tokenizer.json` and `tokenizer_config.json`. */
  readonly tokenizer: object;
  readonly tokenizerConfig: object;
}

/** A folder that cannot be used as a model; the message says what is missing, for whoever set the path. */
export class InvalidModelFolder extends Error {
  override readonly name = 'InvalidModelFolder';
}

/** int8 first: it ranks as fp32 does and is 1.4 times (AVX2) to 1.7 times (VNNI) as fast on a CPU (docs/performance.md). */
const MODEL_FILES = ['onnx/model_quantized.onnx', 'model_quantized.onnx', 'onnx/model.onnx', 'model.onnx'];

/**
 * Opens a model folder: `config.json`, `tokenizer.json`, `tokenizer_config.json` and one of {@link MODEL_FILES}.
 * Pooling is what `1_Pooling/config.json` (sentence-transformers) says, the mean without one; prompts are those that
 * `config_sentence_transformers.json` calls `query`, and `passage` or `document`.
 * Errors: {@link InvalidModelFolder}.
 */
export async function openModelFolder(folder: string): Promise<ModelFolder> {
  const relative = MODEL_FILES.find((file) => existsSync(join(folder, file)));
  if (!relative) throw new InvalidModelFolder(`${folder} holds none of ${MODEL_FILES.join(', ')}`);
  const config = await readJson(folder, 'config.json');
  const tokenizerConfig = await readJson(folder, 'tokenizer_config.json');
  const limits = [config['max_position_embeddings'], tokenizerConfig['model_max_length']].filter(
    (limit): limit is number => typeof limit === 'number' && limit > 0,
  );
  if (limits.length === 0) throw new InvalidModelFolder(`${folder} does not say how long an input may be`);
  return {
    folder,
    name: basename(folder),
    modelFile: join(folder, relative),
    maxTokens: Math.min(...limits),
    pooling: await poolingOf(folder),
    prompts: await promptsOf(folder),
    tokenizer: await readJson(folder, 'tokenizer.json'),
    tokenizerConfig,
  };
}

/** Identity of what makes a model's vectors: `sha256:` and the hex digest of its weights, and that of its prompts, if any. */
export async function modelRevision({
  modelFile,
  prompts,
}: Pick<ModelFolder, 'modelFile' | 'prompts'>): Promise<string> {
  const weights = `sha256:${await sha256OfFile(modelFile)}`;
  if (prompts.query === '' && prompts.passage === '') return weights;
  const digest = createHash('sha256')
    .update(JSON.stringify([prompts.query, prompts.passage]))
    .digest('hex');
  return `${weights} prompts:${digest.slice(0, 16)}`;
}

async function promptsOf(folder: string): Promise<Prompts> {
  const file = 'config_sentence_transformers.json';
  const named = existsSync(join(folder, file)) ? (await readJson(folder, file))['prompts'] : undefined;
  const given = typeof named === 'object' && named !== null ? (named as Record<string, unknown>) : {};
  const text = (prompt: unknown) => (typeof prompt === 'string' ? prompt : '');
  return { query: text(given['query']), passage: text(given['passage'] ?? given['document']) };
}

async function poolingOf(folder: string): Promise<Pooling> {
  const path = join('1_Pooling', 'config.json');
  if (!existsSync(join(folder, path))) return 'mean';
  const pooling = await readJson(folder, path);
  if (pooling['pooling_mode_cls_token'] === true) return 'cls';
  if (pooling['pooling_mode_mean_tokens'] === true) return 'mean';
  throw new InvalidModelFolder(
    `${folder} pools neither by mean nor by its first token, which is all that is supported`,
  );
}

async function readJson(folder: string, file: string): Promise<Record<string, unknown>> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(await readFile(join(folder, file), 'utf8'));
  } catch (cause) {
    throw new InvalidModelFolder(`${folder} has no readable ${file}`, { cause });
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new InvalidModelFolder(`${file} in ${folder} is not a JSON object`);
  }
  return parsed as Record<string, unknown>;
}
