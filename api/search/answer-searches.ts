import type { FastifyReply, FastifyRequest } from 'fastify';
import { createRetrieval, type Retrieve, type Retrieved, type RetrievalQuery } from '../../core/retrieval/retrieve.js';
import { ForeignModels } from '../../core/retrieval/plan.js';
import type { Principal } from '../auth/authenticate.js';
import { narrowScope } from '../auth/collection-scope.js';
import type { Answer, CacheTier, MadeAnswer } from '../cache/answer-cache.js';
import type { EpochView } from '../cache/epoch-follower.js';
import type { ApiDependencies } from '../dependencies.js';
import { ApiError } from '../errors.js';
import { metaOf } from '../http/envelope.js';
import type { SearchRequest } from '../schemas/search.js';
import type { ApiMetrics } from '../metrics/api-metrics.js';
import type { SearchPlaces } from './search-places.js';
import { presentHits, presentModel, presentRetrieval } from './search-answer.js';
import { toRetrievalQuery } from './search-query.js';

export interface AnsweredSearch {
  readonly answer: Answer;
  readonly tier: CacheTier;
}

export type AnswerSearch = (principal: Principal, request: SearchRequest) => Promise<AnsweredSearch>;

/** What bounds the searches of a process, and counts them. */
export interface SearchBounds {
  readonly places: SearchPlaces;
  readonly metrics: ApiMetrics;
}

/** Searches behind the cache; without one, or while the cache may not be trusted, each is worked out. */
export function createAnswerSearch(deps: ApiDependencies, { places, metrics }: SearchBounds): AnswerSearch {
  const retrieve = tellingForeignModels(createRetrieval(deps));
  const { caching } = deps;

  async function make(principal: Principal, request: SearchRequest, query: RetrievalQuery): Promise<MadeAnswer> {
    const scope = await narrowScope(deps.catalog.collections, principal.scope, request.collections);
    const retrieved = await retrieve(scope, query);
    metrics.search({ mode: retrieved.mode, tier: 'miss', degraded: retrieved.degraded !== undefined });
    return {
      data: JSON.stringify(presentHits(retrieved)),
      meta: JSON.stringify(presentRetrieval(retrieved, query.filter.inForce.on)),
      keep: () => howToKeep(principal, retrieved),
    };
  }

  async function howToKeep(principal: Principal, retrieved: Retrieved): Promise<'none' | 'seconds' | 'usual'> {
    const versionIds = new Set(retrieved.hits.map(({ chunk }) => chunk.version.versionId));
    const { organizationId } = principal.scope;
    if (!(await deps.catalog.cache.mayBeKept(organizationId, [...versionIds]))) return 'none';
    return retrieved.degraded === undefined ? 'usual' : 'seconds';
  }

  return async (principal, request) => {
    const query = toRetrievalQuery(request);
    const view = caching?.follower.view(principal.scope, request.collections) ?? null;
    const worked = () => places.take(() => make(principal, request, query));
    if (!caching || !view) return { answer: await worked(), tier: 'miss' };
    const answered = await caching.answers.answer({
      owner: principal.scope.organizationId,
      question: questionOf(deps, { principal, request, query, view }),
      view,
      make: worked,
    });
    if (answered.tier !== 'miss') metrics.search({ mode: query.mode, tier: answered.tier, degraded: false });
    return answered;
  };
}

/** Raised when answers of equal requests look different: those that were kept before are not found any more. */
const ANSWER_FORM = 1;

/** All that an answer hangs on but the epochs: equal for requests that ask the same with the same access. */
function questionOf(
  { embedder, version }: Pick<ApiDependencies, 'embedder' | 'version'>,
  {
    principal,
    request,
    query,
  }: { principal: Principal; request: SearchRequest; query: RetrievalQuery; view: EpochView },
): string {
  const { organizationId, collections, safetyLevel } = principal.scope;
  const model = embedder ? [embedder.model.name, embedder.model.revision, embedder.model.dimensions] : null;
  const named = request.collections ? [...new Set(request.collections)].sort() : null;
  const access = [organizationId, collections === 'all' ? null : [...collections].sort(), safetyLevel];
  return JSON.stringify([ANSWER_FORM, version, model, access, named, query], inOrder);
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

/** Errors: `MODEL_MISMATCH` with the models that do not go together. */
function tellingForeignModels(retrieve: Retrieve): Retrieve {
  return async (scope, query) => {
    try {
      return await retrieve(scope, query);
    } catch (error) {
      if (!(error instanceof ForeignModels)) throw error;
      const details = { configured: presentModel(error.configured), indexed: error.indexed.map(presentModel) };
      throw new ApiError('MODEL_MISMATCH', { details, cause: error });
    }
  };
}
