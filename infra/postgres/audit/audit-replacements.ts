import type { OrganizationId } from '../../../core/contract/ids.js';
import type { Queryable } from '../database.js';
import type { Replacement } from '../documents/supersessions.js';
import { appendAudit } from './append-audit.js';

/** That a document left, or came back to, what is searched without asking for a day: by another document's publication or end. */
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
