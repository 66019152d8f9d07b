import { randomUUID } from 'node:crypto';
import type { Multipart, MultipartFile, MultipartValue } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { originalKey } from '../../core/contract/object-keys.js';
import { Failure } from '../../core/contract/failures.js';
import type { OrganizationId } from '../../core/contract/ids.js';
import type { ObjectRef } from '../../core/contract/object-ref.js';
import type { ObjectStore } from '../../core/ports/object-store.js';
import { ApiError } from '../errors.js';
import { toApiError } from '../http/error-handler.js';
import { validationFailed } from '../http/validation.js';
import { keptFileName } from './file-name.js';

/** Metadata is a handful of facts; a document belongs into the file. */
const MAX_FIELD_BYTES = 64 * 1024;
/** As many as there are parts with a meaning, and a few to tell a caller about. */
const MAX_PARTS = 8;

/** Parts beside the file. */
const FIELDS: ReadonlySet<string> = new Set(['collection', 'metadata', 'urgent']);

export interface ReceivedUpload {
  /** As the caller named it, kept as text only. */
  readonly fileName: string;
  readonly collection: string;
  /** The part `metadata` as it came; `null` when there was none. */
  readonly metadata: string | null;
  /** It goes before all that is not urgent. */
  readonly urgent: boolean;
  /** Identity of the source where it is not its name: `uri:…`. */
  readonly sourceKey?: string;
  /** Under `sources/`, a name of its own for every upload. */
  readonly object: ObjectRef;
}

export interface ReceiveUploadInput {
  readonly request: FastifyRequest;
  readonly objects: ObjectStore;
  readonly organizationId: OrganizationId;
  readonly maxBytes: number;
}

/**
 * Reads the multipart body of an upload, its parts in any order, and streams the file to its place under `sources/` while
 * hashing it. Every upload has an object of its own with a random name: nothing of a file name gets into it, and when one
 * upload is held and its original moves away, no other is left without. Whatever goes wrong, nothing stays there, and what the caller still sends is read away, so that it sees the answer.
 * Errors: `FILE_MISSING`, `EMPTY_FILE`, `FILE_TOO_LARGE`, `MULTIPART_INVALID`, `VALIDATION_FAILED`, `STORE_UNAVAILABLE`.
 */
export async function receiveUpload(input: ReceiveUploadInput): Promise<ReceivedUpload> {
  const key = originalKey(input.organizationId, randomUUID());
  try {
    return await receiveParts(input, key);
  } catch (error) {
    discardRest(input.request, input.maxBytes);
    await input.objects.delete([key]);
    throw error;
  }
}

async function receiveParts({ request, objects, maxBytes }: ReceiveUploadInput, key: string): Promise<ReceivedUpload> {
  const fields = new Map<string, string>();
  let file: { fileName: string; object: ObjectRef } | null = null;
  for await (const part of partsOf(request)) {
    if (part.type === 'field') {
      fields.set(part.fieldname, takeField(part, fields));
      continue;
    }
    const fileName = takeFileName(part, file !== null);
    const object = await storeFile({ objects, key, part, maxBytes });
    file = { fileName, object };
  }

  const collection = fields.get('collection');
  if (collection === undefined) throw validationFailed([{ field: 'collection', problem: 'is missing' }]);
  if (!file) throw new ApiError('FILE_MISSING');
  if (file.object.sizeBytes === 0) throw new ApiError('EMPTY_FILE');
  return { ...file, collection, metadata: fields.get('metadata') ?? null, urgent: fields.get('urgent') === 'true' };
}

/** The store's own errors are failures; any other is the body's, which broke off. */
async function storeFile(input: {
  objects: ObjectStore;
  key: string;
  part: MultipartFile;
  maxBytes: number;
}): Promise<ObjectRef> {
  const { objects, key, part, maxBytes } = input;
  try {
    return await objects.put(key, part.file, { maxBytes, contentType: 'application/octet-stream' });
  } catch (error) {
    throw error instanceof Failure ? error : new ApiError('MULTIPART_INVALID', { cause: error });
  }
}

/** The parts; what the parser says of a broken body is told as `MULTIPART_INVALID`. */
async function* partsOf(request: FastifyRequest): AsyncGenerator<Multipart> {
  if (!request.isMultipart())
    throw new ApiError('MEDIA_TYPE_UNSUPPORTED', { explanation: 'Send multipart/form-data.' });
  const parts = request.parts({
    // A name such as `cardiology/afib.md` tells two files of a folder apart.
    preservePath: true,
    // The size of the file is the store's to watch: it must also take the part that came away again.
    limits: { fieldSize: MAX_FIELD_BYTES, parts: MAX_PARTS, fileSize: Number.POSITIVE_INFINITY },
  });
  for (;;) {
    let next: IteratorResult<Multipart>;
    try {
      next = await parts.next();
    } catch (error) {
      const known = toApiError(error);
      throw known.code === 'INTERNAL' ? new ApiError('MULTIPART_INVALID', { cause: error }) : known;
    }
    if (next.done) return;
    yield next.value;
  }
}

function takeField(part: MultipartValue, taken: ReadonlyMap<string, string>): string {
  const name = part.fieldname;
  if (name === 'file') throw new ApiError('FILE_MISSING');
  if (!FIELDS.has(name)) {
    throw validationFailed([
      { field: 'a part', problem: 'has an unknown name; the parts are file, collection, metadata, urgent' },
    ]);
  }
  if (taken.has(name)) throw validationFailed([{ field: name, problem: 'came twice' }]);
  if (part.valueTruncated) {
    throw validationFailed([{ field: name, problem: `is longer than ${MAX_FIELD_BYTES} bytes` }]);
  }
  // A part of type application/json arrives parsed.
  const value = typeof part.value === 'string' ? part.value : JSON.stringify(part.value);
  if (name === 'urgent' && value !== 'true' && value !== 'false') {
    throw validationFailed([{ field: name, problem: 'must be true or false' }]);
  }
  return value;
}

function takeFileName(part: MultipartFile, hasFile: boolean): string {
  if (part.fieldname !== 'file') {
    throw validationFailed([{ field: 'a part', problem: 'carries a file; only the part file may' }]);
  }
  if (hasFile) throw validationFailed([{ field: 'file', problem: 'came twice; upload one file at a time' }]);
  return keptFileName(part.filename ?? '', 'file');
}

/**
 * Reads on, and drops, what a refused caller still sends: most clients look for the answer only once they have sent
 * everything. Whoever sends more than another whole file is cut off.
 */
export function discardRest(request: Pick<FastifyRequest, 'raw'>, maxBytes: number): void {
  const { raw } = request;
  if (raw.readableEnded || raw.destroyed) return;
  raw.unpipe();
  let discardedBytes = 0;
  raw.on('data', (chunk: Buffer) => {
    discardedBytes += chunk.byteLength;
    if (discardedBytes > maxBytes) raw.destroy();
  });
  raw.on('error', () => raw.destroy());
  raw.resume();
}
