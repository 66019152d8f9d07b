import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { sha256OfFile } from '../../file-digest.js';
import { MODEL_PROFILES, type ModelProfile, type Pooling, type Prompts } from './model-profiles.js';

export type { Pooling, Prompts } from './model-profiles.js';

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
  /** Of its vectors, where somebody says it: what the model answers is held against it when it is loaded. */
  readonly dimensions: number | null;
  /** Of each vector only so many numbers are kept (Matryoshka), brought to unit length again; `null`: all. */
  readonly truncateDimensions: number | null;
  /** Absolute path of the folder with the model for questions; `null`: one model for both. */
  readonly queryFolder: string | null;
  /** Pooling, cut and query encoder that no file of the model's makers says: part of its revision. */
  readonly ownSettings: readonly string[];
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
 * Pooling is what `1_Pooling/config.json` (sentence-transformers) says; prompts are those that
 * `config_sentence_transformers.json` calls `query`, and `passage` or `document`. What these files do not say is taken from
 * `medindex.json` in the folder, or from the profile of a model that is known by its name; else the mean, and no prompts.
 * Errors: {@link InvalidModelFolder}, also where two of them contradict each other.
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
  const known = await ownSettingsOf(folder);
  const said = await poolingOf(folder);
  if (said !== null && known.pooling !== undefined && said !== known.pooling) {
    throw new InvalidModelFolder(`${folder} says that it pools by ${said}, and its settings say ${known.pooling}`);
  }
  const pooling = said ?? known.pooling ?? 'mean';
  const queryFolder = known.queryEncoder === undefined ? null : resolve(dirname(folder), known.queryEncoder);
  if (queryFolder !== null && !existsSync(queryFolder)) {
    throw new InvalidModelFolder(
      `${folder} is for passages only: its model for questions is missing at ${queryFolder}`,
    );
  }
  return {
    folder,
    name: basename(folder),
    modelFile: join(folder, relative),
    maxTokens: Math.min(...limits),
    pooling,
    dimensions: known.dimensions ?? null,
    truncateDimensions: known.truncateDimensions ?? null,
    queryFolder,
    ownSettings: [
      ...(said === null && pooling !== 'mean' ? [`pooling:${pooling}`] : []),
      ...(known.truncateDimensions === undefined ? [] : [`cut:${known.truncateDimensions}`]),
    ],
    prompts: (await promptsOf(folder)) ?? known.prompts ?? { query: '', passage: '' },
    tokenizer: await readJson(folder, 'tokenizer.json'),
    tokenizerConfig,
  };
}

/**
 * Identity of what makes a model's vectors: `sha256:` and the hex digest of its weights, and where there are any those of its
 * prompts and its query encoder, and the settings of ours.
 */
export async function modelRevision({
  modelFile,
  prompts,
  queryFolder,
  ownSettings,
}: Pick<ModelFolder, 'modelFile' | 'prompts' | 'queryFolder' | 'ownSettings'>): Promise<string> {
  const parts = [`sha256:${await sha256OfFile(modelFile)}`];
  if (prompts.query !== '' || prompts.passage !== '') {
    const digest = createHash('sha256')
      .update(JSON.stringify([prompts.query, prompts.passage]))
      .digest('hex');
    parts.push(`prompts:${digest.slice(0, 16)}`);
  }
  if (queryFolder !== null) {
    const query = await openModelFolder(queryFolder);
    parts.push(`query:${(await sha256OfFile(query.modelFile)).slice(0, 16)}`);
  }
  return [...parts, ...ownSettings].join(' ');
}

/** What a model is used with, of `medindex.json` or its profile. */
type OwnSettings = Partial<ModelProfile> & { readonly truncateDimensions?: number };

const OWN_SETTINGS = 'medindex.json';

async function ownSettingsOf(folder: string): Promise<OwnSettings> {
  const profile: OwnSettings = MODEL_PROFILES[basename(folder)] ?? {};
  if (!existsSync(join(folder, OWN_SETTINGS))) return profile;
  const given = await readJson(folder, OWN_SETTINGS);
  const wrong = (name: string, allowed: string) =>
    new InvalidModelFolder(`${OWN_SETTINGS} in ${folder}: ${name} must be ${allowed}`);
  const unknown = Object.keys(given).find((name) => !OWN_NAMES.has(name));
  if (unknown !== undefined) throw wrong(unknown, `one of ${[...OWN_NAMES].join(', ')}`);
  const { dimensions, truncateDimensions, pooling, queryPrompt, passagePrompt, queryEncoder } = given;
  const isCount = (value: unknown): value is number => Number.isInteger(value) && Number(value) > 0;
  if (dimensions !== undefined && !isCount(dimensions)) throw wrong('dimensions', 'a whole number from 1 on');
  if (truncateDimensions !== undefined && !isCount(truncateDimensions)) {
    throw wrong('truncateDimensions', 'a whole number from 1 on');
  }
  if (pooling !== undefined && pooling !== 'mean' && pooling !== 'cls') throw wrong('pooling', 'mean or cls');
  for (const [name, value] of Object.entries({ queryPrompt, passagePrompt, queryEncoder })) {
    if (value !== undefined && typeof value !== 'string') throw wrong(name, 'a text');
  }
  const prompts =
    queryPrompt === undefined && passagePrompt === undefined
      ? {}
      : { prompts: { query: (queryPrompt as string) ?? '', passage: (passagePrompt as string) ?? '' } };
  return {
    ...profile,
    ...(dimensions === undefined ? {} : { dimensions }),
    ...(truncateDimensions === undefined ? {} : { truncateDimensions }),
    ...(pooling === undefined ? {} : { pooling }),
    ...(queryEncoder === undefined ? {} : { queryEncoder: queryEncoder as string }),
    ...prompts,
  };
}

const OWN_NAMES = new Set([
  'dimensions',
  'truncateDimensions',
  'pooling',
  'queryPrompt',
  'passagePrompt',
  'queryEncoder',
]);

/** `null`: the folder says none. */
async function promptsOf(folder: string): Promise<Prompts | null> {
  const file = 'config_sentence_transformers.json';
  const named = existsSync(join(folder, file)) ? (await readJson(folder, file))['prompts'] : undefined;
  const given = typeof named === 'object' && named !== null ? (named as Record<string, unknown>) : {};
  const text = (prompt: unknown) => (typeof prompt === 'string' ? prompt : '');
  const prompts = { query: text(given['query']), passage: text(given['passage'] ?? given['document']) };
  return prompts.query === '' && prompts.passage === '' ? null : prompts;
}

/** `null`: the folder does not say it. */
async function poolingOf(folder: string): Promise<Pooling | null> {
  const path = join('1_Pooling', 'config.json');
  if (!existsSync(join(folder, path))) return null;
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
