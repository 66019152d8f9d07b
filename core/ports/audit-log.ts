import type { OrganizationId } from '../contract/ids.js';

export interface AuditEntry {
  readonly organizationId: OrganizationId;
  /** Key id or `system`. */
  readonly actor: string;
  /** E.g. `document.deleted`. */
  readonly action: string;
  /** Id of what it was done to. */
  readonly subject: string;
  /** Ids, codes and numbers; never text of a document. */
  readonly details: Readonly<Record<string, string | number | boolean>>;
}

export interface RecordedAuditEntry extends AuditEntry {
  readonly sequence: number;
  readonly at: Date;
  /** Hex SHA-256 over the entry and the hash before it, so that a removed or changed entry shows. */
  readonly hash: string;
}

/** Who did what, append-only, chained by hashes within an organization. */
export interface AuditLog {
  append(entry: AuditEntry): Promise<RecordedAuditEntry>;
  /** Oldest first. */
  list(organizationId: OrganizationId, options: { after?: number; limit: number }): Promise<RecordedAuditEntry[]>;
}
