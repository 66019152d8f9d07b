import { Failure } from '../../core/contract/failures.js';
import type { PhiCategory } from '../../core/contract/finding.js';
import type { OrganizationId } from '../../core/contract/ids.js';
import type { RescreenBatchInput, RescreenBatchResult } from '../../core/contract/rescreen-messages.js';
import type { Reading } from '../../core/contract/reading.js';
import type { Collection } from '../../core/ports/collection-catalog.js';
import type { LiveVersion, Rescreened } from '../../core/ports/rescreen-catalog.js';
import { judgeRescreened } from '../../core/publishing/judge-rescreen.js';
import { rescreenDetails } from '../../core/screening/rescreen-details.js';
import type { UploadNames } from '../../core/screening/screen-document.js';
import { isHoldable } from '../../core/screening/screen-reading.js';
import { presentScreen } from '../../core/screening/screen-version.js';
import { computeOn, planComputing, unlessUnworkable } from '../computing.js';
import type { ScreeningDependencies } from '../dependencies.js';
import { cancellable } from '../heartbeat.js';
import { createDismissFalseAlarms, createFindPatientData, type Searched } from '../screening/find-patient-data.js';
import { startReviews } from '../screening/start-reviews.js';
import { readLiveReading, writeHeldReadings } from '../version-readings.js';

/**
 * Documents a call: some seconds of screening for articles of 100,000 characters (docs/screening.md, "Figures"), so that a worker
 * that dies repeats little, and one short transaction.
 */
const DOCUMENTS_PER_CALL = 20;

interface Looked extends Searched {
  readonly version: LiveVersion;
  readonly reading: Reading;
}

/**
 * Screens the next live documents of the run's collection by what is stored of them. What is to be held is gone from search
 * with the transaction that counts it; what lies of it in the clear is removed by its review, which begins with that
 * (`reviewing/clear-held.ts`). May run twice, and may be killed anywhere: the run counts each version once, and what was not
 * counted is looked at again.
 */
export function createRescreenBatch(deps: ScreeningDependencies) {
  const { catalog, objects, starter, screening } = deps;
  const findPatientData = createFindPatientData(deps);
  const dismissFalseAlarms = createDismissFalseAlarms(deps);

  return async function rescreenBatch(input: RescreenBatchInput): Promise<RescreenBatchResult> {
    const { organizationId, runId } = input;
    const run = { organizationId, runId };
    const screen = presentScreen(screening);
    const act = await catalog.runs.loadAct(organizationId, runId);
    const collection = act?.collectionId ? await catalog.collections.byId(organizationId, act.collectionId) : null;
    if (!act || !collection) throw new Failure('COLLECTION_MISSING', { detail: `run=${runId}` });
    // Somebody cancelled it while the engine could not be reached.
    if (act.state !== 'running') return { after: null };
    return cancellable(async () => {
      if (input.after === null) {
        await catalog.runs.recordActStage(organizationId, runId, 'screen');
        const total = act.records.done + (await catalog.rescreens.count(run, screen));
        await catalog.runs.recordProgress([runId], { records: { total } });
      }
      const page = { after: input.after, limit: DOCUMENTS_PER_CALL };
      const versions = await catalog.rescreens.next(run, screen, page);
      const rescreened = await rescreen(versions, collection, rescreenDetails(act).report);
      const reviews = await catalog.rescreens.apply(run, screen, rescreened);
      if (reviews === null) return { after: null };
      await startReviews(starter, reviews);
      return { after: versions.length < DOCUMENTS_PER_CALL ? null : (versions.at(-1)?.documentId ?? null) };
    });
  };

  async function rescreen(
    versions: readonly LiveVersion[],
    collection: Collection,
    report: boolean,
  ): Promise<Rescreened[]> {
    const { organizationId, phiPolicy } = collection;
    planComputing(versions.map(({ versionId }) => versionId));
    const looked: Looked[] = [];
    const failed: LiveVersion[] = [];
    for (const version of versions) {
      const found = await look(organizationId, version);
      if (found) looked.push(found);
      else failed.push(version);
    }
    const rescreened: Rescreened[] = failed.map(({ versionId }) => ({ versionId, outcome: 'failed' }));
    const known = await dismissFalseAlarms(organizationId, looked);
    const outcome = judgeRescreened(phiPolicy, { report });
    const toHold = known.filter(({ findings }) => isSuspected(findings) && outcome === 'held');
    const held = await writeHeldReadings(objects, organizationId, toHold.map(asHeld));
    const readings = new Map(held.map(({ versionId, reading }) => [versionId, reading]));
    for (const { version, findings } of known) {
      const { versionId } = version;
      const suspicion = { versionId, findings, categories: categoriesOf(findings) };
      const reading = readings.get(versionId);
      if (!isSuspected(findings)) rescreened.push({ versionId, outcome: 'clear' });
      else if (outcome !== 'held') rescreened.push({ ...suspicion, outcome });
      else if (reading) rescreened.push({ ...suspicion, outcome, reading });
    }
    return rescreened;
  }

  /** `null`: it cannot be screened. */
  async function look(organizationId: OrganizationId, version: LiveVersion): Promise<Looked | null> {
    const { versionId, documentId } = version;
    const reading = await readLiveReading(objects, version);
    if (!reading) return null;
    const upload = await uploadNames(organizationId, version);
    const findings = await unlessUnworkable(() =>
      computeOn(versionId, (pause) => findPatientData(organizationId, reading, upload, pause)),
    );
    return findings && { version, documentId, reading, findings };
  }

  /** What is told of the upload: of a redacted one what the version shows, in which placeholders stand for what was found. */
  async function uploadNames(organizationId: OrganizationId, version: LiveVersion): Promise<UploadNames | null> {
    const run = await catalog.runs.load(organizationId, version.runId);
    const given = version.phiStatus === 'sanitized' ? uploadedOf(version) : run?.metadata;
    if (!given) return null;
    const { externalId } = run?.metadata ?? {};
    return { ...given, fileName: run?.fileName ?? '', ...(externalId === undefined ? {} : { externalId }) };
  }
}

function uploadedOf({ title, metadata }: LiveVersion) {
  return { ...(title === null ? {} : { title }), custom: metadata };
}

function asHeld({ version, reading }: Looked) {
  const { runId, versionId, documentId, phiStatus } = version;
  const uploaded = phiStatus === 'sanitized' ? { uploaded: uploadedOf(version) } : {};
  return { runId, versionId, documentId, reading, ...uploaded };
}

function isSuspected(findings: Searched['findings']): boolean {
  return isHoldable(findings.filter(({ dismissed }) => !dismissed));
}

function categoriesOf(findings: Searched['findings']): PhiCategory[] {
  const holding = findings.filter((finding) => !finding.dismissed && isHoldable([finding]));
  return [...new Set(holding.map(({ category }) => category))];
}
