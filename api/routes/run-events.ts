import { Readable } from 'node:stream';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { AccessScope } from '../../core/ports/access-scope.js';
import { principalOf } from '../auth/authenticate.js';
import type { ApiDependencies } from '../dependencies.js';
import { ApiError } from '../errors.js';
import { eventText, HEARTBEAT, retryText } from '../events/event-stream.js';
import { changesSince, endOf, parseToldId, type ToldRun, toldId } from '../events/told-run.js';
import { loadSnapshot } from '../events/run-snapshot.js';
import { type RunWatch, RunWatcher } from '../events/run-watcher.js';
import { StreamPlaces } from '../events/stream-places.js';
import { presentRun } from '../present/run.js';
import { presentSync } from '../present/sync.js';
import { guardedRefusals } from '../schemas/envelope.js';
import { RunEventHeaders, RunEventStream } from '../schemas/run-events.js';
import { type RunBody, RunParams } from '../schemas/run.js';
import type { SyncBody } from '../schemas/sync.js';

/** Proxies close lines that are silent for a minute, some for 30 s. */
const HEARTBEAT_EVERY_MS = 15_000;
/** A client comes back after so long and is authenticated anew: a revoked key listens no longer than this. */
const MAX_STREAM_MS = 10 * 60_000;
const RETRY_MS = 1_000;

export function runEventRoutes({ catalog }: Pick<ApiDependencies, 'catalog'>): FastifyPluginAsyncTypebox {
  const watcher = new RunWatcher((organizationId, runId) => loadSnapshot(catalog, organizationId, runId));
  const places = new StreamPlaces();

  return async (app) => {
    // Streams would keep the process from ending; their clients come back and are told the rest by another one.
    app.addHook('preClose', async () => watcher.close());

    app.get(
      '/v1/runs/:runId/events',
      {
        config: { access: ['read', 'ingest'] },
        schema: {
          summary: 'Follow a run as it goes',
          description:
            'Server-sent events. "state", "stage", "pages" and "records" tell what changed, "end" is the last one and holds ' +
            'the run as GET /v1/runs/{runId} shows it. A client that comes back with Last-Event-ID is told what changed ' +
            'since; 204 when it had been told the end. The server hangs up after ten minutes: come back.',
          tags: ['runs'],
          params: RunParams,
          headers: RunEventHeaders,
          response: {
            200: {
              description: 'Events until the run ends.',
              content: { 'text/event-stream': { schema: RunEventStream } },
            },
            204: { type: 'null', description: 'The end was told already: do not come back.' },
            ...guardedRefusals(404, 429),
          },
        },
      },
      async (request, reply) => {
        const { scope, keyId } = principalOf(request);
        const { runId } = request.params;
        const told = parseToldId(request.headers['last-event-id']);
        if (!(await bodyOf(scope, runId))) throw new ApiError('RUN_NOT_FOUND');
        if (told.ended) return reply.status(204).send(null);

        const giveBack = places.take(keyId);
        const watch = watcher.watch(scope.organizationId, runId);
        const gone = new AbortController();
        reply.raw.once('close', () => gone.abort());
        const release = () => {
          watch.stop();
          giveBack();
          gone.abort();
        };
        const signal = AbortSignal.any([gone.signal, watcher.closing, AbortSignal.timeout(MAX_STREAM_MS)]);
        const events = Readable.from(tellRun({ watch, told, signal, scope, runId }), { objectMode: false });
        events.once('close', release);
        // Buffering proxies would hold single events back.
        reply.headers({ 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' });
        // The schema speaks of text, which a stream of text is.
        return reply.send(events as unknown as string);
      },
    );
  };

  /** An ingest or a sync, as `GET /v1/runs/:runId` shows it; `null` for no run that the key may see. */
  async function bodyOf(scope: AccessScope, runId: string): Promise<RunBody | SyncBody | null> {
    const run = await catalog.runs.get(scope, runId);
    if (run) return presentRun(run);
    const sync = await catalog.syncs.get(scope, runId);
    return sync && presentSync(sync);
  }

  /** Pulled by the line: while a slow client reads, changes gather into one. */
  async function* tellRun(input: {
    watch: RunWatch;
    told: ToldRun;
    signal: AbortSignal;
    scope: AccessScope;
    runId: string;
  }): AsyncGenerator<string> {
    const { watch, signal, scope, runId } = input;
    let { told } = input;
    yield retryText(RETRY_MS);
    while (!signal.aborted) {
      const known = told;
      const run = await watch.next({
        isNews: (now) => now.state !== 'running' || changesSince(known, now).length > 0,
        signal,
        timeoutMs: HEARTBEAT_EVERY_MS,
      });
      if (run === null) {
        if (!signal.aborted) yield HEARTBEAT;
        continue;
      }
      if (run.state !== 'running') {
        // With its documents, and as the key may see it now. An outage at this moment ends the stream: come back.
        const end = await bodyOf(scope, runId);
        if (end) yield eventText({ id: toldId(endOf(end)), event: 'end', data: end });
        return;
      }
      for (const change of changesSince(told, run)) {
        told = change.told;
        yield eventText({ id: toldId(told), event: change.name, data: change.data });
      }
    }
  }
}
