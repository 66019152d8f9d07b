import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { LogLevel } from 'fastify';
import { principalOf } from '../auth/authenticate.js';
import type { ApiDependencies } from '../dependencies.js';
import { succeed } from '../http/envelope.js';
import { guardedRefusals, success } from '../schemas/envelope.js';
import { AcceptedUpload } from '../schemas/upload.js';
import { acceptUpload } from '../upload/accept-upload.js';
import { receiveUpload } from '../upload/receive-upload.js';

export function uploadRoutes(deps: ApiDependencies): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.post(
      '/v1/documents',
      {
        config: { access: ['ingest'] },
        logLevel: quietLevel(deps.log.level),
        schema: {
          summary: 'Upload a file',
          description:
            'multipart/form-data, parts in any order. The same collection and externalId (or, without one, the same ' +
            'file name) again is a new version of the same document. A file of zero bytes is refused (EMPTY_FILE). ' +
            'The answer comes once the file is stored and its run is on record; GET /v1/runs/{runId} follows it.',
          tags: ['documents'],
          consumes: ['multipart/form-data'],
          response: { 202: success(AcceptedUpload), ...guardedRefusals(404, 413, 415) },
        },
      },
      async (request, reply) => {
        const { scope } = principalOf(request);
        const upload = await receiveUpload({
          request,
          objects: deps.objects,
          organizationId: scope.organizationId,
          maxBytes: deps.limits.uploadBytes,
        });
        const { run, joined } = await acceptUpload({ deps, scope, upload, log: request.log });
        reply.status(202);
        return succeed(request, reply, {
          runId: run.runId,
          workflowId: run.workflowId,
          sourceId: run.sourceId,
          joined,
        });
      },
    );
  };
}

/** The multipart parser writes all headers, the key among them, into its trace lines: this route has none. */
function quietLevel(level: string): LogLevel {
  return level === 'trace' ? 'debug' : (level as LogLevel);
}
