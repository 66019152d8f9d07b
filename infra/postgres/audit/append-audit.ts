import type { AuditEntry, RecordedAuditEntry } from '../../../core/ports/audit-log.js';
import type { Queryable } from '../database.js';
import { auditHash, FIRST_HASH } from './audit-hash.js';

const MAKE_HEAD = `
  insert into compliance.audit_heads (organization_id, sequence, hash) values ($1, 0, $2) on conflict do nothing`;

// The row lock stays until the transaction ends: entries of an organization are chained one after the other.
// Milliseconds, because that is what a JavaScript date holds and what is hashed.
const LOCK_HEAD = `
  select sequence, hash, date_trunc('milliseconds', clock_timestamp()) as at
  from compliance.audit_heads where organization_id = $1 for update`;

const APPEND_ENTRY = `
  with head as (
    update compliance.audit_heads set sequence = $2, hash = $8 where organization_id = $1
  )
  insert into compliance.audit_log (organization_id, sequence, at, actor, action, subject, details, hash)
  values ($1, $2, $3, $4, $5, $6, $7, $8)`;

/** Appends within a transaction that is under way; the last lock a transaction takes. */
export async function appendAudit(tx: Queryable, entry: AuditEntry): Promise<RecordedAuditEntry> {
  await tx.query('makeAuditHead', MAKE_HEAD, [entry.organizationId, FIRST_HASH]);
  const [head] = await tx.query<{ sequence: number; hash: string; at: Date }>('lockAuditHead', LOCK_HEAD, [
    entry.organizationId,
  ]);
  if (!head) throw new Error('the audit head is gone');
  const { organizationId, actor, action, subject, details } = entry;
  const placed = { organizationId, actor, action, subject, details, sequence: head.sequence + 1, at: head.at };
  const recorded: RecordedAuditEntry = { ...placed, hash: auditHash(head.hash, placed) };
  await tx.query('appendAuditEntry', APPEND_ENTRY, [
    organizationId,
    recorded.sequence,
    recorded.at,
    actor,
    action,
    subject,
    JSON.stringify(details),
    recorded.hash,
  ]);
  return recorded;
}
