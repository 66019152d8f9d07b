import type { RetrievalQuery } from '../../core/retrieval/retrieve.js';
import { normaliseQuery } from '../../core/retrieval/query.js';
import { ApiError } from '../errors.js';
import { DEFAULT_TOP_K, type SearchRequest } from '../schemas/search.js';
import { toSearchFilter } from './search-filter.js';

/** A request as retrieval takes it. Errors: `QUERY_EMPTY`, `QUERY_TOO_LONG`, `VALIDATION_FAILED`. */
export function toRetrievalQuery(request: SearchRequest): RetrievalQuery {
  const query = normaliseQuery(request.query);
  if (!query.ok) throw new ApiError(query.problem === 'empty' ? 'QUERY_EMPTY' : 'QUERY_TOO_LONG');
  return {
    text: query.text,
    mode: request.mode ?? 'hybrid',
    topK: request.topK ?? DEFAULT_TOP_K,
    ...(request.minScore === undefined ? {} : { minScore: request.minScore }),
    filter: toSearchFilter(request),
  };
}
