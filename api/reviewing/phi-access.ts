import type { FastifyRequest } from 'fastify';
import type { LiveChunk } from '../../core/ports/document-catalog.js';
import type { PhiAccess, ReviewCatalog } from '../../core/ports/review-catalog.js';
import { principalOf } from '../auth/authenticate.js';

/**
 * Puts on record who is about to be shown passages with patient data; before they are shown, so that what cannot be put on
 * record is not shown. Nothing happens where none of them holds any.
 */
export async function recordPassages(
  reviews: ReviewCatalog,
  request: FastifyRequest,
  act: PhiAccess['act'],
  chunks: readonly Pick<LiveChunk, 'containsPhi' | 'documentId' | 'version'>[],
): Promise<void> {
  const { scope, keyId: actor } = principalOf(request);
  const seen = new Map(
    chunks.filter(({ containsPhi }) => containsPhi).map((chunk) => [chunk.version.versionId, chunk]),
  );
  await reviews.recordAccess(
    [...seen.values()].map(({ documentId, version }) => ({
      ...{ organizationId: scope.organizationId, actor, act, documentId },
      ...{ versionId: version.versionId, requestId: request.id },
    })),
  );
}
