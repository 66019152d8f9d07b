import type { AccessScope } from '../../core/ports/access-scope.js';
import type { Catalog } from '../../core/ports/catalog.js';
import { ApiError } from '../errors.js';
import { presentErasure } from './document.js';

/** Why a document has nothing to show: it never was, was deleted, or has no live version. */
export async function explainAbsence(catalog: Catalog, scope: AccessScope, documentId: string): Promise<ApiError> {
  const view = await catalog.documents.get(scope, documentId);
  if (!view) return new ApiError('DOCUMENT_NOT_FOUND');
  if (view.state === 'deleted') return explainDeleted(catalog, scope, documentId);
  return new ApiError('DOCUMENT_NOT_PUBLISHED', { details: { state: view.state } });
}

/** Why a document has no such version to show. */
export async function explainNoVersion(catalog: Catalog, scope: AccessScope, documentId: string): Promise<ApiError> {
  const view = await catalog.documents.get(scope, documentId);
  const isGone = !view || view.state === 'deleted' || view.state === 'withdrawn';
  return isGone ? explainAbsence(catalog, scope, documentId) : new ApiError('VERSION_NOT_FOUND');
}

/** With the date of its erasure, or the receipt. */
export async function explainDeleted(
  catalog: Catalog,
  { organizationId }: AccessScope,
  documentId: string,
): Promise<ApiError> {
  const erasure = await catalog.erasures.latest(organizationId, documentId);
  return new ApiError('DOCUMENT_DELETED', erasure ? { details: { erasure: presentErasure(erasure) } } : {});
}
