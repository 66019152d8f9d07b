import { describe, expect, it } from 'vitest';
import { EstimatingTokenizer } from '../../../core/chunking/estimating-tokenizer.js';
import { Failure } from '../../../core/contract/failures.js';
import { type LoadableModel, LoadedModels } from '../../../infra/embedding/onnx/loaded-models.js';
import { FakeEmbedder } from '../../fakes/fake-embedder.js';

/** Models that keep count of what is open. */
function countedModels(names: readonly string[]) {
  const open = new Set<string>();
  const opened: string[] = [];
  let failures = 0;
  const models = names.map((name): LoadableModel => ({
    name,
    open: async () => {
      if (failures > 0) {
        failures -= 1;
        throw new Error('no memory');
      }
      opened.push(name);
      open.add(name);
      const embedder = new FakeEmbedder({ name });
      const close = embedder.close.bind(embedder);
      embedder.close = async () => {
        open.delete(name);
        await close();
      };
      return embedder;
    },
    openTokenizer: async () => new EstimatingTokenizer(),
  }));
  return { models, open, opened, failNext: () => (failures += 1) };
}

const nameOf = (models: LoadedModels, name: string) =>
  models.withEmbedder(name, async (embedder) => {
    await embedder.embed(['x'], 'query');
    return embedder.model.name;
  });

describe('LoadedModels', () => {
  it('loads a model when it is first needed, once, and keeps no more than it may', async () => {
    const { models, open, opened } = countedModels(['a', 'b', 'c']);
    const loaded = new LoadedModels(models, 2);
    expect([...open]).toEqual([]);
    expect(await Promise.all([nameOf(loaded, 'a'), nameOf(loaded, 'a')])).toEqual(['a', 'a']);
    await nameOf(loaded, 'b');
    await nameOf(loaded, 'a');
    expect(opened).toEqual(['a', 'b']);
    await nameOf(loaded, 'c');
    expect([...open].sort()).toEqual(['a', 'c']);
    await nameOf(loaded, 'b');
    expect([...open].sort()).toEqual(['b', 'c']);
    await loaded.close();
    expect([...open]).toEqual([]);
    await expect(nameOf(loaded, 'a')).rejects.toThrow('EMBEDDING_UNAVAILABLE');
  });

  it('does not unload what is in use', async () => {
    const { models, open } = countedModels(['a', 'b', 'c']);
    const loaded = new LoadedModels(models, 1);
    await loaded.withEmbedder('a', async (a) => {
      await loaded.withEmbedder('b', async () => {
        expect([...open].sort()).toEqual(['a', 'b']);
      });
      expect([...open]).toEqual(['a']);
      expect(await a.embed(['x'], 'query')).toHaveLength(1);
    });
    await nameOf(loaded, 'c');
    expect([...open]).toEqual(['c']);
  });

  it('says which it does not have, and tries again what could not be loaded', async () => {
    const { models, failNext } = countedModels(['a']);
    const loaded = new LoadedModels(models);
    const missing = (error: unknown) => error instanceof Failure && error.code === 'MODEL_MISSING';
    await expect(nameOf(loaded, 'z')).rejects.toSatisfy(missing);
    await expect(loaded.tokenizer('z')).rejects.toSatisfy(missing);
    failNext();
    await expect(nameOf(loaded, 'a')).rejects.toThrow('EMBEDDING_UNAVAILABLE');
    expect(await nameOf(loaded, 'a')).toBe('a');
  });
});
