import type { Queryable } from '../database.js';

// Asked by every publication and deletion, so it looks at as little as it can: one entry of an index, and the rows that are
// about to be published.
const ARE_CONCERNED = `
  select exists (select from knowledge.supersessions where collection_id = $1)
    or exists (select from knowledge.versions where version_id = any ($2::uuid[]) and supersedes <> '{}') as concerned`;

// A document that was named before it was here is here now.
const LINK_NAMED = `
  update knowledge.supersessions s set predecessor_id = d.document_id
  from knowledge.documents d
  where d.document_id in (select document_id from knowledge.versions where version_id = any ($2::uuid[]))
    and s.collection_id = $1 and s.predecessor_id is null
    and knowledge.name_digest(s.named) in
      (d.external_digest, knowledge.name_digest(d.document_id::text))`;

// All that the documents, or their new versions, take the place of, directly or by way of others. "union": ends in circles.
const WITH_PREDECESSORS = `
  with recursive concerned (document_id) as (
    select document_id from unnest($2::uuid[]) given (document_id)
    union
    select document_id from (
      select document_id from knowledge.versions where version_id = any ($3::uuid[])
      union all
      select knowledge.document_named($1, named)
      from knowledge.versions cross join lateral unnest(supersedes) named
      where version_id = any ($3::uuid[])
    ) published
    where document_id is not null
    union
    select s.predecessor_id
    from concerned c join knowledge.supersessions s on s.document_id = c.document_id
    where s.predecessor_id is not null
  )
  select document_id from concerned order by document_id`;

// The successor that counts first: one that is live and names the document, or that took the place of one that named it
// and is gone.
const REPLACE = `
  with recursive successors (document_id, successor_id) as (
    select a.document_id, s.document_id
    from unnest($1::uuid[]) a (document_id)
    join knowledge.supersessions s on s.predecessor_id = a.document_id
    union
    select w.document_id, s.document_id
    from successors w
    join knowledge.documents gone on gone.document_id = w.successor_id and gone.live_version_id is null
    join knowledge.supersessions s on s.predecessor_id = w.successor_id
  ), first_successor as (
    select distinct on (w.document_id) w.document_id, d.document_id as successor_id, d.in_force_from
    from successors w
    join knowledge.documents d on d.document_id = w.successor_id and d.live_version_id is not null
    where w.successor_id <> w.document_id
    order by w.document_id, d.in_force_from, d.document_id
  ), settled as (
    select a.document_id, f.successor_id, coalesce(f.in_force_from, 'infinity') as superseded_from
    from unnest($1::uuid[]) a (document_id) left join first_successor f using (document_id)
  )
  update knowledge.documents d set
    superseded_by = s.successor_id,
    superseded_from = s.superseded_from,
    updated_at = date_trunc('milliseconds', clock_timestamp())
  from settled s
  where d.document_id = s.document_id
    and (d.superseded_by is distinct from s.successor_id or d.superseded_from <> s.superseded_from)
  returning d.document_id, s.successor_id, nullif(s.superseded_from, 'infinity')::text as superseded_from`;

/**
 * Whether anything of a collection takes the place of anything, or would by these versions: where not, there is nothing to
 * keep. Collection locked, so that it stays so.
 */
export async function areConcerned(
  tx: Queryable,
  collectionId: string,
  versionIds: readonly string[],
): Promise<boolean> {
  const [answer] = await tx.query<{ concerned: boolean }>('areConcerned', ARE_CONCERNED, [collectionId, versionIds]);
  return answer?.concerned ?? false;
}

/** Tells the predecessors of documents that are about to be published that they are here. Twice is once. */
export async function linkNamed(tx: Queryable, collectionId: string, versionIds: readonly string[]): Promise<void> {
  await tx.query('linkNamed', LINK_NAMED, [collectionId, versionIds]);
}

/** The documents, those of the versions, and all whose place they take or took; ids ascending. */
export async function withPredecessors(
  tx: Queryable,
  of: { collectionId: string; documentIds?: readonly string[]; versionIds?: readonly string[] },
): Promise<string[]> {
  const { collectionId, documentIds = [], versionIds = [] } = of;
  const rows = await tx.query<{ document_id: string }>('withPredecessors', WITH_PREDECESSORS, [
    collectionId,
    documentIds,
    versionIds,
  ]);
  return rows.map((row) => row.document_id);
}

/** What replaces a document now, and from which day on. */
export interface Replacement {
  readonly documentId: string;
  /** `null`: nothing does any more. */
  readonly successorId: string | null;
  /** ISO 8601 day; `null` with no successor. */
  readonly from: string | null;
}

/** Works out anew what replaces these documents, and from when. Returns those for which it is no longer what it was. */
export async function settleReplacements(tx: Queryable, documentIds: readonly string[]): Promise<Replacement[]> {
  const rows = await tx.query<{ document_id: string; successor_id: string | null; superseded_from: string | null }>(
    'settleReplacements',
    REPLACE,
    [documentIds],
  );
  return rows.map((row) => ({
    documentId: row.document_id,
    successorId: row.successor_id,
    from: row.superseded_from,
  }));
}
