import type { OrganizationId } from '../../../core/contract/ids.js';
import type { AuditEntry, AuditLog, RecordedAuditEntry } from '../../../core/ports/audit-log.js';
import type { Database } from '../database.js';
import { appendAudit } from './append-audit.js';

const LIST_ENTRIES = `
  select sequence, at, actor, action, subject, details, hash
  from compliance.audit_log
  where organization_id = $1 and sequence > $2
  order by sequence
  limit $3`;

export class PgAuditLog implements AuditLog {
  constructor(private readonly database: Database) {}

  append(entry: AuditEntry): Promise<RecordedAuditEntry> {
    return this.database
      .forOrganization(entry.organizationId)
      .transaction('appendAudit', (tx) => appendAudit(tx, entry));
  }

  async list(
    organizationId: OrganizationId,
    options: { after?: number; limit: number },
  ): Promise<RecordedAuditEntry[]> {
    const values = [organizationId, options.after ?? 0, options.limit];
    const rows = await this.database
      .forOrganization(organizationId)
      .query<Omit<RecordedAuditEntry, 'organizationId'>>('listAudit', LIST_ENTRIES, values);
    return rows.map((row) => ({ organizationId, ...row }));
  }
}
