import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { LogLevel } from 'fastify';
import { principalOf } from '../auth/authenticate.js';
import { requireWholeOrganization } from '../auth/collection-scope.js';
import type { ApiDependencies } from '../dependencies.js';
import { succeed } from '../http/envelope.js';
import { guardedRefusals, success } from '../schemas/envelope.js';
import { AcceptedUpload } from '../schemas/upload.js';
import { acceptUpload } from '../upload/accept-upload.js';
import { UploadGathering } from '../upload/gather-uploads.js';
import { receiveUri } from '../upload/receive-uri.js';
import { receiveUpload } from '../upload/receive-upload.js';

export function uploadRoutes(deps: ApiDependencies): FastifyPluginAsyncTypebox {
  return async (app) => {
    const { starter, gatherUploadsMs } = deps;
    const gathering = new UploadGathering({ runs: deps.catalog.runs, starter, windowMs: gatherUploadsMs });
    app.addHook('onClose', () => gathering.close());
    app.post(
      '/v1/documents',
      {
        config: { access: ['ingest'] },
        logLevel: quietLevel(deps.log.level),
        schema: {
          summary: 'Upload a file, or name one',
          description:
            'multipart/form-data, parts in any order; or, as JSON, the URI of an object that lies in a bucket or folder ' +
            'already (for a key that sees the whole organization). The same collection and externalId (or, without one, the same ' +
            'file name) again is a new version of the same document. A file of zero bytes is refused (EMPTY_FILE). ' +
            'The answer comes once the file is stored and its run is on record; GET /v1/runs/{runId} follows it.',
          tags: ['documents'],
          consumes: ['multipart/form-data', 'application/json'],
          response: { 202: success(AcceptedUpload), ...guardedRefusals(404, 413, 415) },
        },
      },
      async (request, reply) => {
        const { scope, scopes, keyId: actor } = principalOf(request);
        const target = {
          objects: deps.objects,
          organizationId: scope.organizationId,
          maxBytes: deps.limits.uploadBytes,
        };
        // A URI is read by the system's own rights, which know nothing of the key's collections.
        if (!request.isMultipart()) requireWholeOrganization(scope);
        const upload = request.isMultipart()
          ? await receiveUpload({ request, ...target })
          : await receiveUri({
              body: request.body,
              sources: deps.sources,
              mayReadFolders: scopes.includes('admin'),
              ...target,
            });
        const { run, joined, predecessors } = await acceptUpload({
          deps,
          gathering,
          scope,
          actor,
          upload,
          log: request.log,
        });
        reply.status(202);
        return succeed(request, reply, {
          runId: run.runId,
          workflowId: run.workflowId,
          sourceId: run.sourceId,
          joined,
          ...(predecessors.length === 0
            ? {}
            : { supersedes: predecessors.map(({ documentId, externalId }) => ({ documentId, externalId })) }),
        });
      },
    );
  };
}

/** The multipart parser writes all headers, the key among them, into its trace lines: this route has none. */
function quietLevel(level: string): LogLevel {
  return level === 'trace' ? 'debug' : (level as LogLevel);
}
