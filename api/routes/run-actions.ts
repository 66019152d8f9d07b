import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyBaseLogger, FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { AccessScope } from '../../core/ports/access-scope.js';
import { runWorkflowId } from '../../core/contract/ids.js';
import type { RetryRefusal, ShownAct } from '../../core/ports/run-catalog.js';
import type { SyncView } from '../../core/ports/sync-catalog.js';
import type { WorkflowRef } from '../../core/ports/workflow-starter.js';
import { moveDetails } from '../../core/moving/move-details.js';
import { rescreenDetails } from '../../core/screening/rescreen-details.js';
import { principalOf } from '../auth/authenticate.js';
import { requireWholeOrganization } from '../auth/collection-scope.js';
import type { ApiDependencies } from '../dependencies.js';
import { ApiError } from '../errors.js';
import { succeed } from '../http/envelope.js';
import { presentAct, presentRun } from '../present/run.js';
import { presentSync } from '../present/sync.js';
import { guardedRefusals, success } from '../schemas/envelope.js';
import { ActBody, RetriedRun, RunBody, RunParams } from '../schemas/run.js';
import { SyncBody } from '../schemas/sync.js';
import { requireStored } from '../upload/require-original.js';
import { startRun } from '../upload/start-run.js';

/** Who may send a file in may also stop or repeat that. */
const INGEST = { config: { access: ['ingest'] as const } };

