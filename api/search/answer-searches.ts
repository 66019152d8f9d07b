import { LRUCache } from 'lru-cache';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { todayUtc } from '../../core/reading/facts/calendar-day.js';
import { questionForm } from '../../core/retrieval/question-form.js';
import type { Retrieve, RetrievalQuery } from '../../core/retrieval/retrieve.js';
import type { AccessScope } from '../../core/ports/access-scope.js';
import { principalOf } from '../auth/authenticate.js';
import type { CacheTier, MadeAnswer } from '../cache/answer-cache.js';
import type { Answer } from '../cache/kept-answer.js';
import type { ApiDependencies } from '../dependencies.js';
import { metaOf } from '../http/envelope.js';
import { inOrder } from '../questions/asked-search.js';
import type { SearchRequest } from '../schemas/search.js';
import type { ApiMetrics } from '../metrics/api-metrics.js';
import type { SearchPlaces } from './search-places.js';
import { createMakeAnswer } from './make-answer.js';
import { toRetrievalQuery } from './search-query.js';

export interface AnsweredSearch {
  readonly answer: Answer;
  readonly tier: CacheTier;
  /** What was asked, where its answer is kept for others: equal for equal questions with equal access. */
  readonly kept: string | null;
}

/** `asked`: as the request's body, or made of it. */
export type AnswerSearch = (request: FastifyRequest, asked: SearchRequest) => Promise<AnsweredSearch>;

/** What came of making an answer ahead. `less`: something was missing, so it lies there for seconds. `not kept`: it may not lie in a cache. */
export type Warmed = 'made' | 'found' | 'less' | 'busy' | 'not kept';

/** Makes the answer of a question for whoever has this access, unless it is there. Errors: those of a search. */
export type WarmSearch = (scope: AccessScope, asked: SearchRequest) => Promise<Warmed>;

/** The search of a process, what bounds it and what counts it. */
export interface SearchBounds {
  readonly retrieve: Retrieve;
  readonly places: SearchPlaces;
  readonly metrics: ApiMetrics;
}

/** Searches behind the cache; without one, or while the cache may not be trusted, each is worked out. */
export function createAnswerSearch(
  deps: ApiDependencies,
  bounds: SearchBounds,
): { readonly answerSearch: AnswerSearch; readonly warmSearch: WarmSearch } {
  const { caching } = deps;
  const { places, metrics } = bounds;
  const makeAnswer = createMakeAnswer(deps, bounds);
  const read = new LRUCache<string, ReadSearch>({ max: MOST_READ });

  /** Errors: those of `toRetrievalQuery`. */
  function readSearch(scope: AccessScope, asked: SearchRequest): ReadSearch {
    const { organizationId, collections, safetyLevel, readsPhi } = scope;
    const name = JSON.stringify([todayUtc(), organizationId, collections, safetyLevel, readsPhi, asked]);
    const known = read.get(name);
    if (known) return known;
    const query = toRetrievalQuery(asked);
    const reuses = caching?.reusesInOtherWords ?? false;
    return { name, query, question: questionOf(deps, { scope, asked, query, reuses }) };
  }

  const answerSearch: AnswerSearch = async (request, asked) => {
    const { scope, scopes } = principalOf(request);
    const search = readSearch(scope, asked);
    const { query, question } = search;
    let isKept = true;
    const make = async () => {
      const made = await places.take(() => makeAnswer({ scope, asked, query, shownTo: request }));
      isKept = made.keep === 'usual';
      return made;
    };
    // Keys that are for patient data are answered from the stores alone. Admins may read it too, but ask for everything else.
    const isForPhi = scopes.includes('phi:read') && !scopes.includes('admin');
    const view = isForPhi ? null : (caching?.follower.view(scope, asked.collections) ?? null);
    if (!caching || !view) return { answer: await make(), tier: 'miss', kept: null };
    const { answer, tier } = await caching.answers.answer({
      owner: scope.organizationId,
      ...question,
      view,
      make,
      refresh: () => places.takeIdle(() => makeAnswer({ scope, asked, query, shownTo: null })),
    });
    // What names a patient is kept nowhere, here neither.
    if (isKept) read.set(search.name, search);
    if (tier !== 'miss') metrics.search({ mode: query.mode, tier, degraded: false });
    return { answer, tier, kept: isKept ? question.question : null };
  };

  const warmSearch: WarmSearch = async (scope, asked) => {
    const { query, question } = readSearch(scope, asked);
    if (!caching?.follower.isTrusted || !places.isIdle) return 'busy';
    const view = caching.follower.view(scope, asked.collections);
    // It names a collection that is no more.
    if (!view) return 'not kept';
    let keep: MadeAnswer['keep'] | null = null;
    await caching.answers.answer({
      owner: scope.organizationId,
      ...question,
      view,
      // Whoever asks the same meanwhile shares it, so it is taken as any other: once it began, it is never given up.
      make: async () => {
        const made = await places.take(() => makeAnswer({ scope, asked, query, shownTo: null }));
        keep = made.keep;
        return made;
      },
    });
    // Told by what was made here; one that another process or somebody's question made in the meantime was found.
    return warmedBy(keep);
  };

  return { answerSearch, warmSearch };
}

