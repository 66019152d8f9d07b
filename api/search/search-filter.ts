import { calendarDay, todayUtc } from '../../core/reading/facts/calendar-day.js';
import type { RecommendationFilter } from '../../core/ports/search-filter.js';
import type { DatedFilter } from '../../core/retrieval/retrieve.js';
import { validationFailed } from '../http/validation.js';
import type { SearchRequest } from '../schemas/search.js';

const listOf = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);

/**
 * What a request restricts, on its day or today. Errors: `VALIDATION_FAILED` for a range that ends before it starts, and
 * for a day that no store knows.
 */
export function toSearchFilter({
  filters = {},
  asOf = todayUtc(),
  includeSuperseded = false,
}: Pick<SearchRequest, 'filters' | 'asOf' | 'includeSuperseded'>): DatedFilter {
  if (calendarDay(asOf) === undefined) {
    throw validationFailed([{ field: 'body/asOf', problem: 'must be a day of the calendar, as 2025-06-01' }]);
  }
  const { sourceType, language, recommendation, ...same } = filters;
  if (same.publishedFrom && same.publishedTo && same.publishedFrom > same.publishedTo) {
    throw validationFailed([{ field: 'body/filters/publishedFrom', problem: 'must not be after publishedTo' }]);
  }
  return {
    ...same,
    inForce: { on: asOf, withSuperseded: includeSuperseded },
    ...(sourceType === undefined ? {} : { sourceTypes: listOf(sourceType) }),
    ...(language === undefined ? {} : { languages: listOf(language) }),
    ...(recommendation === undefined ? {} : { recommendation: toRecommendationFilter(recommendation) }),
  };
}

function toRecommendationFilter({
  strength,
  certainty,
}: NonNullable<NonNullable<SearchRequest['filters']>['recommendation']>): RecommendationFilter {
  return {
    ...(strength === undefined ? {} : { strengths: listOf(strength) }),
    ...(certainty === undefined ? {} : { certainties: listOf(certainty) }),
  };
}
