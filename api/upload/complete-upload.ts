import { createHash } from 'node:crypto';
import type { FastifyBaseLogger } from 'fastify';
import { originalKey } from '../../core/contract/object-keys.js';
import { Failure } from '../../core/contract/failures.js';
import type { ObjectStore } from '../../core/ports/object-store.js';
import type { AcceptedRun } from '../../core/ports/run-catalog.js';
import type { Upload } from '../../core/ports/upload-catalog.js';
import type { PlannedPart } from '../../core/ports/upload-store.js';
import type { ApiDependencies } from '../dependencies.js';
import { ApiError } from '../errors.js';
import { sourceKeyOf } from './accept-upload.js';
import { planParts } from './part-plan.js';
import { startRun } from './start-run.js';

export type UploadDependencies = Pick<ApiDependencies, 'catalog' | 'objects' | 'uploads' | 'starter'>;

/**
 * Makes a source of an upload whose parts are all there, and takes it in as a plain upload is. Whatever stops it, it can be
 * done again, also twice at once: the parts are put together once, the source has the upload's own name, and the run is
 * remembered with the upload in the transaction that makes it.
 * Errors: `UPLOAD_INCOMPLETE`, `UPLOAD_HASH_MISMATCH` (the upload is gone then), `UPLOAD_NOT_FOUND`; failures of the stores.
 */
export async function completeUpload(input: {
  deps: UploadDependencies;
  upload: Upload;
  log: FastifyBaseLogger;
}): Promise<AcceptedRun> {
  const { deps, upload, log } = input;
  const { catalog, objects, uploads } = deps;
  const parts = planParts(upload);
  await requireParts(deps, upload, parts);
  const whole = await uploads.assemble(upload, parts.length);
  const sha256 = await verify(deps, upload, whole);

  const key = originalKey(upload.organizationId, upload.uploadId);
  await objects.copy(whole, key);
  const accepted = await catalog.uploads.accept(upload.uploadId, {
    organizationId: upload.organizationId,
    collectionId: upload.collectionId,
    sourceKey: sourceKeyOf(upload.metadata.externalId ?? upload.fileName),
    fileName: upload.fileName,
    object: { key, sha256, sizeBytes: upload.sizeBytes },
    metadata: upload.metadata,
    urgent: upload.urgent,
    actor: upload.keyId,
  });
  // The run reads another object (it joined, or this one was held and moved meanwhile), or there is none to read it.
  if (accepted?.run.object.key !== key) await objects.delete([key]);
  if (!accepted) throw new ApiError('UPLOAD_NOT_FOUND');
  await uploads.remove(upload);
  await startRun({ starter: deps.starter, run: accepted.run, log });
  return accepted;
}

async function requireParts({ uploads }: UploadDependencies, upload: Upload, parts: readonly PlannedPart[]) {
  const stored = await uploads.storedParts(upload);
  if (stored.assembled) return;
  const there = new Map(stored.parts.map(({ number, sizeBytes }) => [number, sizeBytes]));
  const missing = parts.filter(({ number, sizeBytes }) => there.get(number) !== sizeBytes).map(({ number }) => number);
  if (missing.length > 0) throw new ApiError('UPLOAD_INCOMPLETE', { details: { missing } });
}

/** The hash of the whole file, once it is what was announced. */
async function verify(deps: UploadDependencies, upload: Upload, whole: string): Promise<string> {
  const { sha256, sizeBytes } = await digest(deps.objects, whole);
  if (sizeBytes === upload.sizeBytes && (upload.sha256 ?? sha256) === sha256) return sha256;
  // Nobody can say which part is wrong: nothing of it is worth keeping.
  await deps.uploads.remove(upload);
  await deps.catalog.uploads.remove(upload.uploadId);
  throw new ApiError('UPLOAD_HASH_MISMATCH');
}

async function digest(objects: ObjectStore, key: string): Promise<{ sha256: string; sizeBytes: number }> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const chunk of (await objects.openRead(key)) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    sizeBytes += chunk.length;
  }
  return { sha256: hash.digest('hex'), sizeBytes };
}

/** What a completion finds that another one of the same upload has finished before it. */
export function wasFinishedMeanwhile(error: unknown): boolean {
  return (
    (error instanceof Failure && error.code === 'OBJECT_MISSING') ||
    (error instanceof ApiError && error.code === 'UPLOAD_INCOMPLETE')
  );
}
