import { SAFETY_LEVELS } from '../../core/contract/states.js';
import type { AccessScope } from '../../core/ports/access-scope.js';
import type { Collection } from '../../core/ports/collection-catalog.js';
import type { DocumentCatalog } from '../../core/ports/document-catalog.js';
import type { UploadMetadata } from '../../core/ports/run-catalog.js';
import { ApiError } from '../errors.js';
import { findNamedDocument, type NamedDocument } from '../find-named-document.js';

/** As many as one looks through. */
const NEAREST = 5;
export interface ResolvedMetadata {
  /** With the external ids that were meant. */
  readonly metadata: UploadMetadata;
  /** Documents whose place the upload takes; without those that are yet to come. */
  readonly predecessors: readonly NamedDocument[];
}

/**
 * Finds the documents that an upload says it takes the place of: by id, external id, or external id without its ending.
 * A name that fits none would take nobody's place, and both editions would be cited; it is refused, unless the upload
 * says that it is to wait for its document (`supersedesLater`).
 * Errors: `SUPERSEDED_NOT_FOUND`; its details list the nearest names that the key may see.
 */
export async function resolveSuperseded(
  documents: Pick<DocumentCatalog, 'get' | 'list'>,
  { collectionId, organizationId }: Pick<Collection, 'collectionId' | 'organizationId'>,
  upload: { readonly scope: AccessScope; readonly metadata: UploadMetadata; readonly later: boolean },
): Promise<ResolvedMetadata> {
  const { scope, metadata, later } = upload;
  const names = metadata.supersedes ?? [];
  if (names.length === 0) return { metadata, predecessors: [] };
  // Whether it is there is no question of what this key may read.
  const whole: AccessScope = {
    organizationId,
    collections: [collectionId],
    safetyLevel: SAFETY_LEVELS.at(-1) ?? scope.safetyLevel,
  };
  const supersedes: string[] = [];
  const predecessors: NamedDocument[] = [];
  for (const name of names) {
    const found = await findNamedDocument(documents, whole, name);
    if (found === null && !later) throw await unknown(documents, scope, collectionId, name);
    supersedes.push(found === null || found.documentId === name ? name : found.externalId);
    if (found) predecessors.push(found);
  }
  return { metadata: { ...metadata, supersedes: [...new Set(supersedes)] }, predecessors };
}

async function unknown(
  documents: Pick<DocumentCatalog, 'list'>,
  scope: AccessScope,
  collectionId: string,
  name: string,
): Promise<ApiError> {
  // A part of the name that was given, the longest words first, finds what was misspelt in another part.
  const words = name.split(/[^\p{L}\p{N}]+/u).filter((word) => word.length > 2);
  words.sort((a, b) => b.length - a.length);
  const nearest = new Map<string, { documentId: string; externalId: string; title: string | null }>();
  for (const word of [name, ...words.slice(0, 3)]) {
    const found = await documents.list(scope, { collectionId, named: word, limit: NEAREST });
    for (const { documentId, externalId, title } of found) nearest.set(documentId, { documentId, externalId, title });
    if (nearest.size >= NEAREST) break;
  }
  return new ApiError('SUPERSEDED_NOT_FOUND', { details: { nearest: [...nearest.values()].slice(0, NEAREST) } });
}
