import { randomUUID } from 'node:crypto';
import type { SourceId } from '../../../core/contract/ids.js';
import type { SyncRef } from '../../../core/contract/sync-messages.js';
import type { ChangedSource } from '../../../core/ports/sync-catalog.js';
import type { ListedSource } from '../../../core/ports/source-store.js';
import type { DatabaseHandle } from '../database.js';
import { storableSourceKey } from '../sources/source-key.js';
import { storableText } from '../storable.js';

// In the order of keys, so that two syncs of overlapping locations lock alike. A source that was gone is back.
const TAKE_SOURCES = `
  insert into knowledge.sources (source_id, organization_id, collection_id, source_key, uri)
  select l.source_id, s.organization_id, s.collection_id, l.source_key, l.uri
  from knowledge.runs s
  cross join unnest($3::uuid[], $4::text[], $5::text[]) l (source_id, source_key, uri)
  where s.organization_id = $1 and s.run_id = $2 and s.kind = 'sync'
  order by l.source_key
  on conflict (organization_id, collection_id, source_key) do update set uri = excluded.uri, gone_at = null
    where knowledge.sources.uri is null or knowledge.sources.gone_at is not null`;

// The first look decides: asked again, a source that was settled meanwhile is still one of those that had to be read.
const SEE_SOURCES = `
  insert into knowledge.sync_sources (run_id, source_id, organization_id, action, etag, size_bytes, fingerprint)
  select s.run_id, o.source_id, s.organization_id,
    case when o.settled_fingerprint = l.fingerprint then 'keep'
      when o.settled_fingerprint is null then 'insert' else 'update' end,
    l.etag, l.size_bytes, l.fingerprint
  from knowledge.runs s
  cross join unnest($3::text[], $4::text[], $5::bigint[], $6::text[]) l (source_key, etag, size_bytes, fingerprint)
  join knowledge.sources o on o.organization_id = s.organization_id and o.collection_id = s.collection_id
    and o.source_key = l.source_key
  where s.organization_id = $1 and s.run_id = $2 and s.kind = 'sync'
  on conflict do nothing`;

const CHANGED_COLUMNS = `o.source_id, o.uri, seen.etag, seen.size_bytes, seen.fingerprint`;

const CHANGED_AMONG = `
  select ${CHANGED_COLUMNS}
  from knowledge.sync_sources seen
  join knowledge.sources o using (source_id)
  where seen.organization_id = $1 and seen.run_id = $2 and seen.action <> 'keep' and o.source_key = any ($3::text[])
  order by o.source_key`;

const CHANGED_BY_ID = `
  select ${CHANGED_COLUMNS}
  from knowledge.sync_sources seen
  join knowledge.sources o using (source_id)
  where seen.organization_id = $1 and seen.run_id = $2 and seen.source_id = any ($3::uuid[])
  order by array_position($3::uuid[], seen.source_id)`;

interface ChangedRow {
  source_id: string;
  uri: string;
  etag: string;
  size_bytes: number;
  fingerprint: string;
}

/** Identity of a synced source in its collection. */
export function syncedSourceKey(uri: string): string {
  return storableSourceKey(`uri:${storableText(uri)}`);
}

export async function compareSources(
  database: DatabaseHandle,
  ref: SyncRef,
  listed: readonly (ListedSource & { readonly fingerprint: string })[],
): Promise<ChangedSource[]> {
  if (listed.length === 0) return [];
  const keys = listed.map((source) => syncedSourceKey(source.uri));
  const sync = [ref.organizationId, ref.runId];
  return database.transaction('compareSources', async (tx) => {
    await tx.query('takeSources', TAKE_SOURCES, [
      ...sync,
      listed.map(() => randomUUID()),
      keys,
      listed.map((source) => storableText(source.uri)),
    ]);
    await tx.query('seeSources', SEE_SOURCES, [
      ...sync,
      keys,
      listed.map((source) => source.etag),
      listed.map((source) => source.sizeBytes),
      listed.map((source) => source.fingerprint),
    ]);
    return (await tx.query<ChangedRow>('changedAmong', CHANGED_AMONG, [...sync, keys])).map(toChangedSource);
  });
}

export async function changedSources(
  database: DatabaseHandle,
  ref: SyncRef,
  sourceIds: readonly SourceId[],
): Promise<ChangedSource[]> {
  const values = [ref.organizationId, ref.runId, sourceIds];
  return (await database.query<ChangedRow>('changedSources', CHANGED_BY_ID, values)).map(toChangedSource);
}

function toChangedSource(row: ChangedRow): ChangedSource {
  return {
    sourceId: row.source_id,
    uri: row.uri,
    etag: row.etag,
    sizeBytes: row.size_bytes,
    fingerprint: row.fingerprint,
  };
}
