import type { FastifyReply, FastifyRequest } from 'fastify';
import { questionForm } from '../../core/retrieval/question-form.js';
import type { Retrieve, RetrievalQuery } from '../../core/retrieval/retrieve.js';
import { type Principal, principalOf } from '../auth/authenticate.js';
import { narrowScope } from '../auth/collection-scope.js';
import type { CacheTier, MadeAnswer } from '../cache/answer-cache.js';
import type { Answer } from '../cache/kept-answer.js';
import type { ApiDependencies } from '../dependencies.js';
import { recordPassages } from '../reviewing/phi-access.js';
import { metaOf } from '../http/envelope.js';
import type { SearchRequest } from '../schemas/search.js';
import type { ApiMetrics } from '../metrics/api-metrics.js';
import type { SearchPlaces } from './search-places.js';
import { hintFor } from './hint-on-nothing.js';
import { presentHits, presentRetrieval } from './search-answer.js';
import { screenQuery } from './screen-query.js';
import { toRetrievalQuery } from './search-query.js';

export interface AnsweredSearch {
  readonly answer: Answer;
  readonly tier: CacheTier;
}

/** `asked`: as the request's body, or made of it. */
export type AnswerSearch = (request: FastifyRequest, asked: SearchRequest) => Promise<AnsweredSearch>;

/** The search of a process, what bounds it and what counts it. */
export interface SearchBounds {
  readonly retrieve: Retrieve;
  readonly places: SearchPlaces;
  readonly metrics: ApiMetrics;
}

/** Searches behind the cache; without one, or while the cache may not be trusted, each is worked out. */
export function createAnswerSearch(deps: ApiDependencies, { retrieve, places, metrics }: SearchBounds): AnswerSearch {
  const { caching } = deps;

  async function make(
    request: FastifyRequest,
    asked: SearchRequest,
    query: RetrievalQuery,
    { isShown }: { isShown: boolean },
  ): Promise<MadeAnswer> {
    const scope = await narrowScope(deps.catalog.collections, principalOf(request).scope, asked.collections);
    const { text, holdsPhi, redacted } = await screenQuery(deps.catalog.collections, scope, query.text);
    const retrieved = await retrieve(scope, { ...query, text });
    const { mode, degraded } = retrieved;
    const found = [...retrieved.hits, ...retrieved.nearMisses];
    if (isShown) metrics.search({ mode, tier: 'miss', degraded: degraded !== undefined });
    const { saysNothing } = retrieved;
    const hint = await hintFor(deps.catalog.collections, scope, { found: found.length, saysNothing });
    const shown = found.map(({ chunk }) => chunk);
    if (isShown) await recordPassages(deps.catalog.reviews, request, 'passages.found', shown);
    return {
      data: JSON.stringify(presentHits(retrieved)),
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
  }

  return async (request, asked) => {
    const query = toRetrievalQuery(asked);
    const principal = principalOf(request);
    const worked = () => places.take(() => make(request, asked, query, { isShown: true }));
    // Keys that are for patient data are answered from the stores alone. Admins may read it too, but ask for everything else.
    const isForPhi = principal.scopes.includes('phi:read') && !principal.scopes.includes('admin');
    const view = isForPhi ? null : (caching?.follower.view(principal.scope, asked.collections) ?? null);
    if (!caching || !view) return { answer: await worked(), tier: 'miss' };
    const answered = await caching.answers.answer({
      owner: principal.scope.organizationId,
      ...questionOf(deps, { principal, asked, query, reuses: caching.reusesInOtherWords }),
      view,
      make: worked,
      refresh: () => places.takeIdle(() => make(request, asked, query, { isShown: false })),
    });
    if (answered.tier !== 'miss') metrics.search({ mode: query.mode, tier: answered.tier, degraded: false });
    return answered;
  };
}

/** Raised when answers of equal requests look different: those that were kept before are not found any more. */
const ANSWER_FORM = 5;

/**
 * All that an answer hangs on but the epochs: equal for requests that ask the same with the same access. Where answers are reused
 * for other words, it is what the question asks and not how; its words stand beside it.
 */
function questionOf(
  { embedder, reranking, version }: Pick<ApiDependencies, 'embedder' | 'reranking' | 'version'>,
  input: { principal: Principal; asked: SearchRequest; query: RetrievalQuery; reuses: boolean },
): { question: string; wording?: string } {
  const { principal, asked, query, reuses } = input;
  const { organizationId, collections, safetyLevel, readsPhi } = principal.scope;
  const model = embedder ? [embedder.model.name, embedder.model.revision, embedder.model.dimensions] : null;
  const judge = reranking ? [reranking.reranker.model.name, reranking.reranker.model.revision] : null;
  const named = asked.collections ? [...new Set(asked.collections)].sort() : null;
  const access = [organizationId, collections === 'all' ? null : [...collections].sort(), safetyLevel, readsPhi];
  const whole = (text: string) =>
    JSON.stringify([ANSWER_FORM, version, model, judge, access, named, { ...query, text }], inOrder);
  return reuses ? { question: whole(questionForm(query.text)), wording: query.text } : { question: whole(query.text) };
}

/** The same text whatever the order in which a request named its fields. */
function inOrder(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Sends an answer that is JSON already: only what is of this request is put together. */
export function sendAnswer(
  request: FastifyRequest,
  reply: FastifyReply,
  { answer, tier }: AnsweredSearch,
): FastifyReply {
  const meta = `${JSON.stringify({ ...metaOf(request, reply), cache: tier }).slice(0, -1)},${answer.meta.slice(1)}`;
  return reply
    .header('content-type', 'application/json; charset=utf-8')
    .send(`{"success":true,"data":${answer.data},"meta":${meta}}` as never);
}
