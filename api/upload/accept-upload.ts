import type { FastifyBaseLogger } from 'fastify';
import type { AccessScope } from '../../core/ports/access-scope.js';
import type { AcceptedRun, AcceptSourceInput } from '../../core/ports/run-catalog.js';
import type { Collection } from '../../core/ports/collection-catalog.js';
import { requireCollection } from '../auth/collection-scope.js';
import type { ApiDependencies } from '../dependencies.js';
import { type ResolvedMetadata, resolveSuperseded } from './resolve-superseded.js';
import type { UploadGathering } from './gather-uploads.js';
import { parseUploadMetadata } from './upload-metadata.js';
import type { ReceivedUpload } from './receive-upload.js';

export interface AcceptUploadInput {
  readonly deps: Pick<ApiDependencies, 'catalog' | 'objects'>;
  readonly gathering: UploadGathering;
  readonly scope: AccessScope;
  /** The key that sends it in. */
  readonly actor: string;
  readonly upload: ReceivedUpload;
  readonly log: FastifyBaseLogger;
}

/**
 * Takes a received file in: records the run, hands it to the engine, small ones together with others. An upload that joins a running one leaves no object; one
 * whose acceptance the database did not answer leaves its object, because the run may be on record.
 * Errors: `COLLECTION_NOT_FOUND`, `METADATA_INVALID`, `SUPERSEDED_NOT_FOUND`, and the failures of the stores.
 */
export async function acceptUpload({
  deps,
  gathering,
  scope,
  actor,
  upload,
  log,
}: AcceptUploadInput): Promise<AcceptedRun & Pick<ResolvedMetadata, 'predecessors'>> {
  const { catalog, objects } = deps;
  const { source, collection, predecessors: named } = await describeSource({ deps, scope, actor, upload });
  const accepted = await catalog.runs.accept(source);
  if (accepted.run.object.key !== upload.object.key) await objects.delete([upload.object.key]);
  const workflowId = await gathering.start(accepted, log);
  // Those of its last upload, where this one names none.
  const kept = source.metadata.supersedes === undefined ? accepted.run.metadata.supersedes : undefined;
  const predecessors =
    kept === undefined
      ? named
      : (
          await resolveSuperseded(catalog.documents, collection, {
            scope,
            metadata: accepted.run.metadata,
            later: true,
          })
        ).predecessors;
  return { ...accepted, run: { ...accepted.run, workflowId }, predecessors };
}

/** What the catalog has to know; an upload that is refused here leaves no object. */
async function describeSource({
  deps,
  scope,
  actor,
  upload,
}: Omit<AcceptUploadInput, 'log' | 'gathering'>): Promise<
  { source: AcceptSourceInput; collection: Collection } & Pick<ResolvedMetadata, 'predecessors'>
> {
  try {
    const given = parseUploadMetadata(upload.metadata);
    const collection = await requireCollection(deps.catalog.collections, scope, upload.collection);
    const { organizationId, collectionId } = collection;
    const { metadata, predecessors } = await resolveSuperseded(deps.catalog.documents, collection, { scope, ...given });
    const sourceKey = upload.sourceKey ?? sourceKeyOf(metadata.externalId ?? upload.fileName);
    const { fileName, object, urgent } = upload;
    const source = { organizationId, collectionId, sourceKey, fileName, object, metadata, actor, urgent };
    return { source, collection, predecessors };
  } catch (error) {
    await deps.objects.delete([upload.object.key]);
    throw error;
  }
}

/** Identity of the upload's slot in its collection. */
export function sourceKeyOf(name: string): string {
  return `upload:${name}`;
}
