import type { AccessScope } from '../../../core/ports/access-scope.js';
import type { SearchFilter } from '../../../core/ports/search-filter.js';
import { SAFETY_LEVELS } from '../../../core/contract/states.js';
import { levelsUpTo } from '../safety-levels.js';
import { scopedCollections } from '../scope-parameters.js';
import { isUuid, storableJson } from '../storable.js';
import { gradedAs } from './graded-chunks.js';

/** Collects parameters of a statement and gives out their placeholders. */
export class Parameters {
  readonly values: unknown[] = [];

  add(value: unknown): string {
    return `$${this.values.push(value)}`;
  }
}

/** The condition under which a chunk at `live_chunk` (live-lookup.ts) of a document `d` may be found. */
export function visibleChunks(input: { scope: AccessScope; filter: SearchFilter }, parameters: Parameters): string {
  const graded = gradedAs('live_chunk', input.filter, parameters);
  return [visibleDocuments(input, parameters), ...(graded ? [graded] : [])].join('\n      and ');
}

/** The condition under which a live document `d` may hold chunks that may be found. */
export function documentsToSearch(input: { scope: AccessScope; filter: SearchFilter }, parameters: Parameters): string {
  const graded = gradedAs('graded', input.filter, parameters);
  const holdsSome = `exists (
        select from knowledge.version_chunks graded where graded.version_id = d.live_version_id and ${graded})`;
  return [visibleDocuments(input, parameters), ...(graded ? [holdsSome] : [])].join('\n      and ');
}

/**
 * The condition under which a document `d` (knowledge.documents) may be found: who asks, and what its document must satisfy. What
 * restricts nothing leaves no trace in the statement, so that the planner sees what is really asked. What is true of a
 * whole collection is worked out once a statement (`array(select …)`); joining the collections cost every row.
 */
function visibleDocuments(input: { scope: AccessScope; filter: SearchFilter }, parameters: Parameters): string {
  const { scope, filter } = input;
  const organization = parameters.add(scope.organizationId);
  const conditions = [`d.organization_id = ${organization}`];
  const add = (condition: (placeholder: string) => string, value: unknown) =>
    conditions.push(condition(parameters.add(value)));
  const inCollectionsWhere = (condition: string) =>
    `d.collection_id = any (array(
        select collection_id from knowledge.collections where organization_id = ${organization} and ${condition}))`;

  if (!scope.readsPhi) conditions.push('not d.contains_phi');
  const collections = scopedCollections(scope);
  if (collections) add((p) => `d.collection_id = any (${p}::uuid[])`, collections);
  if (filter.sourceTypes) {
    add((p) => inCollectionsWhere(`source_type = any (${p}::text[])`), filter.sourceTypes);
  }
  const levels = levelsUpTo(scope.safetyLevel, filter.safetyLevel);
  if (levels.length < SAFETY_LEVELS.length) {
    add(
      (p) => `((d.safety_level is null or d.safety_level = any (${p}::text[]))
        and ${inCollectionsWhere(`safety_level = any (${p}::text[])`)})`,
      levels,
    );
  }
  if (filter.documentIds) add((p) => `d.document_id = any (${p}::uuid[])`, filter.documentIds.filter(isUuid));
  if (filter.languages) add((p) => `d.language = any (${p}::text[])`, filter.languages);
  if (filter.metadata) add((p) => `d.metadata @> ${p}::jsonb`, storableJson(filter.metadata));
  if (filter.inForce) {
    const day = parameters.add(filter.inForce.on);
    conditions.push(`d.in_force_from <= ${day}::date`);
    if (!filter.inForce.withSuperseded) conditions.push(`d.superseded_from > ${day}::date`);
  }
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
