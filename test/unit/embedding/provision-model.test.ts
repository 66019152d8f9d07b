import { createHash } from 'node:crypto';
import { appendFile, cp, mkdtemp, readdir, readFile, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fetchHubFile, HUB_FILES } from '../../../infra/embedding/provision/hub-model.js';
import { adoptModel, newAttempt, verifyStoredModel } from '../../../infra/embedding/provision/model-cache.js';
import { InvalidModelFolder } from '../../../infra/embedding/provision/model-folder.js';
import { OnnxEmbedder } from '../../../infra/embedding/onnx/onnx-embedder.js';
import { DEFAULT_MODEL, provisionEmbeddingModel } from '../../../infra/embedding/provision/provision-model.js';
import { makeTinyModel } from './tiny-model.js';

const scratch = () => mkdtemp(join(tmpdir(), 'medindex-provision-'));
/** A network that refuses, and one that answers nonsense. */
const refusing: typeof fetch = async () => Promise.reject(new TypeError('fetch failed'));
const lying: typeof fetch = async () => new Response('not the file');
const notFound: typeof fetch = async () => new Response('gone', { status: 404 });
const unexpected: typeof fetch = async () => Promise.reject(new Error('nothing should be fetched'));

async function storeTinyModel(cacheDir: string): Promise<string> {
  const folder = join(cacheDir, 'models', DEFAULT_MODEL);
  // As many dimensions as its name promises.
  await cp(await makeTinyModel({ int8: true, hidden: 384 }), join(cacheDir, 'models', 'attempt'), { recursive: true });
  await adoptModel({ attempt: join(cacheDir, 'models', 'attempt'), folder, source: 'hub' });
  return folder;
}

describe('provisionEmbeddingModel', () => {
  it('takes EMBEDDING_MODEL_PATH as it is, and never passes over a wrong one', async () => {
    const [cacheDir, modelPath] = [await scratch(), await makeTinyModel()];
    const input = { cacheDir, log: () => undefined, fetch: unexpected };
    expect(await provisionEmbeddingModel({ ...input, modelPath })).toEqual({
      folder: modelPath,
      source: 'EMBEDDING_MODEL_PATH',
    });
    await expect(provisionEmbeddingModel({ ...input, modelPath: cacheDir })).rejects.toBeInstanceOf(InvalidModelFolder);
  });

  it('takes what is in the cache, without a word and without a network', async () => {
    const cacheDir = await scratch();
    const folder = await storeTinyModel(cacheDir);
    const sentences: string[] = [];
    const found = await provisionEmbeddingModel({ cacheDir, log: (s) => sentences.push(s), fetch: unexpected });
    expect(found).toEqual({ folder, source: 'cache' });
    expect(sentences).toEqual([]);
    const embedder = await OnnxEmbedder.open({ modelFolder: folder });
    expect(await embedder.embed(['x'], 'query')).toHaveLength(1);
    await embedder.close();
  });

  it.each([
    ['refuses', refusing],
    ['sends other bytes', lying],
    ['does not have it', notFound],
  ])('says in plain words why there is none when the hub %s and there is no Python', async (_, fetchFile) => {
    const cacheDir = await scratch();
    const sentences: string[] = [];
    const input = { cacheDir, log: (s: string) => sentences.push(s), fetch: fetchFile, python: 'no-such-python' };
    expect(await provisionEmbeddingModel(input)).toBeNull();
    expect(sentences.at(-1)).toMatch(/Hugging Face hub (cannot be reached|sent a file that is not the expected one)/);
    expect(sentences.at(-1)).toMatch(/Python is not installed/);
    expect(sentences.at(-1)).toMatch(/text only .* EMBEDDING_MODEL_PATH/);
    // Nothing half-made is left behind.
    expect(await readdir(join(cacheDir, 'models'))).toEqual([]);
  });

  it('does not use a damaged model', async () => {
    const cacheDir = await scratch();
    const folder = await storeTinyModel(cacheDir);
    await appendFile(join(folder, 'onnx', 'model_quantized.onnx'), 'x');
    const sentences: string[] = [];
    const log = (sentence: string) => sentences.push(sentence);
    expect(await provisionEmbeddingModel({ cacheDir, log, fetch: refusing, python: 'no-such-python' })).toBeNull();
    expect(sentences[0]).toMatch(/damaged/);
  });

  it('clears away what a killed start left, not what another is doing', async () => {
    const cacheDir = await scratch();
    const models = join(cacheDir, 'models');
    await rm(await storeTinyModel(cacheDir), { recursive: true });
    const [old, current] = [await newAttempt(models), await newAttempt(models)];
    await utimes(old.folder, new Date(0), new Date(0));
    await provisionEmbeddingModel({ cacheDir, log: () => undefined, fetch: refusing, python: 'no-such-python' });
    expect((await readdir(models)).map((name) => join(models, name))).toEqual([current.folder]);
  });
});

describe('a file of the hub', () => {
  const bytes = Buffer.from('weights '.repeat(50_000));
  const file = {
    path: 'onnx/weights.bin',
    sizeBytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  };

  it('is fetched from a pinned revision and stored when it has its checksum', async () => {
    const path = join(await scratch(), file.path);
    const asked: unknown[] = [];
    const serving: typeof fetch = async (url) => {
      asked.push(url);
      return new Response(bytes);
    };
    await fetchHubFile(file, path, serving);
    expect((await readFile(path)).equals(bytes)).toBe(true);
    expect(asked).toEqual([expect.stringMatching(/^https:\/\/huggingface\.co\/.*\/[0-9a-f]{40}\/onnx\/weights\.bin$/)]);
  });

  it('is refused when it is longer, shorter or other than pinned', async () => {
    const path = join(await scratch(), file.path);
    for (const body of [Buffer.concat([bytes, bytes]), bytes.subarray(1), Buffer.alloc(bytes.length)]) {
      await expect(fetchHubFile(file, path, async () => new Response(body))).rejects.toThrow(/than pinned/);
    }
  });

  it('has a whole model, each with a checksum', () => {
    expect(HUB_FILES.map(({ path }) => path).sort()).toEqual([
      'config.json',
      'onnx/model_quantized.onnx',
      'tokenizer.json',
      'tokenizer_config.json',
    ]);
    for (const { sha256 } of HUB_FILES) expect(sha256).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('the model cache', () => {
  it('keeps the first of two that are stored at once', async () => {
    const models = join(await scratch(), 'models');
    const folder = join(models, DEFAULT_MODEL);
    const attempts = await Promise.all(
      [1, 2, 3, 4].map(async (seed) => {
        const attempt = join(models, `attempt-${seed}`);
        await cp(await makeTinyModel({ seed }), attempt, { recursive: true });
        return attempt;
      }),
    );
    await Promise.all(attempts.map((attempt) => adoptModel({ attempt, folder, source: 'hub' })));
    expect(await verifyStoredModel(folder)).toBe('intact');
  });

  it('replaces a damaged one', async () => {
    const cacheDir = await scratch();
    const folder = await storeTinyModel(cacheDir);
    await rm(join(folder, 'config.json'));
    expect(await verifyStoredModel(folder)).toBe('damaged');
    await storeTinyModel(cacheDir);
    expect(await verifyStoredModel(folder)).toBe('intact');
    expect(await readdir(join(cacheDir, 'models'))).toEqual([DEFAULT_MODEL]);
  });

  it('knows when there is nothing', async () => {
    expect(await verifyStoredModel(join(await scratch(), 'nothing'))).toBe('absent');
  });
});
