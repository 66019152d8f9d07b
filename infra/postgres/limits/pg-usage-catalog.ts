import type { Plan, RateLimit, RequestClass } from '../../../core/contract/plans.js';
import type { KeyUsage, LimitChanges, UsageCatalog } from '../../../core/ports/usage-catalog.js';
import type { Database } from '../database.js';

// In one order, so that two processes that add for the same keys do not wait for each other in a circle.
const ADD = `
  insert into auth.usage as u (organization_id, key_id, month, class, requests)
  select $1, g.key_id, g.month, g.class, g.requests
  from unnest($2::text[], $3::date[], $4::text[], $5::bigint[]) g (key_id, month, class, requests)
  order by g.key_id, g.month, g.class
  on conflict (organization_id, key_id, month, class) do update set requests = u.requests + excluded.requests`;

const TOTALS = `
  select key_id, month::text, class, requests from auth.usage
  where organization_id = $1 and (key_id, month) in (select * from unnest($2::text[], $3::date[]))`;

const LIMITS = `select plan, class, requests, window_seconds from ops.rate_limits order by plan, class`;
const QUOTAS = `select plan, requests from ops.monthly_quotas order by plan`;

const SET_LIMIT = `
  insert into ops.rate_limits (plan, class, requests, window_seconds) values ($1, $2, $3, $4)
  on conflict (plan, class) do update set requests = excluded.requests, window_seconds = excluded.window_seconds`;
const SET_QUOTA = `
  insert into ops.monthly_quotas (plan, requests) values ($1, $2)
  on conflict (plan) do update set requests = excluded.requests`;

interface TotalRow {
  key_id: string;
  month: string;
  class: RequestClass;
  requests: number;
}

export class PgUsageCatalog implements UsageCatalog {
  constructor(private readonly database: Database) {}

  async add(usage: readonly KeyUsage[]): Promise<KeyUsage[]> {
    const [first] = usage;
    if (!first) return [];
    const { organizationId } = first;
    const counts = usage.flatMap(({ keyId, month, byClass }) =>
      Object.entries(byClass).map(([name, requests]) => ({ keyId, month, name, requests })),
    );
    await this.database
      .forOrganization(organizationId)
      .query('addUsage', ADD, [
        organizationId,
        counts.map(({ keyId }) => keyId),
        counts.map(({ month }) => month),
        counts.map(({ name }) => name),
        counts.map(({ requests }) => requests),
      ]);
    return this.#totals(organizationId, usage);
  }

  async ofKey(key: Pick<KeyUsage, 'organizationId' | 'keyId' | 'month'>): Promise<KeyUsage> {
    const [total] = await this.#totals(key.organizationId, [key]);
    return total ?? { ...key, byClass: {} };
  }

  async #totals(organizationId: string, keys: readonly Pick<KeyUsage, 'keyId' | 'month'>[]): Promise<KeyUsage[]> {
    const rows = await this.database
      .forOrganization(organizationId)
      .query<TotalRow>('usageTotals', TOTALS, [
        organizationId,
        keys.map(({ keyId }) => keyId),
        keys.map(({ month }) => month),
      ]);
    return keys.map(({ keyId, month }) => ({
      organizationId,
      keyId,
      month,
      byClass: Object.fromEntries(
        rows
          .filter((row) => row.key_id === keyId && row.month === month)
          .map((row): [RequestClass, number] => [row.class, row.requests]),
      ),
    }));
  }

  async limitChanges(): Promise<LimitChanges> {
    const system = this.#system();
    const limits = await system.query<{
      plan: Plan;
      class: RequestClass;
      requests: number;
      window_seconds: number;
    }>('limits', LIMITS);
    const monthly = await system.query<{ plan: Plan; requests: number | null }>('quotas', QUOTAS);
    return {
      limits: limits.map((row) => ({
        plan: row.plan,
        class: row.class,
        limit: { requests: row.requests, windowSeconds: row.window_seconds },
      })),
      monthly,
    };
  }

  async changeLimits(
    plan: Plan,
    changes: { limits?: Partial<Record<RequestClass, RateLimit>>; monthly?: number | null },
  ): Promise<void> {
    await this.#system().transaction('changeLimits', async (tx) => {
      for (const [name, { requests, windowSeconds }] of Object.entries(changes.limits ?? {})) {
        await tx.query('setLimit', SET_LIMIT, [plan, name, requests, windowSeconds]);
      }
      if (changes.monthly !== undefined) await tx.query('setQuota', SET_QUOTA, [plan, changes.monthly]);
    });
  }

  #system() {
    return this.database.forSystem('limits of plans belong to the deployment');
  }
}
