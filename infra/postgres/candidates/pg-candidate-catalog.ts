import { type ChunkId } from '../../../core/contract/ids.js';
import { SAFETY_LEVELS } from '../../../core/contract/states.js';
import type { AccessScope } from '../../../core/ports/access-scope.js';
import type { CandidateCatalog, FilterPlan } from '../../../core/ports/candidate-catalog.js';
import type { HeldTerms, LexicalQuery } from '../../../core/ports/lexical-index.js';
import type { SearchFilter } from '../../../core/ports/search-filter.js';
import type { Database } from '../database.js';
import { liveLookup } from '../documents/live-lookup.js';
import { documentsToSearch, Parameters, visibleChunks } from '../documents/visible-documents.js';
import { heldTerms, keyedTerms } from '../lexical/keyed-terms.js';
import { levelsUpTo } from '../safety-levels.js';
import { isUuid } from '../storable.js';

const BROAD: FilterPlan = { kind: 'broad' };

export class PgCandidateCatalog implements CandidateCatalog {
  constructor(private readonly database: Database) {}

  async planFilter(scope: AccessScope, filter: SearchFilter, maxDocuments: number): Promise<FilterPlan> {
    if (!restricts(scope, filter)) return BROAD;
    const parameters = new Parameters();
    // The scan ends as soon as one document too many has passed, so that a broad filter costs little.
    const statement = `
      select d.document_id from knowledge.documents d
      where d.live_version_id is not null and ${documentsToSearch({ scope, filter }, parameters)}
      limit ${parameters.add(maxDocuments + 1)}`;
    const rows = await this.database
      .forOrganization(scope.organizationId)
      .query<{ document_id: string }>('planFilter', statement, parameters.values);
    if (rows.length > maxDocuments) return BROAD;
    return { kind: 'selective', documentIds: rows.map((row) => row.document_id) };
  }

  async visible(
    scope: AccessScope,
    filter: SearchFilter,
    chunkIds: readonly ChunkId[],
    words?: LexicalQuery,
  ): Promise<ReadonlyMap<ChunkId, HeldTerms>> {
    const asked = chunkIds.filter(isUuid);
    if (asked.length === 0) return new Map();
    const parameters = new Parameters();
    // In the chunk's own words: a binary search for each term.
    const held = words
      ? `(select bit_or(w.bit) from ${keyedTerms(words.terms, parameters)}
          where knowledge.frequency_in(c.words, w.term_key) is not null)::text`
      : 'null';
    const statement = `
      select asked.chunk_id, ${held} as held
      from unnest(${parameters.add(asked)}::uuid[]) asked (chunk_id)
      cross join lateral (
        select chunk_no, document_id, words from knowledge.chunks where chunk_id = asked.chunk_id offset 0
      ) c ${liveLookup({ chunkNo: 'c.chunk_no', documentId: 'c.document_id' })}
      where ${visibleChunks({ scope, filter }, parameters)}`;
    const rows = await this.database
      .forOrganization(scope.organizationId)
      .query<{ chunk_id: string; held: string | null }>('visibleChunks', statement, parameters.values);
    return new Map(rows.map((row) => [row.chunk_id, heldTerms(row.held)]));
  }
}

/**
 * Whether scope and filter leave anything out. Collections do not count: each has vectors of its own. Neither does the day:
 * nearly everything is in force.
 */
function restricts(scope: AccessScope, filter: SearchFilter): boolean {
  if (levelsUpTo(scope.safetyLevel, filter.safetyLevel).length < SAFETY_LEVELS.length) return true;
  return Object.entries(filter).some(([name, value]) => name !== 'inForce' && value !== undefined);
}
