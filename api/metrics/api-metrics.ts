import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { FastifyInstance } from 'fastify';
import type { GoldenTally } from '../../core/ports/golden-question-catalog.js';
import type { ApiDependencies } from '../dependencies.js';
import type { SearchPlaces } from '../search/search-places.js';

/** From an answer out of memory to a search that waits for a place. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** What Prometheus reads of this process. Labels are names of our own: routes, classes, tiers, stores; never ids or text. */
export class ApiMetrics {
  readonly registry = new Registry();
  readonly #requests: Counter<'method' | 'route' | 'status'>;
  readonly #seconds: Histogram<'route'>;
  readonly #searches: Counter<'mode' | 'tier' | 'degraded'>;

  constructor(deps: Pick<ApiDependencies, 'caching' | 'catalog' | 'limiting' | 'stores'>, places: SearchPlaces) {
    const registers = [this.registry];
    collectDefaultMetrics({ register: this.registry, prefix: 'medindex_api_' });
    this.#requests = new Counter({
      name: 'medindex_http_requests_total',
      help: 'Requests by method, route and status.',
      labelNames: ['method', 'route', 'status'],
      registers,
    });
    this.#seconds = new Histogram({
      name: 'medindex_http_request_seconds',
      help: 'Time until the answer was sent, by route.',
      labelNames: ['route'],
      buckets: SECONDS,
      registers,
    });
    this.#searches = new Counter({
      name: 'medindex_searches_total',
      help: 'Searches by what was done, the tier that answered, and whether less was done than asked.',
      labelNames: ['mode', 'tier', 'degraded'],
      registers,
    });
    const shown = showIn(this.registry);
    cacheMetrics(deps, shown);
    limitMetrics(deps, shown);
    goldenMetrics(deps, this.registry);
    shown(
      'medindex_store_state',
      'Whether an outside store is asked: 0 yes, 1 tried again, 2 left alone.',
      ['store'],
      (tell) => {
        for (const { name, state } of deps.stores()) tell({ store: name }, STATES[state]);
      },
    );
    shown('medindex_store_opened_total', 'Times that a store was left alone.', ['store'], (tell) => {
      for (const { name, opened } of deps.stores()) tell({ store: name }, opened);
    });
    shown('medindex_search_places', 'Searches that are worked out, and that wait for it.', ['what'], (tell) => {
      tell({ what: 'running' }, places.running);
      tell({ what: 'waiting' }, places.waiting);
    });
    shown('medindex_searches_refused_total', 'Searches that were turned away, as too many waited.', [], (tell) => {
      tell({}, places.refused);
    });
  }

  /** Counts every request of the application. */
  observe(app: FastifyInstance): void {
    app.addHook('onResponse', async (request, reply) => {
      // The pattern; an address that no route has is one label for all of them.
      const route = request.is404 ? 'none' : (request.routeOptions.url ?? 'none');
      this.#requests.inc({ method: request.method, route, status: reply.statusCode });
      this.#seconds.observe({ route }, reply.elapsedTime / 1000);
    });
  }

  search(labels: { mode: string; tier: string; degraded: boolean }): void {
    this.#searches.inc({ ...labels, degraded: String(labels.degraded) });
  }
}

const STATES = { closed: 0, half_open: 1, open: 2 } as const;

type Tell<L extends string> = (labels: Partial<Record<L, string>>, value: number) => void;

/** A figure that is looked up when Prometheus asks. */
type Show = <L extends string>(
  name: string,
  help: string,
  labelNames: readonly L[],
  look: (tell: Tell<L>) => void,
) => void;

/** What ends in `_total` only grows while the process runs, and is a counter. */
function showIn(registry: Registry): Show {
  return (name, help, labelNames, look) => {
    const about = { name, help, labelNames: [...labelNames], registers: [registry] };
    if (name.endsWith('_total')) {
      new Counter({
        ...about,
        collect() {
          this.reset();
          look((labels, value) => this.inc(labels, value));
        },
      });
    } else {
      new Gauge({
        ...about,
        collect() {
          look((labels, value) => this.set(labels, value));
        },
      });
    }
  };
}

function cacheMetrics({ caching }: Pick<ApiDependencies, 'caching'>, shown: Show): void {
  if (!caching) return;
  shown('medindex_cache_events_total', 'What the tiers of cached answers did.', ['tier', 'event'], (tell) => {
    const { refreshes, ...tiers } = caching.answers.stats();
    tell({ tier: 'l1', event: 'refreshes' }, refreshes);
    for (const [tier, stats] of Object.entries(tiers)) {
      for (const event of ['hits', 'misses', 'stores', 'evictions', 'errors'] as const)
        tell({ tier, event }, stats[event]);
    }
  });
  shown('medindex_cache_l1', 'Answers in this process, and their bytes.', ['what'], (tell) => {
    const { l1 } = caching.answers.stats();
    tell({ what: 'entries' }, l1.entries ?? 0);
    tell({ what: 'bytes' }, l1.sizeBytes ?? 0);
  });
  shown('medindex_epochs_trusted', '1: cached answers may be given.', [], (tell) => {
    tell({}, caching.follower.isTrusted ? 1 : 0);
  });
}

/** Of the whole system, whichever process is asked. A database that does not answer leaves the last figures. */
function goldenMetrics({ catalog }: Pick<ApiDependencies, 'catalog'>, registry: Registry): void {
  const shown = (name: string, help: string, figure: (tally: GoldenTally) => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      async collect() {
        const tally = await catalog.goldenQuestions.tally().catch(() => null);
        if (tally !== null) this.set(figure(tally));
      },
    });
  shown('medindex_golden_questions', 'Golden questions of all collections.', ({ questions }) => questions);
  shown('medindex_golden_lost', 'Golden questions whose answer was not found at their last check.', ({ lost }) => lost);
}

function limitMetrics({ limiting }: Pick<ApiDependencies, 'limiting'>, shown: Show): void {
  if (!limiting) return;
  shown('medindex_limited_requests_total', 'Requests by class, allowed and blocked.', ['class', 'outcome'], (tell) => {
    for (const [name, { allowed, blocked }] of Object.entries(limiting.counts.all())) {
      tell({ class: name, outcome: 'allowed' }, allowed);
      tell({ class: name, outcome: 'blocked' }, blocked);
    }
  });
  shown('medindex_limits_insured', '1: the store of counts fails, and this process counts for itself.', [], (tell) => {
    tell({}, limiting.limiter.isInsured ? 1 : 0);
  });
}
