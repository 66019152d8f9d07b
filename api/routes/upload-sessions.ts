import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Failure } from '../../core/contract/failures.js';
import type { AcceptedRun } from '../../core/ports/run-catalog.js';
import type { Upload } from '../../core/ports/upload-catalog.js';
import { type Principal, principalOf } from '../auth/authenticate.js';
import { requireCollection } from '../auth/collection-scope.js';
import type { ApiDependencies } from '../dependencies.js';
import { ApiError } from '../errors.js';
import { succeed } from '../http/envelope.js';
import { guardedRefusals, success } from '../schemas/envelope.js';
import {
  BeginUpload,
  PartParams,
  RemovedUpload,
  StoredPartBody,
  UploadBody,
  UploadParams,
} from '../schemas/upload-session.js';
import { AcceptedUpload } from '../schemas/upload.js';
import { completeUpload, wasFinishedMeanwhile } from '../upload/complete-upload.js';
import { keptFileName } from '../upload/file-name.js';
import { PART_BYTES, planParts } from '../upload/part-plan.js';
import { discardRest } from '../upload/receive-upload.js';
import { resolveSuperseded } from '../upload/resolve-superseded.js';
import { uploadMetadataOf } from '../upload/upload-metadata.js';

const INGEST = { config: { access: ['ingest'] as const } };

/** A day: whoever sends a file over night finds it there in the morning. */
const LIFETIME_MS = 24 * 60 * 60_000;
/** A folder of large files sent 8 at a time, many times over; bounds what a careless client leaves behind. */
const OPEN_UPLOADS_PER_KEY = 200;

