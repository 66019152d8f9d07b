import { createHash } from 'node:crypto';
import type { RecordedAuditEntry } from '../../../core/ports/audit-log.js';

/** What the first entry of a chain follows. */
export const FIRST_HASH = '0'.repeat(64);

/**
 * Hex SHA-256 over the hash before and the entry as JSON, keys of `details` in alphabetical order, time in ISO 8601 with
 * milliseconds: whoever has the entries can check the chain without this program.
 */
export function auditHash(previousHash: string, entry: Omit<RecordedAuditEntry, 'hash'>): string {
  const { organizationId, sequence, at, actor, action, subject, details } = entry;
  const sorted = Object.entries(details).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const canonical = JSON.stringify([organizationId, sequence, at.toISOString(), actor, action, subject, sorted]);
  return createHash('sha256').update(previousHash).update('\n').update(canonical).digest('hex');
}
