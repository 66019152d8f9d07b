import type { AccessScope } from '../../../core/ports/access-scope.js';
import type { SearchFilter } from '../../../core/ports/search-filter.js';
import type { SafetyLevel } from '../../../core/contract/states.js';
import { levelsUpTo } from '../safety-levels.js';
import { isUuid, storableJson } from '../storable.js';

/** Collects parameters of a statement and gives out their placeholders. */
export class Parameters {
  readonly values: unknown[] = [];

  add(value: unknown): string {
    return `$${this.values.push(value)}`;
  }
}

/** A collection that a search may look into. */
export interface SearchableCollection {
  readonly collection_id: string;
  /** Of its documents that do not say their own. */
  readonly safety_level: SafetyLevel;
}

/**
 * The condition under which a document `d` (knowledge.documents) may be found: who asks, and what a hit must satisfy. A
 * field of the filter that is absent leaves no trace in the statement, so that the planner sees what is really asked.
 * What is true of a whole collection was looked up before (`searchableCollections`): joining it cost every search.
 */
export function visibleDocuments(
  input: { scope: AccessScope; filter: SearchFilter; collections: readonly SearchableCollection[] },
  parameters: Parameters,
): string {
  const { scope, filter, collections } = input;
  const conditions = [`d.organization_id = ${parameters.add(scope.organizationId)}`];
  const add = (condition: (placeholder: string) => string, value: unknown) =>
    conditions.push(condition(parameters.add(value)));

  const levels = levelsUpTo(scope.safetyLevel, filter.safetyLevel);
  const ids = (some: readonly SearchableCollection[]) => some.map((collection) => collection.collection_id);
  const open = collections.filter((collection) => levels.includes(collection.safety_level));
  add((p) => `d.collection_id = any (${p}::uuid[])`, ids(collections));
  const ownLevel = `d.safety_level = any (${parameters.add(levels)}::text[])`;
  add((p) => `(${ownLevel} or (d.safety_level is null and d.collection_id = any (${p}::uuid[])))`, ids(open));

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
  return conditions.join('\n      and ');
}
