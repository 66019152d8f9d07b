import { randomUUID } from 'node:crypto';
import { originalKey } from '../../core/contract/object-keys.js';
import { Failure } from '../../core/contract/failures.js';
import type { OrganizationId } from '../../core/contract/ids.js';
import { formatSourceUri, parseSourceUri, sourceFileName } from '../../core/contract/source-location.js';
import type { ObjectStore } from '../../core/ports/object-store.js';
import type { SourceStore } from '../../core/ports/source-store.js';
import { sourceDocumentId } from '../../core/reading/source-document.js';
import { ApiError } from '../errors.js';
import { validatorCompiler } from '../http/validation.js';
import { IngestUri } from '../schemas/upload.js';
import type { ReceivedUpload } from './receive-upload.js';

export interface ReceiveUriInput {
  readonly body: unknown;
  readonly sources: SourceStore;
  readonly objects: ObjectStore;
  readonly organizationId: OrganizationId;
  readonly maxBytes: number;
  /** Whether the caller may read folders of this machine. */
  readonly mayReadFolders: boolean;
}

const validate = validatorCompiler({ schema: IngestUri, method: 'POST', url: '/v1/documents', httpPart: 'body' });

/**
 * Copies one object from where its team keeps it to a place of its own under `sources/`, as an upload would have brought
 * it. Without an external id the object's URI is the document's: the same object again is a new version of it, and a
 * sync of its bucket knows it.
 * Errors: `VALIDATION_FAILED`, `EMPTY_FILE`, `FILE_TOO_LARGE`, `SOURCE_…`, `STORE_UNAVAILABLE`.
 */
export async function receiveUri(input: ReceiveUriInput): Promise<ReceivedUpload> {
  const { uri, collection, metadata = {}, urgent = false } = takeBody(input.body);
  const location = parseSourceUri(uri);
  if (location === null) throw new ApiError('SOURCE_LOCATION_INVALID');
  if (location.scheme === 'file' && !input.mayReadFolders) throw new ApiError('SOURCE_NOT_ALLOWED');
  const name = formatSourceUri(location);

  const source = await input.sources.stat(name);
  if (source.sizeBytes === 0) throw new ApiError('EMPTY_FILE');
  if (source.sizeBytes > input.maxBytes) throw new ApiError('FILE_TOO_LARGE');
  const content = await input.sources.openRead(source);
  const key = originalKey(input.organizationId, randomUUID());
  try {
    return {
      fileName: sourceFileName(name),
      collection,
      metadata: JSON.stringify({ externalId: sourceDocumentId(name), ...metadata }),
      urgent,
      sourceKey: `uri:${name}`,
      object: await input.objects.put(key, content, { maxBytes: input.maxBytes }),
    };
  } catch (error) {
    content.destroy();
    throw error instanceof Failure && error.code === 'FILE_TOO_LARGE' ? new ApiError('FILE_TOO_LARGE') : error;
  }
}

function takeBody(body: unknown): IngestUri {
  // Neither multipart nor JSON: nothing was parsed.
  if (body === undefined || body === null) throw new ApiError('MEDIA_TYPE_UNSUPPORTED');
  const checked = validate(body) as { value: IngestUri } | { error: Error };
  if ('error' in checked) throw checked.error;
  return checked.value;
}
