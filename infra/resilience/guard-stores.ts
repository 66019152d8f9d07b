import { Failure, type FailureCode } from '../../core/contract/failures.js';
import type { Embedder } from '../../core/ports/embedder.js';
import type { ObjectStore } from '../../core/ports/object-store.js';
import type { Reranker } from '../../core/ports/reranker.js';
import { type SharedCache, SharedCacheUnavailable } from '../../core/ports/shared-cache.js';
import type { WorkflowStarter } from '../../core/ports/workflow-starter.js';
import { Guard } from './guard.js';

const failsWith =
  (code: FailureCode) =>
  (error: unknown): boolean =>
    error instanceof Failure && error.code === code;

const asFailure =
  (code: FailureCode) =>
  (reason: string): Error =>
    new Failure(code, { detail: reason });

/** A look at an object takes 5 to 50 ms; a store that needs seconds is down for whoever waits at a page. */
const OBJECT_MS = 5_000;

/** Streams and whole objects take as long as they are large; a store that is down refuses them by itself. */
export function guardObjectStore(target: ObjectStore): Guard<ObjectStore> {
  return new Guard({
    name: 'objectStore',
    target,
    deadlinesMs: { stat: OBJECT_MS, list: null, close: null },
    isOutage: failsWith('STORE_UNAVAILABLE'),
    unavailable: asFailure('STORE_UNAVAILABLE'),
  });
}

/** Starting a workflow takes 10 to 100 ms. What could not be started is started by the reconciler. */
const ENGINE_MS = 5_000;

export function guardStarter(target: WorkflowStarter): Guard<WorkflowStarter> {
  return new Guard({
    name: 'engine',
    target,
    deadlinesMs: { start: ENGINE_MS, ping: ENGINE_MS },
    isOutage: failsWith('ENGINE_UNAVAILABLE'),
    unavailable: asFailure('ENGINE_UNAVAILABLE'),
  });
}

/** As long as retrieval waits for the vector of a question (core/retrieval/query-vectors.ts). */
const EMBED_MS = 5_000;

export function guardEmbedder(target: Embedder): Guard<Embedder> {
  return new Guard({
    name: 'embedder',
    target,
    deadlinesMs: { embed: EMBED_MS, close: null },
    isOutage: failsWith('EMBEDDING_UNAVAILABLE'),
    unavailable: asFailure('EMBEDDING_UNAVAILABLE'),
  });
}

/** Its callers give each call a deadline, by its signal. Whatever it fails with, it is of no use to a search. */
export function guardReranker(target: Reranker): Guard<Reranker> {
  return new Guard({
    name: 'reranker',
    target,
    deadlinesMs: { close: null },
    isOutage: () => true,
    unavailable: asFailure('RERANKER_UNAVAILABLE'),
  });
}

/** Working an answer out takes 10 to 50 ms: waiting longer for the cache than ten times that helps nobody. */
const CACHE_MS = 300;

export function guardSharedCache(target: SharedCache): Guard<SharedCache> {
  return new Guard({
    name: 'sharedCache',
    target,
    deadlinesMs: { lookUp: CACHE_MS, set: 2_000, release: 2_000, ping: CACHE_MS, clear: null, size: null, close: null },
    isOutage: (error) => error instanceof SharedCacheUnavailable || failsWith('DATABASE_UNAVAILABLE')(error),
    unavailable: (reason) => new SharedCacheUnavailable(target.kind, new Error(reason)),
  });
}
