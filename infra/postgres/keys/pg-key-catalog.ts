import type { OrganizationId } from '../../../core/contract/ids.js';
import type { KeyScope, SafetyLevel } from '../../../core/contract/states.js';
import type { AuditEntry } from '../../../core/ports/audit-log.js';
import type { Plan } from '../../../core/contract/plans.js';
import type { ApiKey, KeyCatalog, NewKey } from '../../../core/ports/key-catalog.js';
import { appendAudit } from '../audit/append-audit.js';
import type { Database } from '../database.js';
import { ensureOrganization } from '../organizations.js';

const STORE_KEY = `
  insert into auth.api_keys (key_id, organization_id, name, hash, scopes, collections, safety_level, expires_at, plan)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
  on conflict (hash) do nothing
  returning key_id`;

const KEY_COLUMNS =
  'key_id, organization_id, name, scopes, collections, safety_level, plan, created_at, expires_at, last_used_at';

const LIST_KEYS = `
  select ${KEY_COLUMNS} from auth.api_keys
  where organization_id = $1 and revoked_at is null
  order by created_at, key_id`;

const KEY_BY_HASH = `
  select ${KEY_COLUMNS} from auth.api_keys
  where hash = $1 and revoked_at is null and (expires_at is null or expires_at > now())`;

const KEY_BY_ID = `
  select ${KEY_COLUMNS} from auth.api_keys
  where key_id = $1 and revoked_at is null and (expires_at is null or expires_at > now())`;

const REVOKE_KEY = `
  update auth.api_keys set revoked_at = now()
  where organization_id = $1 and key_id = $2 and revoked_at is null
  returning key_id`;

const CHANGE_PLAN = `
  update auth.api_keys set plan = $3
  where organization_id = $1 and key_id = $2 and revoked_at is null
  returning key_id`;

// In one order, so that two processes that saw the same keys do not wait for each other in a circle.
const RECORD_USE = `
  with used as (
    select k.key_id, u.at from auth.api_keys k join unnest($1::text[], $2::timestamptz[]) u (key_id, at) using (key_id)
    where k.last_used_at is null or k.last_used_at < u.at
    order by k.key_id for update of k
  )
  update auth.api_keys k set last_used_at = used.at from used where k.key_id = used.key_id`;

interface KeyRow {
  key_id: string;
  organization_id: string;
  name: string;
  scopes: KeyScope[];
  collections: string[] | null;
  safety_level: SafetyLevel;
  plan: Plan;
  created_at: Date;
  expires_at: Date | null;
  last_used_at: Date | null;
}

export class PgKeyCatalog implements KeyCatalog {
  /** `shortWays`: for look-ups, which every request waits for; changes of keys wait for the audit log's lock, and look-ups must not. */
  constructor(
    private readonly database: Database,
    private readonly shortWays = database,
  ) {}

  async store(key: NewKey, hash: Uint8Array, actor: string): Promise<void> {
    const database = this.database.forOrganization(key.organizationId);
    await ensureOrganization(database, key.organizationId);
    await database.transaction('storeKey', async (tx) => {
      const stored = await tx.query('storeKey', STORE_KEY, [
        key.keyId,
        key.organizationId,
        key.name,
        Buffer.from(hash),
        key.scopes,
        key.collections === 'all' ? null : key.collections,
        key.safetyLevel,
        key.expiresAt,
        key.plan ?? 'enterprise',
      ]);
      if (stored.length > 0) await appendAudit(tx, keyCreated(key, actor));
    });
  }

  async byHash(hash: Uint8Array): Promise<ApiKey | null> {
    const system = this.shortWays.forSystem('a key tells to which organization its bearer belongs');
    const [row] = await system.query<KeyRow>('keyByHash', KEY_BY_HASH, [Buffer.from(hash)]);
    return row ? toKey(row) : null;
  }

  async byId(keyId: string): Promise<ApiKey | null> {
    const system = this.shortWays.forSystem('a key tells to which organization its bearer belongs');
    const [row] = await system.query<KeyRow>('keyById', KEY_BY_ID, [keyId]);
    return row ? toKey(row) : null;
  }

  async list(organizationId: OrganizationId): Promise<ApiKey[]> {
    return (
      await this.database.forOrganization(organizationId).query<KeyRow>('listKeys', LIST_KEYS, [organizationId])
    ).map(toKey);
  }

  async recordUse(uses: readonly { readonly keyId: string; readonly at: Date }[]): Promise<void> {
    if (uses.length === 0) return;
    await this.database
      .forSystem('keys of all organizations are taken by one process')
      .query('recordKeyUse', RECORD_USE, [uses.map(({ keyId }) => keyId), uses.map(({ at }) => at)]);
  }

  changePlan(input: { organizationId: OrganizationId; keyId: string; plan: Plan; actor: string }): Promise<boolean> {
    const { organizationId, keyId, plan, actor } = input;
    return this.database.forOrganization(organizationId).transaction('changePlan', async (tx) => {
      const changed = await tx.query('changePlan', CHANGE_PLAN, [organizationId, keyId, plan]);
      if (changed.length === 0) return false;
      await appendAudit(tx, { organizationId, actor, action: 'key.changed', subject: keyId, details: { plan } });
      return true;
    });
  }

  revoke(organizationId: OrganizationId, keyId: string, actor: string): Promise<boolean> {
    return this.database.forOrganization(organizationId).transaction('revokeKey', async (tx) => {
      const revoked = await tx.query('revokeKey', REVOKE_KEY, [organizationId, keyId]);
      if (revoked.length === 0) return false;
      await appendAudit(tx, { organizationId, actor, action: 'key.revoked', subject: keyId, details: {} });
      return true;
    });
  }
}

function keyCreated(key: NewKey, actor: string): AuditEntry {
  const { organizationId, keyId: subject, scopes, safetyLevel, collections, expiresAt } = key;
  return {
    organizationId,
    actor,
    action: 'key.created',
    subject,
    details: {
      scopes: scopes.join(' '),
      safetyLevel,
      collections: collections === 'all' ? 'all' : collections.length,
      expires: expiresAt !== null,
    },
  };
}

function toKey(row: KeyRow): ApiKey {
  return {
    keyId: row.key_id,
    organizationId: row.organization_id,
    name: row.name,
    scopes: row.scopes,
    collections: row.collections ?? 'all',
    safetyLevel: row.safety_level,
    plan: row.plan,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
  };
}
