import type { FailureCode } from '../../core/contract/failures.js';
import type { Finding } from '../../core/contract/finding.js';
import type { OrganizationId, RunId, VersionId } from '../../core/contract/ids.js';
import type { BatchRef, RunRef, ScreenBatchResult } from '../../core/contract/ingest-messages.js';
import type { PhiStatus } from '../../core/contract/states.js';
import type { Collection } from '../../core/ports/collection-catalog.js';
import type { UploadMetadata } from '../../core/ports/run-catalog.js';
import type { ScreenedSpan } from '../../core/ports/version-catalog.js';
import { wordCounts } from '../../core/reading/witness/word-counts.js';
import { redactedMember, redactReading } from '../../core/screening/redact-reading.js';
import type { UploadNames } from '../../core/screening/screen-document.js';
import { isHoldable } from '../../core/screening/screen-reading.js';
import { presentScreen } from '../../core/screening/screen-version.js';
import { writePart } from '../artefacts.js';
import { computeOn, planComputing, unlessUnworkable } from '../computing.js';
import type { ScreeningDependencies } from '../dependencies.js';
import { cancellable } from '../heartbeat.js';
import { loadCollection, loadRunContext } from '../run-context.js';
import { readReadings, type StoredReading, writeHeldReadings } from '../version-readings.js';
import { createDismissFalseAlarms, createFindPatientData } from './find-patient-data.js';
import { startReviews } from './start-reviews.js';
import { withdrawOriginal } from './withdraw-original.js';

interface Searched extends StoredReading {
  readonly findings: readonly (Finding & ScreenedSpan)[];
}

interface Screened extends Searched {
  readonly phiStatus: PhiStatus;
  /** Of a redacted version: what is told of its upload. */
  readonly uploaded?: Uploaded;
}

type Uploaded = Pick<UploadMetadata, 'title' | 'custom'>;

/** A version in which placeholders were set by a review, before it is screened again. */
export interface RedactedByReview {
  readonly uploaded: Uploaded | undefined;
}

