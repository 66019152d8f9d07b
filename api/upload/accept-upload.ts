import { createHash } from 'node:crypto';
import type { FastifyBaseLogger } from 'fastify';
import type { ObjectRef } from '../../core/contract/object-ref.js';
import type { AccessScope } from '../../core/ports/access-scope.js';
import type { AcceptedRun } from '../../core/ports/run-catalog.js';
import { requireCollection } from '../auth/collection-scope.js';
import type { ApiDependencies } from '../dependencies.js';
import { parseUploadMetadata } from './upload-metadata.js';
import type { ReceivedUpload } from './receive-upload.js';

export interface AcceptUploadInput {
  readonly deps: Pick<ApiDependencies, 'catalog' | 'objects' | 'ingestStarter'>;
  readonly scope: AccessScope;
  readonly upload: ReceivedUpload;
  readonly log: FastifyBaseLogger;
}

/**
 * Takes a received file in: moves it to its place under `sources/`, records the run, hands it to the engine. The run is
 * on record before the engine hears of it: if the engine cannot be reached, the reconciler starts it later.
 * The staged object is gone afterwards, also when this throws.
 * Errors: `COLLECTION_NOT_FOUND`, `METADATA_INVALID`, and the failures of the stores.
 */
export async function acceptUpload({ deps, scope, upload, log }: AcceptUploadInput): Promise<AcceptedRun> {
  const { catalog, objects, ingestStarter } = deps;
  try {
    const metadata = parseUploadMetadata(upload.metadata);
    const collection = await requireCollection(catalog.collections, scope, upload.collection);
    const sourceKey = sourceKeyOf(metadata.externalId ?? upload.fileName);
    const { organizationId } = scope;
    const { collectionId } = collection;
    const object: ObjectRef = {
      ...upload.staged,
      key: sourceObjectKey({ organizationId, collectionId, sourceKey, sha256: upload.staged.sha256 }),
    };
    await objects.copy(upload.staged.key, object.key);
    const accepted = await catalog.runs.accept({
      organizationId,
      collectionId,
      sourceKey,
      fileName: upload.fileName,
      object,
      metadata,
    });
    try {
      await ingestStarter.start(accepted.run);
    } catch (error) {
      log.warn({ runId: accepted.run.runId, err: error }, 'engine not reached, the reconciler starts the run');
    }
    return accepted;
  } finally {
    await objects.delete([upload.staged.key]);
  }
}

/** Postgres indexes values of up to 2,700 bytes; names that long are rare, and told apart as well by their hash. */
const MAX_PLAIN_NAME_BYTES = 1_500;

/** Identity of the upload's slot in its collection. */
function sourceKeyOf(name: string): string {
  if (Buffer.byteLength(name) <= MAX_PLAIN_NAME_BYTES) return `upload:${name}`;
  return `upload:sha256:${createHash('sha256').update(name).digest('hex')}`;
}

/**
 * Content-addressed within its slot, so that the same upload again takes no more room, while two slots with the same
 * bytes stay apart: one of them may be held, and then its original moves away. The slot is a hash over the
 * collection's random id, so that neither a file name nor a guess of one can be read from the key.
 */
function sourceObjectKey(input: {
  organizationId: string;
  collectionId: string;
  sourceKey: string;
  sha256: string;
}): string {
  const slot = createHash('sha256').update(`${input.collectionId}\n${input.sourceKey}`).digest('hex').slice(0, 32);
  return `sources/${input.organizationId}/${slot}/${input.sha256}`;
}
