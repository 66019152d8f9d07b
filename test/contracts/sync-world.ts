import type { FailureCode } from '../../core/contract/failures.js';
import type { FinalRunState } from '../../core/contract/states.js';
import type { Collection } from '../../core/ports/collection-catalog.js';
import type { Run } from '../../core/ports/run-catalog.js';
import type { ListedSource } from '../../core/ports/source-store.js';
import type { AcceptSyncInput, ChangedSource, Sync } from '../../core/ports/sync-catalog.js';
import { type CatalogUnderTest, makeVersion, publish, sha256 } from './catalog-world.js';

/** Names and contents of what lies in a location. */
export type Bucket = Readonly<Record<string, string | readonly string[]>>;

export const LOCATION = 's3://bucket/who/';

export async function startSync(
  { catalog }: CatalogUnderTest,
  collection: Collection,
  input: Partial<AcceptSyncInput> = {},
): Promise<Sync> {
  const { sync } = await catalog.syncs.accept({
    organizationId: collection.organizationId,
    collectionId: collection.collectionId,
    location: LOCATION,
    maxWithdrawnShare: 0.5,
    withdrawalsConfirmed: false,
    actor: 'key-1',
    ...input,
  });
  return sync;
}

export function listing(bucket: Bucket, location = LOCATION): (ListedSource & { fingerprint: string })[] {
  return Object.entries(bucket).map(([name, content]) => {
    const text = typeof content === 'string' ? content : content.join('\n');
    return { uri: location + name, etag: sha256(text), sizeBytes: text.length, fingerprint: sha256(`fp ${text}`) };
  });
}

/** Accepts the run of a changed source, as a batch does. */
export async function acceptSynced({ catalog }: CatalogUnderTest, sync: Sync, source: ChangedSource): Promise<Run> {
  const { run } = await catalog.runs.accept({
    organizationId: sync.organizationId,
    collectionId: sync.collectionId,
    sourceKey: `uri:${source.uri}`,
    fileName: source.uri.slice(source.uri.lastIndexOf('/') + 1),
    object: { key: `sources/${source.sourceId}`, sha256: sha256(source.etag), sizeBytes: source.sizeBytes },
    metadata: { externalId: source.uri, custom: {} },
    actor: 'key-1',
    sync: { runId: sync.runId, workflowId: `batch-of-${sync.runId}`, fingerprint: source.fingerprint },
  });
  return run;
}

/** One document for a content that is a text, one for each record of a list (the record's first word names it). */
export async function publishAll(
  world: CatalogUnderTest,
  run: Run,
  content: string | readonly string[],
): Promise<{ documentId: string; outcome: string }[]> {
  const records = typeof content === 'string' ? [content] : content;
  const opened = await world.catalog.versions.open({
    organizationId: run.organizationId,
    runId: run.runId,
    items: records.map((record, recordIndex) => ({
      externalId: typeof content === 'string' ? (run.metadata.externalId ?? '') : (record.split(' ')[0] ?? ''),
      fingerprint: sha256(record),
      recordIndex,
      pageCount: 0,
    })),
  });
  for (const version of opened.filter((each) => each.outcome === 'open')) {
    await makeVersion(world, run, version, { paragraphs: [records[version.recordIndex] ?? ''] });
    await publish(world, run, [version.versionId]);
  }
  return opened.map(({ documentId, outcome }) => ({ documentId, outcome }));
}

export async function finishRun(
  { catalog }: CatalogUnderTest,
  run: Run,
  state: FinalRunState = 'published',
  error?: FailureCode,
): Promise<void> {
  await catalog.runs.finish([{ runId: run.runId, state, ...(error ? { error } : {}) }]);
}

/** A whole sync: what is new or changed is published, what is gone is withdrawn. Answers its run and what it read. */
export async function syncBucket(
  world: CatalogUnderTest,
  collection: Collection,
  bucket: Bucket,
  input: Partial<AcceptSyncInput> = {},
): Promise<{ sync: Sync; read: string[]; documents: Map<string, string> }> {
  const location = input.location ?? LOCATION;
  const sync = await startSync(world, collection, { withdrawalsConfirmed: true, ...input });
  const changed = await world.catalog.syncs.compare(sync, listing(bucket, location));
  const documents = new Map<string, string>();
  for (const source of changed) {
    const name = source.uri.slice(location.length);
    const content = bucket[name] ?? '';
    const run = await acceptSynced(world, sync, source);
    const items = await publishAll(world, run, content);
    items.forEach((item, index) => {
      documents.set(typeof content === 'string' ? name : (content[index]?.split(' ')[0] ?? ''), item.documentId);
    });
    const vanished = await world.catalog.syncs.runsWithVanished([run.runId]);
    for (const runId of vanished) await world.catalog.syncs.withdrawVanished(runId, 100);
    await finishRun(world, run, items.some((item) => item.outcome === 'open') ? 'published' : 'unchanged');
  }
  while ((await world.catalog.syncs.withdrawMissing(sync, 100)).left > 0);
  await world.catalog.syncs.finish(sync.runId, { state: 'published' });
  return { sync, read: changed.map((source) => source.uri.slice(location.length)).toSorted(), documents };
}
