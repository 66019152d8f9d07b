import type { FailureCode } from '../../core/contract/failures.js';
import type { Finding } from '../../core/contract/finding.js';
import type { DocumentId, VersionId } from '../../core/contract/ids.js';
import type { BatchRef, RunRef, ScreenBatchResult } from '../../core/contract/ingest-messages.js';
import type { PhiStatus } from '../../core/contract/states.js';
import type { Collection } from '../../core/ports/collection-catalog.js';
import type { ScreenedSpan } from '../../core/ports/version-catalog.js';
import { isHoldable, screenReadingPausing } from '../../core/screening/screen-reading.js';
import { spanIdentity } from '../../core/screening/span-identity.js';
import { computeOn, unlessUnworkable } from '../computing.js';
import type { ScreeningDependencies } from '../dependencies.js';
import { withHeartbeat } from '../heartbeat.js';
import { loadCollection, loadRunContext } from '../run-context.js';
import { readReadings, type StoredReading, writeHeldReadings } from '../version-readings.js';
import { startReviews } from './start-reviews.js';
import { withdrawOriginal } from './withdraw-original.js';

interface Searched extends StoredReading {
  readonly findings: readonly (Finding & ScreenedSpan)[];
}

interface Screened extends Searched {
  readonly phiStatus: PhiStatus;
}

/** The step alone: for ingests that began when screening and cutting were two activities (`prepareBatch` does both). */
export function createScreenBatch(deps: ScreeningDependencies) {
  const screenReadings = createScreenReadings(deps);
  return async function screenBatch(ref: BatchRef): Promise<ScreenBatchResult> {
    const collection = await loadCollection(deps.catalog, ref);
    return withHeartbeat(async () => {
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
 * Screens whole readings before anything of them is stored in the clear, embedded or indexed. What people found before to be
 * no patient data, in this document or for all of its collection, does not count. A version with other findings in a
 * collection that blocks is held, and its review begins: its reading and the original lie sealed under `held/`, its title
 * stays unknown to the catalog. May run twice: screening is a function of the reading, holding replaces the same objects, and
 * a version has one review at a time.
 */
export function createScreenReadings({ catalog, objects, localFiles, starter, hashSpan }: ScreeningDependencies) {
  return async function screenReadings(
    ref: BatchRef,
    collection: Collection,
    readings: readonly StoredReading[],
    /** Of what may go on; absent: as the findings say. `sanitized`: placeholders stand for what was found. */
    passed?: Extract<PhiStatus, 'sanitized'>,
  ): Promise<ScreenedReadings> {
    const { organizationId } = ref;
    await catalog.runs.recordProgress(ref.runIds, { stage: 'screen' });
    const searched: Searched[] = [];
    const unworkable: { versionId: VersionId; code: FailureCode }[] = [];
    for (const version of readings) {
      const { versionId } = version;
      const one = await unlessUnworkable(() => computeOn(versionId, (pause) => search(version, pause)));
      if (one === null) unworkable.push({ versionId, code: 'TEXT_UNWORKABLE' });
      else searched.push(one);
    }
    await catalog.versions.fail(unworkable);
    const screened = (await withoutFalseAlarms(organizationId, searched)).map((version) =>
      judge(version, collection, passed),
    );
    await catalog.versions.recordScreening(screened);

    const held = screened.filter((version) => version.phiStatus === 'suspected');
    await startReviews(starter, await catalog.versions.hold(await writeHeldReadings(objects, organizationId, held)));
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

    async function search(version: StoredReading, pause: () => Promise<void>): Promise<Searched> {
      const { text } = version.reading;
      const findings = (await screenReadingPausing(version.reading, pause)).map((finding) => ({
        ...finding,
        spanHash: hashSpan(organizationId, spanIdentity(finding.category, text.slice(finding.start, finding.end))),
      }));
      return { ...version, findings };
    }
  };

  /** Marks what people found before to be no patient data. */
  async function withoutFalseAlarms(organizationId: string, versions: readonly Searched[]): Promise<Searched[]> {
    const remembered = await catalog.reviews.remembered(
      organizationId,
      versions.map(({ documentId, findings }) => ({ documentId, spanHashes: hashesOf(findings) })),
    );
    return versions.map((version) => ({ ...version, findings: dismiss(version, remembered) }));
  }

  async function withdrawOriginalOf(ref: RunRef): Promise<void> {
    const { run } = await loadRunContext(catalog, ref);
    await withdrawOriginal({ catalog, objects, localFiles, run });
  }
}

function hashesOf(findings: Searched['findings']): string[] {
  return findings.flatMap(({ spanHash }) => spanHash ?? []);
}

function dismiss(
  { documentId, findings }: Searched,
  remembered: ReadonlyMap<DocumentId, ReadonlySet<string>>,
): Searched['findings'] {
  const known = remembered.get(documentId);
  if (!known) return findings;
  return findings.map((finding) =>
    finding.spanHash !== undefined && known.has(finding.spanHash) ? { ...finding, dismissed: true } : finding,
  );
}

function judge(version: Searched, collection: Collection, passed?: PhiStatus): Screened {
  const suspected = isHoldable(version.findings.filter((finding) => !finding.dismissed));
  const phiStatus = phiStatusOf(version, collection, suspected);
  return { ...version, phiStatus: passed !== undefined && phiStatus !== 'suspected' ? passed : phiStatus };
}

function phiStatusOf({ findings }: Searched, collection: Collection, suspected: boolean): PhiStatus {
  if (!suspected) return isHoldable(findings) ? 'approved' : 'clear';
  return collection.phiPolicy === 'allow' ? 'contains_phi' : 'suspected';
}
