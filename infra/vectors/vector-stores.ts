import { Failure } from '../../core/contract/failures.js';
import type { VectorIndex, VectorIndexSpec, VectorStore } from '../../core/ports/vector-index.js';

/**
 * Each vector index in the store where it was made: a collection keeps its own until it is moved, whichever store new ones
 * are made in. Errors besides: `Failure VECTOR_STORE_UNAVAILABLE` for an index in a store that is not set up here.
 */
export class VectorStores implements VectorIndex {
  constructor(private readonly stores: Readonly<Partial<Record<VectorStore, VectorIndex>>>) {}

  prepare(spec: VectorIndexSpec): Promise<void> {
    return this.#of(spec, (store) => store.prepare(spec));
  }

  insert(spec: VectorIndexSpec, items: Parameters<VectorIndex['insert']>[1]): Promise<void> {
    return this.#of(spec, (store) => store.insert(spec, items));
  }

  remove(spec: VectorIndexSpec, chunkIds: Parameters<VectorIndex['remove']>[1]): Promise<void> {
    return this.#of(spec, (store) => store.remove(spec, chunkIds));
  }

  missing(spec: VectorIndexSpec, chunkIds: Parameters<VectorIndex['missing']>[1]): Promise<string[]> {
    return this.#of(spec, (store) => store.missing(spec, chunkIds));
  }

  removeStale(
    ...[spec, after, stored]: Parameters<VectorIndex['removeStale']>
  ): ReturnType<VectorIndex['removeStale']> {
    return this.#of(spec, (store) => store.removeStale(spec, after, stored));
  }

  search(...[scope, spec, query]: Parameters<VectorIndex['search']>): ReturnType<VectorIndex['search']> {
    return this.#of(spec, (store) => store.search(scope, spec, query));
  }

  count(spec: VectorIndexSpec): Promise<number> {
    return this.#of(spec, (store) => store.count(spec));
  }

  drop(spec: VectorIndexSpec): Promise<void> {
    return this.#of(spec, (store) => store.drop(spec));
  }

  /** One store that cannot be reached does not keep the others from it. */
  async maintain(): Promise<VectorIndexSpec[]> {
    const done = await Promise.allSettled(Object.values(this.stores).map((store) => store.maintain()));
    const failed = done.find((one) => one.status === 'rejected');
    if (failed) throw failed.reason;
    return done.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
  }

  async #of<Result>(spec: VectorIndexSpec, ask: (store: VectorIndex) => Promise<Result>): Promise<Result> {
    const store = this.stores[spec.store];
    if (!store) throw new Failure('VECTOR_STORE_UNAVAILABLE', { detail: `store=${spec.store} is not set up` });
    return ask(store);
  }
}
