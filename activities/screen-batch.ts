import type { ScreenBatchInput, ScreenBatchResult } from '../core/contract/ingest-messages.js';
import type { ObjectRef } from '../core/contract/object-ref.js';
import type { PhiStatus } from '../core/contract/states.js';
import type { Collection } from '../core/ports/collection-catalog.js';
import type { Run } from '../core/ports/run-catalog.js';
import type { ReadingBatch, VersionReading } from '../core/reading/reading.js';
import type { Finding } from '../core/screening/finding.js';
import { isHoldable, screenReading } from '../core/screening/screen-reading.js';
import { readArtefact } from './artefacts.js';
import type { ScreeningDependencies } from './dependencies.js';
import { withHeartbeat } from './heartbeat.js';
import { loadRunContext } from './run-context.js';
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
  return async function screenBatch(input: ScreenBatchInput): Promise<ScreenBatchResult> {
    const { run, collection } = await loadRunContext(catalog, input);
    await catalog.runs.recordProgress(run.runId, { stage: 'screen' });
    return withHeartbeat(async () => {
      const batch = await readArtefact<ReadingBatch>(objects, input.batch.readings);
      const screened = batch.readings.map((version) => screen(version, collection));
      await catalog.versions.recordScreening(screened);

      const held = screened.filter((version) => version.phiStatus === 'suspected');
      for (const version of held) await hold(version, run);
      if (held.length > 0) await withdrawOriginal({ catalog, objects, localFiles, run });

      const clear = screened.filter((version) => version.phiStatus !== 'suspected');
      await catalog.versions.describe(
        clear.map(({ versionId, reading }) => ({
          versionId,
          metadata: reading.metadata,
          language: reading.language,
          readingRef: input.batch.readings,
        })),
      );
      return { clear: clear.map((version) => version.versionId), held: held.length };
    });
  };

  async function hold({ versionId, documentId, reading }: VersionReading, run: Run): Promise<void> {
    const batch: ReadingBatch = { readings: [{ versionId, documentId, reading }] };
    const sealed: ObjectRef = await objects.put(
      `held/${run.organizationId}/${run.runId}/${versionId}.json`,
      Buffer.from(JSON.stringify(batch), 'utf8'),
    );
    await catalog.versions.hold([versionId], sealed);
  }
}

function screen(version: VersionReading, collection: Collection): Screened {
  const findings = screenReading(version.reading);
  const suspected = isHoldable(findings);
  const phiStatus = !suspected ? 'clear' : collection.phiPolicy === 'allow' ? 'allowed' : 'suspected';
  return { ...version, findings, phiStatus };
}
