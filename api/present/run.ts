import { canRetryHelp } from '../../core/contract/failures.js';
import type { Run, RunError, RunView, ShownAct } from '../../core/ports/run-catalog.js';
import { rescreenCounts, rescreenDetails } from '../../core/screening/rescreen-details.js';
import type { RescreenBody } from '../schemas/rescreen.js';
import type { ActBody, RunBody, RunSummaryBody } from '../schemas/run.js';

/** A run without its documents, as lists show it. */
export function presentRunSummary(run: Run): RunSummaryBody {
  return {
    kind: 'ingest',
    runId: run.runId,
    workflowId: run.workflowId,
    sourceId: run.sourceId,
    collection: run.collectionName,
    fileName: run.fileName,
    retryOf: run.retryOf,
    state: run.state,
    stage: run.stage,
    pages: { total: run.pages.total, done: run.pages.done },
    records: { total: run.records.total, done: run.records.done },
    ...(run.error === null ? {} : { error: presentError(run.error) }),
    urgent: run.urgent,
    acceptedAt: run.acceptedAt.toISOString(),
    finishedAt: run.finishedAt?.toISOString() ?? null,
  };
}

export function presentRun(run: RunView): RunBody {
  return {
    ...presentRunSummary(run),
    documents: run.documents.map(({ documentId, externalId, title, state, screenedWith }) => ({
      documentId,
      externalId,
      title,
      state,
      screenedWith,
    })),
  };
}

function presentRescreen(act: ShownAct): RescreenBody {
  const { report, all } = rescreenDetails(act);
  const { findings, ...documents } = rescreenCounts(act);
  return { report, all, ...documents, findings: { ...findings } };
}

export function presentAct(act: ShownAct): ActBody {
  return {
    kind: act.kind,
    runId: act.runId,
    workflowId: act.workflowId,
    collection: act.collectionName,
    state: act.state,
    stage: act.stage,
    pages: { total: 0, done: 0 },
    records: { total: act.records.total, done: act.records.done },
    ...(act.kind === 'rescreen' ? { rescreen: presentRescreen(act) } : {}),
    documents: [],
    ...(act.error === null ? {} : { error: presentError(act.error) }),
    acceptedAt: act.acceptedAt.toISOString(),
    finishedAt: act.finishedAt?.toISOString() ?? null,
  };
}

function presentError({ code, message }: RunError) {
  return { code, message, retryable: canRetryHelp(code) };
}
