import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import { principalOf } from '../auth/authenticate.js';
import { requireCollection } from '../auth/collection-scope.js';
import type { ApiDependencies } from '../dependencies.js';
import { ApiError } from '../errors.js';
import { succeed } from '../http/envelope.js';
import { cutPage, numberCursor } from '../http/paging.js';
import { presentAct, presentRun, presentRunSummary } from '../present/run.js';
import { presentSync } from '../present/sync.js';
import { guardedRefusals, success } from '../schemas/envelope.js';
import { DEFAULT_LIMIT } from '../schemas/fields.js';
import { ActBody, RecordList, RecordQuery, RunBody, RunList, RunParams, RunQuery } from '../schemas/run.js';
import { SyncBody } from '../schemas/sync.js';

/** Who sends files in follows them, too. */
const WATCH = { config: { access: ['read', 'ingest'] as const } };

/** Who asks for a run learns of its end within this time. */
const LATELY_MS = 10_000;

function endedLately(finishedAt: Date | null): boolean {
  return finishedAt !== null && Date.now() - finishedAt.getTime() < LATELY_MS;
}

export function runRoutes({ catalog, caching }: ApiDependencies): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/v1/runs',
      {
        ...WATCH,
        schema: {
          summary: 'List runs, newest first',
          tags: ['runs'],
          querystring: RunQuery,
          response: { 200: success(RunList), ...guardedRefusals(404) },
        },
      },
      async (request, reply) => {
        const { scope } = principalOf(request);
        const { collection, state, kind, limit = DEFAULT_LIMIT, cursor } = request.query;
        const inCollection = collection ? await requireCollection(catalog.collections, scope, collection) : null;
        const wanted = {
          limit: limit + 1,
          ...(inCollection ? { collectionId: inCollection.collectionId } : {}),
          ...(cursor === undefined ? {} : { before: numberCursor(cursor) }),
        };
        // Both have their places in one order of acceptance.
        const runs =
          (kind ?? 'ingest') !== 'ingest' || state === 'completed'
            ? []
            : await catalog.runs.list(scope, { ...wanted, ...(state === undefined ? {} : { state }) });
        const acts =
          kind === 'ingest'
            ? []
            : await catalog.runs.listActs(scope, {
                ...wanted,
                ...(kind === undefined ? {} : { kind }),
                ...(state === undefined ? {} : { state }),
              });
        const found = [
          ...runs.map((run) => ({ sequence: run.sequence, body: presentRunSummary(run) })),
          ...acts.map((act) => ({ sequence: act.sequence, body: presentAct(act) })),
        ].sort((a, b) => b.sequence - a.sequence);
        const { items, next } = cutPage(found, limit, ({ sequence }) => String(sequence));
        return succeed(request, reply, { runs: items.map(({ body }) => body), next });
      },
    );

    app.get(
      '/v1/runs/:runId',
      {
        ...WATCH,
        schema: {
          summary: 'How a run stands',
          tags: ['runs'],
          params: RunParams,
          response: { 200: success(Type.Union([RunBody, SyncBody, ActBody])), ...guardedRefusals(404) },
        },
      },
      async (request, reply) => {
        const { scope } = principalOf(request);
        const run = await catalog.runs.get(scope, request.params.runId);
        if (run) {
          // Who is told that a document is published finds it from then on.
          if (endedLately(run.finishedAt)) await caching?.follower.catchUp();
          return succeed(request, reply, presentRun(run));
        }
        const sync = await catalog.syncs.get(scope, request.params.runId);
        if (sync) return succeed(request, reply, presentSync(sync));
        const act = await catalog.runs.getAct(scope, request.params.runId);
        if (act) return succeed(request, reply, presentAct(act));
        throw new ApiError('RUN_NOT_FOUND');
      },
    );

    app.get(
      '/v1/runs/:runId/records',
      {
        ...WATCH,
        schema: {
          summary: 'What became of every record of a source of many',
          tags: ['runs'],
          params: RunParams,
          querystring: RecordQuery,
          response: { 200: success(RecordList), ...guardedRefusals(404) },
        },
      },
      async (request, reply) => {
        const { scope } = principalOf(request);
        const { outcome, limit = DEFAULT_LIMIT, cursor } = request.query;
        const { runId } = request.params;
        const found = await catalog.runs.listRecords(scope, runId, {
          limit: limit + 1,
          ...(outcome === undefined ? {} : { outcome }),
          ...(cursor === undefined ? {} : { after: numberCursor(cursor) }),
        });
        if (!found) throw new ApiError('RUN_NOT_FOUND');
        const { items, next } = cutPage(found, limit, (record) => String(record.index));
        const counts = cursor === undefined ? { counts: await catalog.runs.countRecords(scope, runId) } : {};
        return succeed(request, reply, { records: items, ...counts, next });
      },
    );
  };
}
