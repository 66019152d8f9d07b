import { Failure } from '../../../core/contract/failures.js';
import type { CollectionModels } from '../../../core/ports/collection-models.js';
import type { Embedder, Tokenizer } from '../../../core/ports/embedder.js';

export interface LoadableModel {
  readonly name: string;
  open(): Promise<Embedder>;
  openTokenizer(): Promise<Tokenizer>;
}

/**
 * Models in memory beside the stack's own. One takes 60–90 MB a thread for a model of all-MiniLM's size and 350 MB for one
 * of bge-large's; loading takes 0.2–2 s, which two collections asked by turns would pay for each question.
 */
const MAX_LOADED = 2;

interface Loaded {
  readonly embedder: Promise<Embedder>;
  users: number;
}

/** Loads a model when it is first asked for, and unloads the one whose last use is longest ago when there are too many. */
export class LoadedModels implements CollectionModels {
  readonly names: readonly string[];
  readonly #models: ReadonlyMap<string, LoadableModel>;
  /** Least recently used first. */
  readonly #loaded = new Map<string, Loaded>();
  readonly #tokenizers = new Map<string, Promise<Tokenizer>>();
  #closed = false;

  constructor(
    models: readonly LoadableModel[],
    private readonly maxLoaded = MAX_LOADED,
  ) {
    this.#models = new Map(models.map((model) => [model.name, model]));
    this.names = [...this.#models.keys()];
  }

  async withEmbedder<Result>(name: string, use: (embedder: Embedder) => Promise<Result>): Promise<Result> {
    const model = this.#model(name);
    if (this.#closed) throw new Failure('EMBEDDING_UNAVAILABLE', { detail: 'models are closed' });
    const loaded = this.#loaded.get(name) ?? { embedder: opening(model), users: 0 };
    // Taking it out first moves it to the end: the map's order is that of last use.
    this.#loaded.delete(name);
    this.#loaded.set(name, loaded);
    loaded.users += 1;
    try {
      await this.#makeRoom();
      return await use(await this.#opened(name, loaded));
    } finally {
      loaded.users -= 1;
      await this.#makeRoom();
    }
  }

  async tokenizer(name: string): Promise<Tokenizer> {
    const tokenizer = this.#tokenizers.get(name) ?? this.#model(name).openTokenizer();
    this.#tokenizers.set(name, tokenizer);
    try {
      return await tokenizer;
    } catch (error) {
      this.#tokenizers.delete(name);
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    const loaded = [...this.#loaded.values()];
    this.#loaded.clear();
    await Promise.all(loaded.map(unload));
  }

  #model(name: string): LoadableModel {
    const model = this.#models.get(name);
    if (!model) throw new Failure('MODEL_MISSING', { detail: `model=${name}` });
    return model;
  }

  async #opened(name: string, loaded: Loaded): Promise<Embedder> {
    try {
      return await loaded.embedder;
    } catch (error) {
      if (this.#loaded.get(name) === loaded) this.#loaded.delete(name);
      throw error instanceof Failure ? error : new Failure('EMBEDDING_UNAVAILABLE', { detail: `model=${name}`, cause: error }); // prettier-ignore
    }
  }

  /** Models in use stay: there are more than `maxLoaded` only while as many are asked at the same moment. */
  async #makeRoom(): Promise<void> {
    for (const [name, loaded] of this.#loaded) {
      if (this.#loaded.size <= this.maxLoaded) return;
      if (loaded.users > 0) continue;
      this.#loaded.delete(name);
      await unload(loaded);
    }
  }
}

/** Looked at a little later, when there is room for it. */
function opening(model: LoadableModel): Promise<Embedder> {
  const embedder = model.open();
  embedder.catch(() => undefined);
  return embedder;
}

/** One that was never loaded has nothing to be closed. */
async function unload({ embedder }: Loaded): Promise<void> {
  const opened = await embedder.catch(() => null);
  await opened?.close();
}
