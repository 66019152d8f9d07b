import type { AccessScope } from '../../../core/ports/access-scope.js';
import type { SearchFilter } from '../../../core/ports/search-filter.js';
import { levelsUpTo } from '../safety-levels.js';
import { scopedCollections } from '../scope-parameters.js';
import { isUuid, storableJson } from '../storable.js';

/** Collects parameters of a statement and gives out their placeholders. */
export class Parameters {
  readonly values: unknown[] = [];

  add(value: unknown): string {
    return `$${this.values.push(value)}`;
  }
}

/**
 * The condition under which a live document may be found: who asks, and what a hit must satisfy. Its tables are
 * `d` (documents) and `k` (collections). A field of the filter that is absent leaves no trace in the statement, so that
 * the planner sees what is really asked.
 */
export function visibleDocuments(scope: AccessScope, filter: SearchFilter, parameters: Parameters): string {
  const conditions = [`d.organization_id = ${parameters.add(scope.organizationId)}`];
  const add = (condition: (placeholder: string) => string, value: unknown) =>
    conditions.push(condition(parameters.add(value)));

  const collections = scopedCollections(scope);
  if (collections) add((p) => `d.collection_id = any (${p}::uuid[])`, collections);
  const levels = levelsUpTo(scope.safetyLevel, filter.safetyLevel);
  add((p) => `coalesce(d.safety_level, k.safety_level) = any (${p}::text[])`, levels);

  if (filter.sourceTypes) add((p) => `k.source_type = any (${p}::text[])`, filter.sourceTypes);
  if (filter.documentIds) add((p) => `d.document_id = any (${p}::uuid[])`, filter.documentIds.filter(isUuid));
  if (filter.languages) add((p) => `d.language = any (${p}::text[])`, filter.languages);
  if (filter.metadata) add((p) => `d.metadata @> ${p}::jsonb`, storableJson(filter.metadata));
  // Dates are as precise as their source: "2021" passes from 2021-03-01 on and until 2021-02-01, as it may be both.
  if (filter.publishedFrom !== undefined) {
    add((p) => `(d.published_on collate "C") >= left(${p}::text, length(d.published_on))`, filter.publishedFrom);
  }
  if (filter.publishedTo !== undefined) {
    add(
      (p) => `(left(d.published_on, length(${p}::text)) collate "C") <= left(${p}::text, length(d.published_on))`,
      filter.publishedTo,
    );
  }
  return conditions.join('\n    and ');
}
