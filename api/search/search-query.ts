import type { RetrievalQuery } from '../../core/retrieval/retrieve.js';
import { DEFAULT_TOP_K, type SearchRequest } from '../schemas/search.js';
import { questionText } from './screen-query.js';
import { toSearchFilter } from './search-filter.js';

/** A request as retrieval takes it. Errors: `QUERY_EMPTY`, `QUERY_TOO_LONG`, `VALIDATION_FAILED`. */
export function toRetrievalQuery(request: SearchRequest): RetrievalQuery {
  return {
    text: questionText(request.query),
    mode: request.mode ?? 'hybrid',
    topK: request.topK ?? DEFAULT_TOP_K,
    ...(request.minScore === undefined ? {} : { minScore: request.minScore }),
    filter: toSearchFilter(request),
  };
}
