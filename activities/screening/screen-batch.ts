import type { FailureCode } from '../../core/contract/failures.js';
import type { VersionId } from '../../core/contract/ids.js';
import type { BatchRef, RunRef, ScreenBatchResult } from '../../core/contract/ingest-messages.js';
import type { ObjectRef } from '../../core/contract/object-ref.js';
import type { PhiStatus } from '../../core/contract/states.js';
import type { Collection } from '../../core/ports/collection-catalog.js';
import type { ReadingBatch, VersionReading } from '../../core/contract/reading.js';
import type { Finding } from '../../core/contract/finding.js';
import { isHoldable, screenReadingPausing } from '../../core/screening/screen-reading.js';
import { readArtefact } from '../artefacts.js';
import { computeOn, unlessUnworkable } from '../computing.js';
import type { ScreeningDependencies } from '../dependencies.js';
import { withHeartbeat } from '../heartbeat.js';
import { loadCollection, loadRunContext } from '../run-context.js';
import { withdrawOriginal } from './withdraw-original.js';

interface Screened extends VersionReading {
  readonly findings: readonly Finding[];
  readonly phiStatus: PhiStatus;
}

/**
 * Screens whole readings before anything of them is stored in the clear, embedded or indexed. A version with findings
 * in a collection that blocks is held: its reading and the original lie sealed under `held/`, its title stays unknown
 * to the catalog. May run twice: screening is a function of the reading, and holding replaces the same objects.
 */
export function createScreenBatch({ catalog, objects, localFiles }: ScreeningDependencies) {
  return async function screenBatch(ref: BatchRef): Promise<ScreenBatchResult> {
    const collection = await loadCollection(catalog, ref);
    await catalog.runs.recordProgress(ref.runIds, { stage: 'screen' });
    return withHeartbeat(async () => {
      const batch = await readArtefact<ReadingBatch>(objects, ref.readings);
      const wanted = new Set(ref.versionIds);
      const screened: Screened[] = [];
      const unworkable: { versionId: VersionId; code: FailureCode }[] = [];
      for (const version of batch.readings.filter(({ versionId }) => wanted.has(versionId))) {
        const one = await unlessUnworkable(() =>
          computeOn(version.versionId, (pause) => screen(version, collection, pause)),
        );
        if (one === null) unworkable.push({ versionId: version.versionId, code: 'TEXT_UNWORKABLE' });
        else screened.push(one);
      }
      await catalog.versions.fail(unworkable);
      await catalog.versions.recordScreening(screened);

      const held = screened.filter((version) => version.phiStatus === 'suspected');
      for (const version of held) await hold(ref.organizationId, version);
      // Several held records of one file: its original is withdrawn once.
      for (const runId of new Set(held.map((version) => version.runId))) {
        await withdrawOriginalOf({ organizationId: ref.organizationId, runId });
      }

      const clear = screened.filter((version) => version.phiStatus !== 'suspected');
      await catalog.versions.describe(
        clear.map(({ versionId, reading }) => ({
          versionId,
          metadata: reading.metadata,
          language: reading.language,
          readingRef: ref.readings,
        })),
      );
      return { clear: clear.map((version) => version.versionId), held: held.length };
    });
  };

  async function hold(
    organizationId: string,
    { runId, versionId, documentId, reading }: VersionReading,
  ): Promise<void> {
    const batch: ReadingBatch = { readings: [{ runId, versionId, documentId, reading }] };
    const sealed: ObjectRef = await objects.put(
      `held/${organizationId}/${runId}/${versionId}.json`,
      Buffer.from(JSON.stringify(batch), 'utf8'),
    );
    await catalog.versions.hold([versionId], sealed);
  }

  async function withdrawOriginalOf(ref: RunRef): Promise<void> {
    const { run } = await loadRunContext(catalog, ref);
    await withdrawOriginal({ catalog, objects, localFiles, run });
  }
}

async function screen(version: VersionReading, collection: Collection, pause: () => Promise<void>): Promise<Screened> {
  const findings = await screenReadingPausing(version.reading, pause);
  const suspected = isHoldable(findings);
  const phiStatus = !suspected ? 'clear' : collection.phiPolicy === 'allow' ? 'allowed' : 'suspected';
  return { ...version, findings, phiStatus };
}
