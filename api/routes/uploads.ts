import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest, LogLevel } from 'fastify';
import { principalOf } from '../auth/authenticate.js';
import { requireWholeOrganization } from '../auth/collection-scope.js';
import type { ApiDependencies } from '../dependencies.js';
import { succeed } from '../http/envelope.js';
import { guardedRefusals, success } from '../schemas/envelope.js';
import { AcceptedUpload, IngestUri } from '../schemas/upload.js';
import { acceptUpload } from '../upload/accept-upload.js';
import { UploadGathering } from '../upload/gather-uploads.js';
import { receiveUri } from '../upload/receive-uri.js';
import { type ReceivedUpload, receiveUpload } from '../upload/receive-upload.js';

export function uploadRoutes(deps: ApiDependencies): FastifyPluginAsyncTypebox {
  const { starter, gatherUploadsMs } = deps;
  const gathering = new UploadGathering({ runs: deps.catalog.runs, starter, windowMs: gatherUploadsMs });
  const answers = { 202: success(AcceptedUpload), ...guardedRefusals(404, 413, 415) };
  const targetOf = (request: FastifyRequest) => ({
    objects: deps.objects,
    organizationId: principalOf(request).scope.organizationId,
    maxBytes: deps.limits.uploadBytes,
  });

  async function takeUri(request: FastifyRequest, reply: FastifyReply) {
    const { scope, scopes } = principalOf(request);
    // A URI is read by the system's own rights, which know nothing of the key's collections.
    requireWholeOrganization(scope);
    const upload = await receiveUri({
      body: request.body,
      sources: deps.sources,
      mayReadFolders: scopes.includes('admin'),
      ...targetOf(request),
    });
    return accept(request, reply, upload);
  }

  async function accept(request: FastifyRequest, reply: FastifyReply, upload: ReceivedUpload) {
    const { scope, keyId: actor } = principalOf(request);
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
  }

  return async (app) => {
    app.addHook('onClose', () => gathering.close());
    app.post(
      '/v1/documents',
      {
        config: { access: ['ingest'] },
        logLevel: quietLevel(deps.log.level),
        schema: {
          summary: 'Upload a file',
          description:
            'multipart/form-data, parts in any order. The same collection and externalId (or, without one, the same file name) ' +
            'again is a new version of the same document. A file of zero bytes is refused (EMPTY_FILE). The answer comes once ' +
            'the file is stored and its run is on record; GET /v1/runs/{runId} follows it. The body of POST ' +
            '/v1/documents/from-uri is taken here as well.',
          tags: ['documents'],
          consumes: ['multipart/form-data'],
          response: answers,
        },
      },
      async (request, reply) => {
        if (!request.isMultipart()) return takeUri(request, reply);
        return accept(request, reply, await receiveUpload({ request, ...targetOf(request) }));
      },
    );

    // A call of its own, as generated clients know one kind of body a call.
    app.post(
      '/v1/documents/from-uri',
      {
        config: { access: ['ingest'] },
        schema: {
          summary: 'Take in an object that lies in a bucket or folder already',
          description:
            'For a key that sees the whole organization. Without an externalId the URI is it. The answer is that of an upload.',
          tags: ['documents'],
          body: IngestUri,
          response: answers,
        },
      },
      takeUri,
    );
  };
}

/** The multipart parser writes all headers, the key among them, into its trace lines: this route has none. */
function quietLevel(level: string): LogLevel {
  return level === 'trace' ? 'debug' : (level as LogLevel);
}
