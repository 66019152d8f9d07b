import type { FastifyRequest } from 'fastify';
import type { AccessScope } from '../../core/ports/access-scope.js';
import type { RetrievalQuery, Retrieve } from '../../core/retrieval/retrieve.js';
import { narrowScope } from '../auth/collection-scope.js';
import type { MadeAnswer } from '../cache/answer-cache.js';
import type { ApiDependencies } from '../dependencies.js';
import type { ApiMetrics } from '../metrics/api-metrics.js';
import { recordPassages } from '../reviewing/phi-access.js';
import type { SearchRequest } from '../schemas/search.js';
import { hintFor } from './hint-on-nothing.js';
import { screenQuery } from './screen-query.js';
import { presentHits, presentRetrieval } from './search-answer.js';

export interface MakeAnswerInput {
  /** Of whoever asks. */
  readonly scope: AccessScope;
  readonly asked: SearchRequest;
  /** Made of `asked`. */
  readonly query: RetrievalQuery;
  /** Who is shown it at once; `null`: nobody, it is made to be kept. */
  readonly shownTo: FastifyRequest | null;
}

export type MakeAnswer = (input: MakeAnswerInput) => Promise<MadeAnswer>;

/** Works one answer out. Errors: those of a search. */
export function createMakeAnswer(
  { catalog }: Pick<ApiDependencies, 'catalog'>,
  { retrieve, metrics }: { readonly retrieve: Retrieve; readonly metrics: ApiMetrics },
): MakeAnswer {
  return async ({ scope: wide, asked, query, shownTo }) => {
    const scope = await narrowScope(catalog.collections, wide, asked.collections);
    const { text, holdsPhi, redacted } = await screenQuery(catalog.collections, scope, query.text);
    const retrieved = await retrieve(scope, { ...query, text });
    const { mode, degraded, saysNothing } = retrieved;
    const found = [...retrieved.hits, ...retrieved.nearMisses];
    const hint = await hintFor(catalog.collections, scope, { found: found.length, saysNothing });
    const shown = found.map(({ chunk }) => chunk);
    if (shownTo) {
      metrics.search({ mode, tier: 'miss', degraded: degraded !== undefined });
      await recordPassages(catalog.reviews, shownTo, 'passages.found', shown);
    }
    return {
      data: Buffer.from(JSON.stringify(presentHits(retrieved)), 'utf8'),
      meta: JSON.stringify({
        ...presentRetrieval(retrieved, query.filter.inForce.on),
        ...(hint === null ? {} : { hint }),
        ...(redacted ? { queryRedacted: true } : {}),
      }),
      outcome: { mode, answerable: retrieved.answerable },
      // Whoever is shown patient data is put on record, so everybody's answer is made for him alone.
      keep:
        holdsPhi || shown.some(({ containsPhi }) => containsPhi)
          ? 'none'
          : degraded === undefined
            ? 'usual'
            : 'seconds',
    };
  };
}
