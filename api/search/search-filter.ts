import type { SearchFilter } from '../../core/ports/search-filter.js';
import { validationFailed } from '../http/validation.js';
import type { SearchFilters } from '../schemas/search.js';

const listOf = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);

/** The filters of a request as the stores take them. Errors: `VALIDATION_FAILED` for a range that ends before it starts. */
export function toSearchFilter(filters: SearchFilters = {}): SearchFilter {
  const { sourceType, language, ...same } = filters;
  if (same.publishedFrom && same.publishedTo && same.publishedFrom > same.publishedTo) {
    throw validationFailed([{ field: 'body/filters/publishedFrom', problem: 'must not be after publishedTo' }]);
  }
  return {
    ...same,
    ...(sourceType === undefined ? {} : { sourceTypes: listOf(sourceType) }),
    ...(language === undefined ? {} : { languages: listOf(language) }),
  };
}
