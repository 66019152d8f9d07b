import type { ChunkId } from '../../../core/contract/ids.js';
import type { AccessScope } from '../../../core/ports/access-scope.js';
import type { LexicalQuery } from '../../../core/ports/lexical-index.js';
import type { Queryable } from '../database.js';
import { isUuid } from '../storable.js';

// Each posting is looked up by its key ("offset 0"): chunks × terms look-ups in one covering index.
const HELD_TERMS = `
  select asked.chunk_id, array_agg(w.position order by w.position) as held
  from unnest($2::uuid[]) asked (chunk_id)
  cross join lateral (
    select chunk_no from knowledge.chunks where chunk_id = asked.chunk_id and organization_id = $1 offset 0
  ) c
  cross join unnest($3::bigint[], $4::integer[]) w (term_key, position)
  cross join lateral (
    select from knowledge.lexical_postings p where p.term_key = w.term_key and p.chunk_no = c.chunk_no offset 0
  ) held
  group by asked.chunk_id`;

export async function heldTerms(
  database: Queryable,
  { scope, query, chunkIds }: { scope: AccessScope; query: LexicalQuery; chunkIds: readonly ChunkId[] },
): Promise<Map<ChunkId, readonly number[]>> {
  const asked = chunkIds.filter(isUuid);
  const keyed = query.terms.flatMap(({ termKeys }, position) => termKeys.map((termKey) => ({ termKey, position })));
  if (asked.length === 0 || keyed.length === 0) return new Map();
  const rows = await database.query<{ chunk_id: string; held: number[] }>('heldTerms', HELD_TERMS, [
    scope.organizationId,
    asked,
    keyed.map(({ termKey }) => termKey),
    keyed.map(({ position }) => position),
  ]);
  return new Map(rows.map(({ chunk_id, held }) => [chunk_id, held]));
}
