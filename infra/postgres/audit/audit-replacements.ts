import type { OrganizationId } from '../../../core/contract/ids.js';
import type { Queryable } from '../database.js';
import type { Replacement } from '../documents/supersessions.js';
import { appendAudit } from './append-audit.js';

/**
 * Writes an audit entry for each document whose successor changed. `document.superseded`: a successor takes the document
 * out of the results of searches that ask for no day. `document.reinstated`: its successor is gone, and the document is
 * back in them.
 */
export async function auditReplacements(
  tx: Queryable,
  organizationId: OrganizationId,
  replaced: readonly Replacement[],
): Promise<void> {
  for (const { documentId, successorId, from } of replaced) {
    await appendAudit(tx, {
      organizationId,
      actor: 'system',
      action: successorId === null ? 'document.reinstated' : 'document.superseded',
      subject: documentId,
      details: { ...(successorId === null ? {} : { successorId }), ...(from === null ? {} : { from }) },
    });
  }
}