function warmedBy(keep: MadeAnswer['keep'] | null): Warmed {
  if (keep === null) return 'found';
  switch (keep) {
    case 'usual':
      return 'made';
    case 'seconds':
      return 'less';
    case 'none':
      return 'not kept';
  }
}

/** A request, as retrieval takes it and as the cache knows it. Neither changes while a process runs and a day lasts. */
interface ReadSearch {
  /** By the request and who asks. */
  readonly name: string;
  readonly query: RetrievalQuery;
  readonly question: { readonly question: string; readonly wording?: string };
}

/** About 2 kB each. Reading a request again is a tenth of what a cached answer costs. */
const MOST_READ = 2_000;

/** Raised when answers of equal requests look different: those that were kept before are not found any more. */
const ANSWER_FORM = 6;

/**
 * All that an answer hangs on but the epochs: equal for requests that ask the same with the same access. Where answers are reused
 * for other words, it is what the question asks and not how; its words stand beside it.
 */
function questionOf(
  { embedder, reranking, version }: Pick<ApiDependencies, 'embedder' | 'reranking' | 'version'>,
  input: { scope: AccessScope; asked: SearchRequest; query: RetrievalQuery; reuses: boolean },
): { question: string; wording?: string } {
  const { scope, asked, query, reuses } = input;
  const { organizationId, collections, safetyLevel, readsPhi } = scope;
  const model = embedder ? [embedder.model.name, embedder.model.revision, embedder.model.dimensions] : null;
  const judge = reranking ? [reranking.reranker.model.name, reranking.reranker.model.revision] : null;
  const named = asked.collections ? [...new Set(asked.collections)].sort() : null;
  const access = [organizationId, collections === 'all' ? null : [...collections].sort(), safetyLevel, readsPhi];
  const whole = (text: string) =>
    JSON.stringify([ANSWER_FORM, version, model, judge, access, named, { ...query, text }], inOrder);
  return reuses ? { question: whole(questionForm(query.text)), wording: query.text } : { question: whole(query.text) };
}

/** Sends an answer that is JSON already: only what is of this request is put together. */
export function sendAnswer(
  request: FastifyRequest,
  reply: FastifyReply,
  { answer, tier }: Pick<AnsweredSearch, 'answer' | 'tier'>,
): FastifyReply {
  const meta = `${JSON.stringify({ ...metaOf(request, reply), cache: tier }).slice(0, -1)},${answer.meta.slice(1)}`;
  // `data` is bytes already: a text of 17 kB would be turned into them again for each request.
  const whole = Buffer.concat([BEGIN, answer.data, Buffer.from(`,"meta":${meta}}`, 'utf8')]);
  return reply.header('content-type', 'application/json; charset=utf-8').send(whole);
}

const BEGIN = Buffer.from('{"success":true,"data":', 'utf8');
