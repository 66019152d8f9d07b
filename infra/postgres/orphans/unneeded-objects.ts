import { type KeyedObject, originalPlaces, parseObjectKey } from '../../../core/contract/object-keys.js';
import type { OrganizationId } from '../../../core/contract/ids.js';
import type { Queryable } from '../database.js';

// Where a run says that its original lies, and nowhere else: a copy in the other place is left from a move. One that a sync
// has copied is taken in by that sync, and one that was sent in parts has the name of its upload.
const NEEDED_ORIGINALS = `
  select g.key from unnest($2::text[], $3::uuid[], $4::uuid[], $5::text[], $6::text[]) g (key, sync_run_id, name, open, held)
  where exists (
      select from knowledge.runs r
      where r.object_key = g.key and r.organization_id = $1 and r.original_erased_at is null)
    or exists (
      select from knowledge.runs r
      where r.object_key in (g.open, g.held) and r.organization_id = $1 and r.state = 'running')
    or exists (
      select from knowledge.runs r
      where r.run_id = g.sync_run_id and r.organization_id = $1 and r.state = 'running')
    or exists (
      select from knowledge.uploads u where u.upload_id = g.name and u.organization_id = $1)`;

const NEEDED_READINGS = `
  select g.key from unnest($2::text[], $3::uuid[], $4::uuid[]) g (key, run_id, version_id)
  where exists (
      select from knowledge.versions v
      where v.version_id = g.version_id and v.organization_id = $1 and v.state <> 'erased')
    or exists (
      select from knowledge.runs r where r.run_id = g.run_id and r.organization_id = $1 and r.state = 'running')`;

// Nobody reads a list once its run has ended.
const NEEDED_LISTS = `
  select g.key from unnest($2::text[], $3::uuid[]) g (key, run_id)
  where exists (
    select from knowledge.runs r where r.run_id = g.run_id and r.organization_id = $1 and r.state = 'running')`;

const NEEDED_MANIFESTS = `
  select g.key from unnest($2::text[], $3::uuid[]) g (key, run_id)
  where exists (
    select from knowledge.runs r where r.run_id = g.run_id and r.organization_id = $1 and r.original_erased_at is null)`;

// A failed move is tried again with its questions.
const NEEDED_OF_MOVES = `
  select g.key from unnest($2::text[]) g (key)
  where exists (
    select from knowledge.runs r
    where r.organization_id = $1 and r.kind = 'migration' and r.state in ('running', 'failed')
      and g.key in (r.details -> 'questions' ->> 'key', r.details -> 'report' ->> 'key'))`;

interface Keyed<Kind extends KeyedObject['kind']> {
  readonly key: string;
  readonly object: Extract<KeyedObject, { kind: Kind }>;
}

export async function unneededObjects(
  database: Queryable,
  organizationId: OrganizationId,
  keys: readonly string[],
): Promise<string[]> {
  const known = keys.flatMap((key) => {
    const object = parseObjectKey(key);
    return object?.organizationId === organizationId ? [{ key, object }] : [];
  });
  const originals = known.filter((entry): entry is Keyed<'original'> => entry.object.kind === 'original');
  const readings = known.filter((entry): entry is Keyed<'reading'> => entry.object.kind === 'reading');
  const lists = known.filter((entry): entry is Keyed<'list'> => entry.object.kind === 'list');
  const manifests = known.filter((entry): entry is Keyed<'manifest'> => entry.object.kind === 'manifest');
  const moves = known.filter(({ object }) => object.kind === 'move');
  const needed = new Set<string>();
  const ask = async (operation: string, sql: string, columns: readonly (readonly unknown[])[]) => {
    if (columns[0]?.length === 0) return;
    const rows = await database.query<{ key: string }>(operation, sql, [organizationId, ...columns]);
    for (const { key } of rows) needed.add(key);
  };
  await ask('neededOriginals', NEEDED_ORIGINALS, [
    originals.map(({ key }) => key),
    originals.map(({ object }) => object.runId),
    originals.map(({ object }) => object.name),
    originals.map(({ key }) => originalPlaces(key).open),
    originals.map(({ key }) => originalPlaces(key).held),
  ]);
  await ask('neededReadings', NEEDED_READINGS, [
    readings.map(({ key }) => key),
    readings.map(({ object }) => object.runId),
    readings.map(({ object }) => object.versionId),
  ]);
  await ask('neededLists', NEEDED_LISTS, [lists.map(({ key }) => key), lists.map(({ object }) => object.runId)]);
  await ask('neededManifests', NEEDED_MANIFESTS, [
    manifests.map(({ key }) => key),
    manifests.map(({ object }) => object.runId),
  ]);
  await ask('neededOfMoves', NEEDED_OF_MOVES, [moves.map(({ key }) => key)]);
  return known.map(({ key }) => key).filter((key) => !needed.has(key));
}
