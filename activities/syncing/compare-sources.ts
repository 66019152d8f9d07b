import type { SourceId } from '../../core/contract/ids.js';
import type { CompareSourcesInput, CompareSourcesResult } from '../../core/contract/sync-messages.js';
import type { Collection } from '../../core/ports/collection-catalog.js';
import type { ChangedSource } from '../../core/ports/sync-catalog.js';
import { sourceFingerprint } from '../../core/reading/fingerprint.js';
import type { SyncDependencies } from '../dependencies.js';
import { cancellable } from '../heartbeat.js';
import { loadSyncContext } from '../run-context.js';

/** One request to S3 lists at most as many. */
const SOURCES_PER_PAGE = 1000;

/** What a batch reads together: four activities for all of them, and at most so many repeated after a crash. */
const SOURCES_PER_BATCH = 64;
const BYTES_PER_BATCH = 16 * 1024 * 1024;

/**
 * Lists one page of the location, holds it against what the catalog knows, and answers the new and changed sources in
 * batches. May run twice: what was seen stays seen, and the same sources are answered again.
 */
export function createCompareSources({ catalog, sources }: SyncDependencies) {
  return async function compareSources(input: CompareSourcesInput): Promise<CompareSourcesResult> {
    const { sync, collection } = await loadSyncContext(catalog, input);
    await catalog.syncs.recordStage(sync.runId, 'list');
    return cancellable(async () => {
      const page = await sources.listPage(sync.location, { after: input.after, limit: SOURCES_PER_PAGE });
      const changed = await catalog.syncs.compare(
        input,
        page.sources.map((source) => ({ ...source, fingerprint: fingerprintOf(source, collection) })),
      );
      return { listed: page.sources.length, batches: inBatches(changed), next: page.next };
    });
  };
}

function fingerprintOf({ etag, sizeBytes }: { etag: string; sizeBytes: number }, collection: Collection): string {
  const { language, phiPolicy, chunking } = collection;
  return sourceFingerprint({ etag, sizeBytes, settings: { language, phiPolicy, chunking } });
}

function inBatches(changed: readonly ChangedSource[]): SourceId[][] {
  const batches: SourceId[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const { sourceId, sizeBytes } of changed) {
    const batch = batches.at(-1);
    if (batch && batch.length < SOURCES_PER_BATCH && bytes + sizeBytes <= BYTES_PER_BATCH) {
      batch.push(sourceId);
      bytes += sizeBytes;
    } else {
      batches.push([sourceId]);
      bytes = sizeBytes;
    }
  }
  return batches;
}
