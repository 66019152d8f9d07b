import type { FailureCode } from '../../core/contract/failures.js';
import type { VersionId } from '../../core/contract/ids.js';
import type { BatchRef, RunRef, ScreenBatchResult } from '../../core/contract/ingest-messages.js';
import type { PhiStatus } from '../../core/contract/states.js';
import type { Collection } from '../../core/ports/collection-catalog.js';
import type { Finding } from '../../core/contract/finding.js';
import { isHoldable, screenReadingPausing } from '../../core/screening/screen-reading.js';
import { computeOn, unlessUnworkable } from '../computing.js';
import type { ScreeningDependencies } from '../dependencies.js';
import { cancellable } from '../heartbeat.js';
import { loadCollection, loadRunContext } from '../run-context.js';
import { readReadings, type StoredReading, writeHeldReadings } from '../version-readings.js';
import { withdrawOriginal } from './withdraw-original.js';

interface Screened extends StoredReading {
  readonly findings: readonly Finding[];
  readonly phiStatus: PhiStatus;
}

/** The step alone: for ingests that began when screening and cutting were two activities (`prepareBatch` does both). */
export function createScreenBatch(deps: ScreeningDependencies) {
  const screenReadings = createScreenReadings(deps);
  return async function screenBatch(ref: BatchRef): Promise<ScreenBatchResult> {
    const collection = await loadCollection(deps.catalog, ref);
    return cancellable(async () => {
      const readings = await readReadings(deps.objects, ref);
      const { clear, held } = await screenReadings(ref, collection, readings);
      return { clear: clear.map((version) => version.versionId), held };
    });
  };
}

export interface ScreenedReadings {
  /** What may go on. */
  readonly clear: readonly StoredReading[];
  readonly held: number;
}

/**
 * Screens whole readings before anything of them is stored in the clear, embedded or indexed. A version with findings
 * in a collection that blocks is held: its reading and the original lie sealed under `held/`, its title stays unknown
 * to the catalog. May run twice: screening is a function of the reading, and holding replaces the same objects.
 */
export function createScreenReadings({ catalog, objects, localFiles }: ScreeningDependencies) {
  return async function screenReadings(
    ref: BatchRef,
    collection: Collection,
    readings: readonly StoredReading[],
  ): Promise<ScreenedReadings> {
    const { organizationId } = ref;
    await catalog.runs.recordProgress(ref.runIds, { stage: 'screen' });
    const screened: Screened[] = [];
    const unworkable: { versionId: VersionId; code: FailureCode }[] = [];
    for (const version of readings) {
      const { versionId } = version;
      const one = await unlessUnworkable(() => computeOn(versionId, (pause) => screen(version, collection, pause)));
      if (one === null) unworkable.push({ versionId, code: 'TEXT_UNWORKABLE' });
      else screened.push(one);
    }
    await catalog.versions.fail(unworkable);
    await catalog.versions.recordScreening(screened);

    const held = screened.filter((version) => version.phiStatus === 'suspected');
    await catalog.versions.hold(await writeHeldReadings(objects, organizationId, held));
    // Several held records of one file: its original is withdrawn once.
    for (const runId of new Set(held.map((version) => version.runId))) {
      await withdrawOriginalOf({ organizationId, runId });
    }

    const clear = screened.filter((version) => version.phiStatus !== 'suspected');
    await catalog.versions.describe(
      clear.map(({ versionId, reading, ref: readingRef }) => ({
        versionId,
        metadata: reading.metadata,
        language: reading.language,
        readingRef,
      })),
    );
    return { clear, held: held.length };
  };

  async function withdrawOriginalOf(ref: RunRef): Promise<void> {
    const { run } = await loadRunContext(catalog, ref);
    await withdrawOriginal({ catalog, objects, localFiles, run });
  }
}

async function screen(version: StoredReading, collection: Collection, pause: () => Promise<void>): Promise<Screened> {
  const findings = await screenReadingPausing(version.reading, pause);
  const suspected = isHoldable(findings);
  const phiStatus = !suspected ? 'clear' : collection.phiPolicy === 'allow' ? 'allowed' : 'suspected';
  return { ...version, findings, phiStatus };
}
