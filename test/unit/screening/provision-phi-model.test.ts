import { existsSync } from 'node:fs';
import { appendFile, cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { adoptModel } from '../../../infra/embedding/provision/model-cache.js';
import { InvalidModelFolder } from '../../../infra/embedding/provision/model-folder.js';
import { PROJECT_ROOT } from '../../../infra/entry-point.js';
import { openPhiModelFolder } from '../../../infra/screening/provision/phi-model-folder.js';
import { PHI_MODEL, provisionPhiModel } from '../../../infra/screening/provision/provision-phi-model.js';

const scratch = () => mkdtemp(join(tmpdir(), 'medindex-provision-phi-'));
const refusing: typeof fetch = async () => Promise.reject(new TypeError('fetch failed'));
const lying: typeof fetch = async () => new Response('not the file');
const unexpected: typeof fetch = async () => Promise.reject(new Error('nothing should be fetched'));

const shared = join(process.env['MEDINDEX_SHARED'] ?? join(PROJECT_ROOT, '..', 'shared'), 'models', PHI_MODEL);
const real = [process.env['PHI_MODEL_PATH'] ?? '', shared].find((path) => path !== '' && existsSync(path)) ?? '';

describe('provisionPhiModel', () => {
  it.each([
    ['refuses', refusing],
    ['sends other bytes', lying],
  ])('says in plain words what it costs when the hub %s and there is no Python', async (_, fetchFile) => {
    const cacheDir = await scratch();
    const sentences: string[] = [];
    const input = { cacheDir, log: (s: string) => sentences.push(s), fetch: fetchFile, python: 'no-such-python' };
    expect(await provisionPhiModel(input)).toBeNull();
    expect(sentences.at(-1)).toMatch(/Hugging Face hub (cannot be reached|sent a file that is not the expected one)/);
    expect(sentences.at(-1)).toMatch(/rules alone .* PHI_MODEL_PATH/);
    expect(await readdir(join(cacheDir, 'models'))).toEqual([]);
  });

  it('never passes over a wrong PHI_MODEL_PATH', async () => {
    const cacheDir = await scratch();
    const input = { cacheDir, modelPath: cacheDir, log: () => undefined, fetch: unexpected };
    await expect(provisionPhiModel(input)).rejects.toBeInstanceOf(InvalidModelFolder);
  });

  describe.skipIf(real === '')('with a model (skipped: none could be had on this machine, PHI_MODEL_PATH)', () => {
    it('takes PHI_MODEL_PATH as it is', async () => {
      const input = { cacheDir: await scratch(), modelPath: real, log: () => undefined, fetch: unexpected };
      expect(await provisionPhiModel(input)).toEqual({ folder: real, source: 'PHI_MODEL_PATH' });
    });

    it('takes what is in the cache, and nothing that was damaged there', async () => {
      const cacheDir = await scratch();
      const folder = join(cacheDir, 'models', PHI_MODEL);
      await cp(real, join(cacheDir, 'models', 'attempt'), { recursive: true });
      // A model from a cache brings the manifest of its own adoption.
      await rm(join(cacheDir, 'models', 'attempt', 'medindex-manifest.json'), { force: true });
      await adoptModel({
        attempt: join(cacheDir, 'models', 'attempt'),
        folder,
        source: 'hub',
        open: openPhiModelFolder,
      });
      const sentences: string[] = [];
      const input = { cacheDir, log: (s: string) => sentences.push(s), python: 'no-such-python' };
      expect(await provisionPhiModel({ ...input, fetch: unexpected })).toEqual({ folder, source: 'cache' });
      expect(sentences).toEqual([]);
      await appendFile(join(folder, 'onnx', 'model_q4.onnx'), 'x');
      expect(await provisionPhiModel({ ...input, fetch: refusing })).toBeNull();
      expect(sentences[0]).toMatch(/damaged/);
    });
  });
});
