import { DEFAULT_ORGANIZATION } from '../core/contract/ids.js';
import { probeKey } from '../core/contract/object-keys.js';
import type { ApiDependencies } from './dependencies.js';
import type { ComponentBody, DeepHealth } from './schemas/health.js';

/** A part that is well answers in milliseconds; a load balancer that asks every few seconds must not pile up. */
const CHECK_TIMEOUT_MS = 2_000;

type Parts = Pick<ApiDependencies, 'catalog' | 'objects' | 'starter' | 'embedder' | 'phiModel'>;
export type StoreHealth = Pick<DeepHealth['components'], 'database' | 'objectStore'>;

export interface HealthChecks {
  stores(): Promise<StoreHealth>;
  all(): Promise<DeepHealth['components']>;
}

/** Asks each part for a sign of life. Concurrent callers share one question, so that probes cost no more than one. */
export function createHealthChecks({ catalog, objects, starter, embedder, phiModel }: Parts): HealthChecks {
  const database = shared(() => check(() => catalog.ping()));
  // An object that is not there: the question costs one request, and the answer `null` is a sign of life.
  const objectStore = shared(() => check(() => objects.stat(probeKey(DEFAULT_ORGANIZATION))));
  const engine = shared(() => check(() => starter.ping()));
  const model = shared(async (): Promise<ComponentBody> => {
    if (!embedder) return { status: 'off', tookMs: 0 };
    return check(() => embedder.embed(['ok'], 'query', AbortSignal.timeout(CHECK_TIMEOUT_MS)));
  });

  const stores = async (): Promise<StoreHealth> => {
    const [databaseHealth, objectStoreHealth] = await Promise.all([database(), objectStore()]);
    return { database: databaseHealth, objectStore: objectStoreHealth };
  };
  return {
    stores,
    async all() {
      const [storeHealth, engineHealth, embedderHealth] = await Promise.all([stores(), engine(), model()]);
      // Workers hold the model; whether they have one at all is what an operator has to see.
      const phiDetector: ComponentBody = { status: phiModel === null ? 'off' : 'ok', tookMs: 0 };
      return { ...storeHealth, engine: engineHealth, embedder: embedderHealth, phiDetector };
    },
  };
}

async function check(ask: () => Promise<unknown>): Promise<ComponentBody> {
  const startedMs = performance.now();
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), CHECK_TIMEOUT_MS);
  try {
    const tooLate = new Promise<never>((_resolve, reject) => {
      deadline.signal.addEventListener('abort', () => reject(new Error('no answer in time')));
    });
    await Promise.race([ask(), tooLate]);
    return { status: 'ok', tookMs: since(startedMs) };
  } catch {
    return { status: 'down', tookMs: since(startedMs) };
  } finally {
    clearTimeout(timer);
  }
}

function since(startedMs: number): number {
  return Math.round((performance.now() - startedMs) * 10) / 10;
}

function shared<T>(ask: () => Promise<T>): () => Promise<T> {
  let underWay: Promise<T> | null = null;
  return () => {
    underWay ??= ask().finally(() => {
      underWay = null;
    });
    return underWay;
  };
}