/** Large files in parts that can be sent again one by one: straight to the bucket, or through this API. */
export function uploadSessionRoutes(deps: ApiDependencies): FastifyPluginAsyncTypebox {
  const { catalog, uploads } = deps;
  const partSizeBytes = deps.limits.partBytes ?? PART_BYTES;

  async function requireUpload({ scope, keyId }: Principal, uploadId: string): Promise<Upload> {
    const upload = await catalog.uploads.get(scope.organizationId, keyId, uploadId);
    if (!upload) throw new ApiError('UPLOAD_NOT_FOUND');
    return upload;
  }

  async function present(upload: Upload): Promise<UploadBody> {
    const { uploadId, fileName, sizeBytes, sha256, runId } = upload;
    const planned = planParts(upload);
    const stored = runId === null ? await uploads.storedParts(upload) : { assembled: true, parts: [] };
    const there = new Map(stored.parts.map((part) => [part.number, part.sizeBytes]));
    const missing = stored.assembled ? [] : planned.filter((part) => there.get(part.number) !== part.sizeBytes);
    const signed = missing.length > 0 ? await uploads.partUrls(upload, missing, upload.expiresAt) : [];
    const urls = new Map(
      missing.map(({ number }, index) => [number, signed?.[index] ?? `/v1/uploads/${uploadId}/parts/${number}`]),
    );
    return {
      uploadId,
      collection: upload.collectionName,
      fileName,
      sizeBytes,
      sha256,
      state: runId === null ? 'open' : 'completed',
      partSizeBytes: upload.partSizeBytes,
      parts: planned.map(({ number, sizeBytes }) => {
        const url = urls.get(number);
        return { number, sizeBytes, uploaded: url === undefined, ...(url === undefined ? {} : { url }) };
      }),
      expiresAt: upload.expiresAt.toISOString(),
      runId,
    };
  }

  return async (app) => {
    app.post(
      '/v1/uploads',
      {
        ...INGEST,
        schema: {
          summary: 'Begin to upload a large file in parts',
          description: 'PUT each part to its url, in any order, again where it broke off; then complete the upload.',
          tags: ['uploads'],
          body: BeginUpload,
          response: { 201: success(UploadBody), ...guardedRefusals(404, 413, 415, 429) },
        },
      },
      async (request, reply) => {
        const principal = principalOf(request);
        const { collection: name, sizeBytes, sha256 = null, urgent = false } = request.body;
        const fileName = keptFileName(request.body.fileName, 'body/fileName');
        const given = uploadMetadataOf(request.body.metadata ?? {});
        if (sizeBytes === 0) throw new ApiError('EMPTY_FILE');
        if (sizeBytes > deps.limits.uploadBytes) throw new ApiError('FILE_TOO_LARGE');
        const { scope } = principal;
        const collection = await requireCollection(catalog.collections, scope, name);
        const { organizationId, collectionId } = collection;
        const { metadata } = await resolveSuperseded(catalog.documents, collection, { scope, ...given });

        const uploadId = randomUUID();
        const begun = await catalog.uploads.create(
          {
            ...{ uploadId, organizationId, collectionId, keyId: principal.keyId, fileName, metadata, urgent },
            ...{ sizeBytes, partSizeBytes, sha256, expiresAt: new Date(Date.now() + LIFETIME_MS) },
          },
          OPEN_UPLOADS_PER_KEY,
        );
        if (!begun) throw new ApiError('TOO_MANY_UPLOADS', { details: { limit: OPEN_UPLOADS_PER_KEY } });
        await catalog.uploads.opened(uploadId, await uploads.open({ organizationId, uploadId }));
        const body = await present(await requireUpload(principal, uploadId));
        reply.status(201);
        return succeed(request, reply, body);
      },
    );

    app.get(
      '/v1/uploads/:uploadId',
      {
        ...INGEST,
        schema: {
          summary: 'Which parts are there, and where the others go',
          tags: ['uploads'],
          params: UploadParams,
          response: { 200: success(UploadBody), ...guardedRefusals(404) },
        },
      },
      async (request, reply) => {
        const upload = await requireUpload(principalOf(request), request.params.uploadId);
        return succeed(request, reply, await present(upload));
      },
    );

    app.post(
      '/v1/uploads/:uploadId/complete',
      {
        ...INGEST,
        schema: {
          summary: 'Take in a file whose parts are all there',
          description: 'Answers as POST /v1/documents does. Completing twice gives the same run.',
          tags: ['uploads'],
          params: UploadParams,
          response: { 202: success(AcceptedUpload), ...guardedRefusals(404, 409) },
        },
      },
      async (request, reply) => {
        const principal = principalOf(request);
        const upload = await requireUpload(principal, request.params.uploadId);
        // A key may have lost the collection since it began.
        await requireCollection(catalog.collections, principal.scope, upload.collectionName);
        const { run, joined } =
          (await runOf(upload)) ??
          (await completeUpload({ deps, upload, log: request.log }).catch(async (error: unknown) => {
            const finished = wasFinishedMeanwhile(error)
              ? await runOf(await requireUpload(principal, upload.uploadId))
              : null;
            if (!finished) throw error;
            return finished;
          }));
        reply.status(202);
        const { runId, workflowId, sourceId } = run;
        return succeed(request, reply, { runId, workflowId, sourceId, joined });
      },
    );

    app.delete(
      '/v1/uploads/:uploadId',
      {
        ...INGEST,
        schema: {
          summary: 'Give an upload up, with all that was sent',
          tags: ['uploads'],
          params: UploadParams,
          response: { 200: success(RemovedUpload), ...guardedRefusals(404, 409) },
        },
      },
      async (request, reply) => {
        const upload = await requireUpload(principalOf(request), request.params.uploadId);
        if (upload.runId !== null) throw new ApiError('UPLOAD_COMPLETED', { details: { runId: upload.runId } });
        await uploads.remove(upload);
        await catalog.uploads.remove(upload.uploadId);
        return succeed(request, reply, { uploadId: upload.uploadId });
      },
    );

    await app.register(partRoute);
  };

  async function runOf({ organizationId, runId }: Upload): Promise<AcceptedRun | null> {
    const run = runId === null ? null : await catalog.runs.load(organizationId, runId);
    return run && { run, joined: true };
  }

  /** A plugin of its own, for its bodies are bytes and nothing else. */
  async function partRoute(app: Parameters<FastifyPluginAsyncTypebox>[0]): Promise<void> {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', (_request, body, done) => done(null, body));
    app.put(
      '/v1/uploads/:uploadId/parts/:number',
      {
        ...INGEST,
        schema: {
          summary: 'Send one part',
          description:
            'Where the object store gives no addresses of its own: the bytes as they are, with content-length.',
          tags: ['uploads'],
          consumes: ['application/octet-stream'],
          params: PartParams,
          response: { 200: success(StoredPartBody), ...guardedRefusals(404, 409) },
        },
        // What a refused caller still sends is read away, so that it sees the answer.
        onError: async (request) => discardRest(request, partSizeBytes),
      },
      async (request, reply) => {
        const { uploadId, number } = request.params;
        const upload = await requireUpload(principalOf(request), uploadId);
        if (upload.runId !== null) throw new ApiError('UPLOAD_COMPLETED', { details: { runId: upload.runId } });
        const part = planParts(upload).find((planned) => planned.number === number);
        if (!part) throw new ApiError('PART_UNKNOWN');
        if (Number(request.headers['content-length']) !== part.sizeBytes) {
          throw new ApiError('PART_SIZE_WRONG', { details: { number, sizeBytes: part.sizeBytes } });
        }
        try {
          await uploads.putPart(upload, part, request.body as Readable);
        } catch (error) {
          // The store's own errors are failures; any other is the body's, which broke off.
          throw error instanceof Failure ? error : new ApiError('REQUEST_MALFORMED', { cause: error });
        }
        return succeed(request, reply, { number, sizeBytes: part.sizeBytes });
      },
    );
  }
}