/** What people do to runs: cancel, retry. */
export function runActionRoutes({ catalog, objects, starter }: ApiDependencies): FastifyPluginAsyncTypebox {
  async function requireRun(scope: AccessScope, runId: string) {
    const run = await catalog.runs.get(scope, runId);
    if (!run) throw new ApiError('RUN_NOT_FOUND');
    return run;
  }

  /**
   * Before the catalog hears of a cancellation: while the engine cannot be reached, nothing is changed. Afterwards it need
   * not be heard any more, for work whose run has ended stops at its next word to the catalog.
   */
  async function stopWork(log: FastifyBaseLogger, workflow: WorkflowRef & { readonly runId: string }): Promise<void> {
    try {
      await starter.cancel(workflow);
    } catch (error) {
      log.warn(
        { runId: workflow.runId, err: error },
        'engine not reached, the work on a cancelled run stops by itself',
      );
    }
  }

  /** A sync and its runs. Errors: `RUN_FINISHED`. */
  async function cancelSync(request: FastifyRequest, sync: SyncView): Promise<SyncView> {
    const { scope, keyId: actor } = principalOf(request);
    if (sync.state !== 'running') throw new ApiError('RUN_FINISHED', { details: { state: sync.state } });
    await starter.ping();
    await catalog.syncs.cancel(scope, sync.runId, actor);
    const now = await catalog.syncs.get(scope, sync.runId);
    if (now?.state !== 'cancelled') throw new ApiError('RUN_FINISHED', { details: { state: now?.state ?? 'gone' } });
    await stopWork(request.log, sync);
    return now;
  }

  /**
   * A move of vectors and a rescreen concern more than files, whoever may send these in. Errors: `SCOPE_MISSING`, `ACCESS_RESTRICTED`.
   */
  async function findAct(request: FastifyRequest, runId: string): Promise<ShownAct | null> {
    const { scope, scopes } = principalOf(request);
    const act = await catalog.runs.getAct(scope, runId);
    if (act?.kind !== 'migration' && act?.kind !== 'rescreen') return null;
    if (!scopes.includes('admin')) throw new ApiError('SCOPE_MISSING');
    requireWholeOrganization(scope);
    return act;
  }

  /** Errors: `RUN_FINISHED`. */
  async function cancelAct(request: FastifyRequest, act: ShownAct): Promise<ShownAct> {
    const { scope, keyId: actor } = principalOf(request);
    await starter.ping();
    await catalog.runs.cancelAct(scope, act.runId, actor);
    const now = await catalog.runs.getAct(scope, act.runId);
    if (act.state !== 'running' || now?.state !== 'cancelled') {
      throw new ApiError('RUN_FINISHED', { details: { state: now?.state ?? 'gone' } });
    }
    await stopWork(request.log, act);
    return now;
  }

  /** What a failed move has built is gone on with; the questions of a cancelled one are gone. */
  function detailsOfMove(move: ShownAct) {
    const { model, store, policy, keepDays, questions, vectorIndexId, formerId } = moveDetails(move);
    const known = { questions, vectorIndexId, formerId };
    return { model, store, policy, keepDays, ...(move.state === 'failed' ? known : {}) };
  }

  /** A rescreen goes on with what the former one did not look at. */
  function detailsOfRescreen(act: ShownAct) {
    const { report, all } = rescreenDetails(act);
    return { report, all };
  }

  /** Errors: `RUN_NOT_RETRYABLE`. */
  async function retryAct(request: FastifyRequest, before: ShownAct) {
    const { scope, keyId: actor } = principalOf(request);
    const { state, collectionId, runId: retryOf } = before;
    if ((state !== 'failed' && state !== 'cancelled') || collectionId === null) {
      throw new ApiError('RUN_NOT_RETRYABLE', { details: { state } });
    }
    const { act, joined } = await catalog.runs.acceptAct({
      organizationId: scope.organizationId,
      kind: before.kind,
      subject: collectionId,
      collectionId,
      actor,
      details: before.kind === 'rescreen' ? detailsOfRescreen(before) : detailsOfMove(before),
      audit: { action: 'run.retried', details: { retryOf } },
    });
    await startRun({ starter, run: act, log: request.log });
    return { runId: act.runId, workflowId: act.workflowId, retryOf, joined };
  }

  return async (app) => {
    app.post(
      '/v1/runs/:runId/cancel',
      {
        ...INGEST,
        schema: {
          summary: 'Cancel a run',
          description:
            'The run ends cancelled at once; work on it that is under way stops within seconds. What it has published ' +
            'already (earlier records of a large file) stays published.',
          tags: ['runs'],
          params: RunParams,
          response: { 202: success(Type.Union([RunBody, SyncBody, ActBody])), ...guardedRefusals(404, 409) },
        },
      },
      async (request, reply) => {
        const { scope, keyId: actor } = principalOf(request);
        const { runId } = request.params;
        const sync = await catalog.syncs.get(scope, runId);
        if (sync) return succeed(request, reply.status(202), presentSync(await cancelSync(request, sync)));
        const act = await findAct(request, runId);
        if (act) return succeed(request, reply.status(202), presentAct(await cancelAct(request, act)));
        const run = await requireRun(scope, runId);
        if (run.state !== 'running') throw new ApiError('RUN_FINISHED', { details: { state: run.state } });
        await starter.ping();
        // Ended here and not only by the workflow: its own word may have to wait for a slot behind a whole backfill, and
        // a run that was accepted while the engine was down has no workflow. From here on it publishes nothing more.
        await catalog.runs.cancel(scope, runId, actor);
        const now = await requireRun(scope, runId);
        // It may have come to another end while it was asked to stop.
        if (now.state !== 'cancelled') throw new ApiError('RUN_FINISHED', { details: { state: now.state } });
        // A small source of a sync shares its workflow with others, which go on.
        if (run.workflowId === runWorkflowId(run.kind, run.organizationId, runId)) await stopWork(request.log, run);
        reply.status(202);
        return succeed(request, reply, presentRun(now));
      },
    );

    app.post(
      '/v1/runs/:runId/retry',
      {
        ...INGEST,
        schema: {
          summary: 'Try a run again',
          description:
            'A new run of the same stored file, metadata and document, for a run that ended failed, cancelled or ' +
            'needs_attention and is the newest of its document. Asking again while that is under way gives the same run.',
          tags: ['runs'],
          params: RunParams,
          response: { 202: success(RetriedRun), ...guardedRefusals(404, 409, 410) },
        },
      },
      async (request, reply) => {
        const { scope, keyId: actor } = principalOf(request);
        const { runId: retryOf } = request.params;
        const act = await findAct(request, retryOf);
        if (act) return succeed(request, reply.status(202), await retryAct(request, act));
        const before = await requireRun(scope, retryOf);
        // What waits for a review has its original in `held/`: its state says more than where its file lies.
        if (before.state !== 'running' && before.state !== 'held') await requireStored(objects, before.object);
        const retried = await catalog.runs.retry(scope, retryOf, actor);
        if (!retried) throw new ApiError('RUN_NOT_FOUND');
        if ('refusal' in retried) throw explainRefusal(retried);
        const { run, joined } = retried;
        await startRun({ starter, run, log: request.log });
        reply.status(202);
        const { runId, workflowId, sourceId } = run;
        return succeed(request, reply, { runId, workflowId, sourceId, retryOf, joined });
      },
    );
  };
}

function explainRefusal(refused: RetryRefusal): ApiError {
  if (refused.refusal === 'overtaken') {
    return new ApiError('RUN_OVERTAKEN', { details: { newestRunId: refused.newestRunId } });
  }
  if (refused.refusal === 'erased') {
    return new ApiError('RUN_NOT_RETRYABLE', {
      explanation: 'Its document was deleted and its file erased: upload the file again.',
    });
  }
  const { state } = refused;
  const explanation =
    state === 'running'
      ? 'This one is still under way: wait for its end, or cancel it first.'
      : state === 'held'
        ? 'This one is held: its review decides.'
        : `This one ended ${state}: there is nothing to repair. Upload the file again to replace it.`;
  return new ApiError('RUN_NOT_RETRYABLE', { explanation, details: { state } });
}
