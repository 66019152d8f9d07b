import { DEFAULT_ORGANIZATION } from '../core/contract/ids.js';
import { probeKey } from '../core/contract/object-keys.js';
import { WORKER_KINDS } from '../core/contract/queues.js';
import type { ApiDependencies } from './dependencies.js';
import type { ComponentBody, DeepHealth, EmbedderBody, WorkersBody } from './schemas/health.js';

/** A part that is well answers in milliseconds; a load balancer that asks every few seconds must not pile up. */
const CHECK_TIMEOUT_MS = 2_000;

/**
 * An idle worker asks again at least once a minute. One whose slots are all taken asks when a slot is free, so a queue of
 * long work may look deserted for a while; and one that was killed looks alive for as long as this.
 */
const WORKER_SEEN_WITHIN_MS = 2 * 60_000;

type Parts = Pick<
  ApiDependencies,
  'catalog' | 'objects' | 'starter' | 'embedder' | 'embedderMissing' | 'phiModel' | 'phiModelMissing'
>;
export type StoreHealth = Pick<DeepHealth['components'], 'database' | 'objectStore'>;

export interface HealthChecks {
  stores(): Promise<StoreHealth>;
  all(): Promise<DeepHealth['components']>;
}

/** Asks each part for a sign of life. Concurrent callers share one question, so that probes cost no more than one. */
export function createHealthChecks(parts: Parts): HealthChecks {
  const { catalog, objects, starter, embedder, embedderMissing, phiModel, phiModelMissing } = parts;
  const database = shared(() => check(() => catalog.ping()));
  // An object that is not there: the question costs one request, and the answer `null` is a sign of life.
  const objectStore = shared(() => check(() => objects.stat(probeKey(DEFAULT_ORGANIZATION))));
  const engine = shared(() => check(() => starter.ping()));
  const workers = shared(() => lookForWorkers(starter));
  const model = shared(async (): Promise<EmbedderBody> => {
    if (!embedder) return { status: embedderMissing ? 'missing' : 'off', tookMs: 0 };
    return check(() => embedder.embed(['ok'], 'query', AbortSignal.timeout(CHECK_TIMEOUT_MS)));
  });

  const stores = async (): Promise<StoreHealth> => {
    const [databaseHealth, objectStoreHealth] = await Promise.all([database(), objectStore()]);
    return { database: databaseHealth, objectStore: objectStoreHealth };
  };
  return {
    stores,
    async all() {
      const [storeHealth, engineHealth, embedderHealth, workerHealth] = await Promise.all([
        stores(),
        engine(),
        model(),
        workers(),
      ]);
      // Workers hold the model; whether they have one at all is what an operator has to see.
      const withoutModel = phiModelMissing ? ('missing' as const) : ('off' as const);
      const phiDetector = { status: phiModel === null ? withoutModel : ('ok' as const) };
      return { ...storeHealth, engine: engineHealth, embedder: embedderHealth, phiDetector, workers: workerHealth };
    },
  };
}

async function lookForWorkers(starter: Parts['starter']): Promise<WorkersBody> {
  const pollers = await inTime(() => starter.pollers()).catch(() => null);
  if (pollers === null) return { status: 'unknown', queues: [] };
  const queues = WORKER_KINDS.map((queue) => {
    const seen = pollers[queue];
    const there = seen !== null && Date.now() - seen.getTime() < WORKER_SEEN_WITHIN_MS;
    return { queue, status: there ? ('ok' as const) : ('missing' as const), lastSeenAt: seen?.toISOString() ?? null };
  });
  return { status: queues.every(({ status }) => status === 'ok') ? 'ok' : 'missing', queues };
}

async function check(ask: () => Promise<unknown>): Promise<ComponentBody> {
  const startedMs = performance.now();
  return inTime(ask).then(
    () => ({ status: 'ok', tookMs: since(startedMs) }),
    () => ({ status: 'down', tookMs: since(startedMs) }),
  );
}

async function inTime<T>(ask: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), CHECK_TIMEOUT_MS);
  });
  try {
    return await Promise.race([ask(), tooLate]);
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