/** The step alone: for ingests that began when screening and cutting were two activities (`prepareBatch` does both). */
export function createScreenBatch(deps: ScreeningDependencies) {
  const screenReadings = createScreenReadings(deps);
  return async function screenBatch(ref: BatchRef): Promise<ScreenBatchResult> {
    const collection = await loadCollection(deps.catalog, ref);
    return cancellable(async () => {
      const readings = await readReadings(deps.objects, ref);
      // What is redacted is not what the next activity of these ingests would read.
      const { clear, held } = await screenReadings(ref, withoutRedaction(collection), readings);
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
export function createScreenReadings(deps: ScreeningDependencies) {
  const { catalog, objects, localFiles, starter, screening } = deps;
  const findIn = createFindPatientData(deps);
  const dismissFalseAlarms = createDismissFalseAlarms(deps);

  return async function screenReadings(
    ref: BatchRef,
    collection: Collection,
    readings: readonly StoredReading[],
    redacted?: RedactedByReview,
  ): Promise<ScreenedReadings> {
    const { organizationId } = ref;
    await catalog.runs.recordProgress(ref.runIds, { stage: 'screen' });
    const uploads = new Map<RunId, Promise<UploadNames | null>>();
    const uploadOf = (runId: RunId): Promise<UploadNames | null> => {
      const known = uploads.get(runId) ?? uploadNames(organizationId, runId, redacted);
      uploads.set(runId, known);
      return known;
    };
    const searched: Searched[] = [];
    const unworkable: { versionId: VersionId; code: FailureCode }[] = [];
    planComputing(readings.map(({ versionId }) => versionId));
    for (const version of readings) {
      const { versionId } = version;
      const upload = await uploadOf(version.runId);
      const one = await unlessUnworkable(() => computeOn(versionId, (pause) => search(version, upload, pause)));
      if (one === null) unworkable.push({ versionId, code: 'TEXT_UNWORKABLE' });
      else searched.push(one);
    }
    await catalog.versions.fail(unworkable);
    const known = await dismissFalseAlarms(organizationId, searched);
    const screened: Screened[] = [];
    for (const version of known) {
      const judged = judge(version, collection, redacted);
      const isToRedact = judged.phiStatus === 'suspected' && collection.phiPolicy === 'redact';
      screened.push(isToRedact ? await sanitize(organizationId, judged) : judged);
    }
    const { version: screenVersion, screenedWith } = presentScreen(screening);
    await catalog.versions.recordScreening(screened.map((version) => ({ ...version, screenedWith, screenVersion })));

    const held = screened.filter((version) => version.phiStatus === 'suspected');
    await startReviews(starter, await catalog.versions.hold(await writeHeldReadings(objects, organizationId, held)));
    // Several records of one file: its original is withdrawn once. A review has none of its own.
    const withdrawn = screened.filter(({ phiStatus }) => phiStatus === 'suspected' || phiStatus === 'sanitized');
    for (const runId of new Set(withdrawn.map((version) => version.runId))) {
      await withdrawOriginalOf({ organizationId, runId });
    }

    const clear = screened.filter((version) => version.phiStatus !== 'suspected');
    await catalog.versions.describe(
      clear.map(({ versionId, reading, ref: readingRef, uploaded }) => ({
        versionId,
        metadata: reading.metadata,
        language: reading.language,
        readingRef,
        ...(reading.account ? { wordCounts: wordCounts(reading.account) } : {}),
        ...(uploaded ? { uploaded } : {}),
      })),
    );
    return { clear, held: held.length };

    async function search(
      version: StoredReading,
      upload: UploadNames | null,
      pause: () => Promise<void>,
    ): Promise<Searched> {
      return { ...version, findings: await findIn(organizationId, version.reading, upload, pause) };
    }
  };

  /** What the upload says of a version; of one that a review redacted, what is told of it from then on. */
  async function uploadNames(
    organizationId: OrganizationId,
    runId: RunId,
    redacted: RedactedByReview | undefined,
  ): Promise<UploadNames | null> {
    if (redacted) return redacted.uploaded ? { fileName: '', ...redacted.uploaded } : null;
    const run = await catalog.runs.load(organizationId, runId);
    return run && { fileName: run.fileName, ...run.metadata };
  }

  /** Sets placeholders and screens once more: what is still suspected is held as it came. */
  async function sanitize(organizationId: string, version: Screened): Promise<Screened> {
    const { runId, versionId, documentId, findings } = version;
    const falseAlarms = new Set(findings.flatMap(({ spanHash, dismissed }) => (dismissed ? (spanHash ?? []) : [])));
    const { run } = await loadRunContext(catalog, { organizationId, runId });
    const { reading, redactText, isSafe } = await computeOn(versionId, async (pause) => {
      const inText = findings.filter((finding) => isToGo(finding) && finding.field === undefined);
      const redacted = redactReading(version.reading, inText);
      // The file's name and the external id stay as they are: what is found in them holds the version.
      const { externalId } = run.metadata;
      const upload = { fileName: run.fileName, externalId, ...redactUpload(run.metadata, redacted.redactText) };
      const left = await findIn(organizationId, redacted.reading, upload, pause);
      return { ...redacted, isSafe: !isHoldable(left.filter(({ spanHash }) => !falseAlarms.has(spanHash))) };
    });
    if (!isSafe) return version;
    const place = { organizationId, runId, versionId };
    const ref = await writePart(objects, place, 'sanitized', { runId, versionId, documentId, reading });
    return { ...version, reading, ref, phiStatus: 'sanitized', uploaded: redactUpload(run.metadata, redactText) };
  }

  async function withdrawOriginalOf({ organizationId, runId }: RunRef): Promise<void> {
    const run = await catalog.runs.load(organizationId, runId);
    if (run) await withdrawOriginal({ catalog, objects, localFiles, run });
  }
}

function judge(version: Searched, collection: Collection, redacted?: RedactedByReview): Screened {
  const suspected = isHoldable(version.findings.filter((finding) => !finding.dismissed));
  const phiStatus = phiStatusOf(version, collection, suspected);
  if (!redacted || phiStatus === 'suspected') return { ...version, phiStatus };
  return { ...version, phiStatus: 'sanitized', ...(redacted.uploaded ? { uploaded: redacted.uploaded } : {}) };
}

/** What would hold a version. The telephone number of an agency stays where it is. */
function isToGo(finding: Finding & ScreenedSpan): boolean {
  return !finding.dismissed && isHoldable([finding]);
}

/** Title and free keys of an upload, with the same placeholders as its document. */
export function redactUpload({ title, custom }: UploadMetadata, redactText: (text: string) => string): Uploaded {
  return { ...(title === undefined ? {} : { title: redactText(title) }), custom: redactedMember(custom, redactText) };
}

function withoutRedaction(collection: Collection): Collection {
  return collection.phiPolicy === 'redact' ? { ...collection, phiPolicy: 'block' } : collection;
}

function phiStatusOf({ findings }: Searched, collection: Collection, suspected: boolean): PhiStatus {
  if (!suspected) return isHoldable(findings) ? 'approved' : 'clear';
  return collection.phiPolicy === 'allow' ? 'contains_phi' : 'suspected';
}
