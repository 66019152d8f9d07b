import type { LiveChunk } from '../../core/ports/document-catalog.js';
import type { Catalog } from '../../core/ports/catalog.js';
import type { TokenCounters } from '../../core/ports/token-counters.js';
import { todayUtc } from '../../core/reading/facts/calendar-day.js';
import { packContext } from '../../core/retrieval/context/pack-context.js';
import type { Retrieve } from '../../core/retrieval/retrieve.js';
import type { Principal } from '../auth/authenticate.js';
import { narrowScope } from '../auth/collection-scope.js';
import { validationFailed } from '../http/validation.js';
import { presentCitation } from '../present/citation.js';
import {
  type ContextData,
  type ContextRequest,
  DEFAULT_CONTEXT_TOKENS,
  DEFAULT_CONTEXT_TOP_K,
} from '../schemas/context.js';
import type { CountQuestion } from '../questions/count-question.js';
import { hintFor, hintOnNearMisses } from '../search/hint-on-nothing.js';
import { presentRetrieval, roundScore } from '../search/search-answer.js';
import { screenQuery } from '../search/screen-query.js';
import { toRetrievalQuery } from '../search/search-query.js';

export interface ContextPorts {
  readonly catalog: Pick<Catalog, 'collections' | 'documents'>;
  readonly tokenCounters: TokenCounters;
  readonly retrieve: Retrieve;
}

/** Who asks for a context. */
export interface AskingForContext {
  readonly principal: Pick<Principal, 'scope'>;
  /** Puts on record who is about to be shown these passages (api/reviewing/phi-access.ts). */
  readonly record: (act: 'passages.found', shown: readonly LiveChunk[]) => Promise<void>;
  readonly count: CountQuestion;
}

/**
 * Answers a request for context by what the scope may see. Errors: those of a search; `VALIDATION_FAILED` for a tokenizer
 * that is not known here.
 */
export async function answerContext(
  { catalog, tokenCounters, retrieve }: ContextPorts,
  { principal, record, count }: AskingForContext,
  request: ContextRequest,
) {
  const { maxTokens = DEFAULT_CONTEXT_TOKENS, tokenizer, topK = DEFAULT_CONTEXT_TOP_K, ...search } = request;
  const query = toRetrievalQuery({ ...search, topK });
  const named = tokenizer === undefined ? undefined : await tokenCounters.byName(tokenizer);
  if (named === null) {
    throw validationFailed([{ field: 'body/tokenizer', problem: `must be one of ${tokenCounters.names.join(', ')}` }]);
  }
  const scope = await narrowScope(catalog.collections, principal.scope, request.collections);
  const { text, redacted } = await screenQuery(catalog.collections, scope, query.text);
  const retrieved = await retrieve(scope, { ...query, text });
  const { saysNothing } = retrieved;
  const found = retrieved.hits.length + retrieved.nearMisses.length;
  count({ ...retrieved, collections: request.collections, text: query.text });
  const hint = (await hintFor(catalog.collections, scope, { found, saysNothing })) ?? hintOnNearMisses(retrieved);
  const counter = named ?? (await tokenCounters.ofModel(retrieved.vectorIndexes[0]?.model.name ?? null));
  const hits = retrieved.hits.map(({ chunk }) => chunk);
  const packed = await packContext(catalog.documents, { scope, hits, maxTokens, counter, today: todayUtc() });
  await record(
    'passages.found',
    packed.citations.flatMap(({ chunk, alsoIn }) => [chunk, ...alsoIn]),
  );
  const data: ContextData = {
    text: packed.text,
    citations: packed.citations.map(presentCitation),
    omitted: packed.omitted,
    confidence: roundScore(retrieved.confidence),
    answerable: retrieved.answerable,
  };
  const tokens = { used: packed.tokens, max: maxTokens, tokenizer: counter.name, exact: counter.exact };
  return {
    data,
    meta: {
      cache: 'miss' as const,
      ...presentRetrieval(retrieved, query.filter.inForce.on),
      ...(hint === null ? {} : { hint }),
      ...(redacted ? { queryRedacted: true } : {}),
      tokens,
    },
  };
}
