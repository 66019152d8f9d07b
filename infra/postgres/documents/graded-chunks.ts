import type { SearchFilter } from '../../../core/ports/search-filter.js';
import type { Parameters } from './visible-documents.js';

/**
 * SQL: whether the recommendations of a place of a chunk (`alias.recommendations`) have one that the filter asks for; `null`:
 * it asks for none. Both fields are asked of the same recommendation.
 */
export function gradedAs(alias: string, { recommendation }: SearchFilter, parameters: Parameters): string | null {
  if (!recommendation) return null;
  const { strengths, certainties } = recommendation;
  const asked = [
    ...(strengths ? [`one ->> 'strength' = any (${parameters.add(strengths)}::text[])`] : []),
    ...(certainties ? [`one ->> 'certainty' = any (${parameters.add(certainties)}::text[])`] : []),
  ];
  const held = `${alias}.recommendations is not null`;
  if (asked.length === 0) return held;
  return `(${held} and exists (
        select from jsonb_array_elements(${alias}.recommendations) one where ${asked.join(' and ')}))`;
}
