import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { InvalidModelFolder } from '../../embedding/provision/model-folder.js';

/** A token-classification model on disk, in the form that Transformers.js loads. */
export interface PhiModelFolder {
  /** The folder's own name, e.g. `rampart`. */
  readonly name: string;
  /** Absolute path of the ONNX file. */
  readonly modelFile: string;
  /** Longest input in tokens, special tokens included. */
  readonly maxTokens: number;
  /** By output column: `O`, `B-SURNAME`, … */
  readonly labels: readonly string[];
  readonly tokenizer: object;
  readonly tokenizerConfig: object;
}

const MODEL_FILES = ['onnx/model_q4.onnx', 'onnx/model_quantized.onnx', 'onnx/model.onnx', 'model.onnx'];
/** Without these a model cannot tell names, and the rules would wait for an answer that never comes. */
const NEEDED_LABELS = ['B-GIVEN_NAME', 'B-SURNAME'];

/** Errors: `InvalidModelFolder` with what is missing, for whoever set the path. */
export async function openPhiModelFolder(folder: string): Promise<PhiModelFolder> {
  const relative = MODEL_FILES.find((file) => existsSync(join(folder, file)));
  if (!relative) throw new InvalidModelFolder(`${folder} holds none of ${MODEL_FILES.join(', ')}`);
  const config = await readJson(folder, 'config.json');
  const byIndex = config['id2label'];
  if (typeof byIndex !== 'object' || byIndex === null) {
    throw new InvalidModelFolder(`${folder}: config.json names no labels (id2label)`);
  }
  const labels = Object.entries(byIndex as Record<string, string>)
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([, label]) => label);
  const missing = NEEDED_LABELS.filter((label) => !labels.includes(label));
  if (missing.length > 0) throw new InvalidModelFolder(`${folder}: the model has no label ${missing.join(', ')}`);
  const positions = config['max_position_embeddings'];
  return {
    name: basename(folder),
    modelFile: join(folder, relative),
    maxTokens: typeof positions === 'number' ? positions : 512,
    labels,
    tokenizer: await readJson(folder, 'tokenizer.json'),
    tokenizerConfig: await readJson(folder, 'tokenizer_config.json'),
  };
}

async function readJson(folder: string, file: string): Promise<Record<string, unknown>> {
  try {
    return JSON.parse(await readFile(join(folder, file), 'utf8')) as Record<string, unknown>;
  } catch (cause) {
    throw new InvalidModelFolder(`${folder} holds no readable ${file}`, { cause });
  }
}
