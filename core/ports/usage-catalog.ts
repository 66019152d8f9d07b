import type { OrganizationId } from '../contract/ids.js';
import type { Plan, RateLimit, RequestClass } from '../contract/plans.js';

/** Requests of a key in one month. */
export interface KeyUsage {
  readonly organizationId: OrganizationId;
  readonly keyId: string;
  /** First day of the month, UTC: `2026-11-01`. */
  readonly month: string;
  readonly byClass: Readonly<Partial<Record<RequestClass, number>>>;
}

/** What operators set in the place of the program's own limits. */
export interface LimitChanges {
  readonly limits: readonly { readonly plan: Plan; readonly class: RequestClass; readonly limit: RateLimit }[];
  readonly monthly: readonly { readonly plan: Plan; readonly requests: number | null }[];
}

export interface UsageCatalog {
  /** Adds to what was counted before, and gives the months' totals of the same keys in the same order. Of one organization, all or none. */
  add(usage: readonly KeyUsage[]): Promise<KeyUsage[]>;
  ofKey(key: Pick<KeyUsage, 'organizationId' | 'keyId' | 'month'>): Promise<KeyUsage>;
  /** Of all organizations: limits belong to the deployment. */
  limitChanges(): Promise<LimitChanges>;
  /** Sets one plan's limits; what is not named stays. */
  changeLimits(
    plan: Plan,
    changes: {
      readonly limits?: Readonly<Partial<Record<RequestClass, RateLimit>>>;
      readonly monthly?: number | null;
    },
  ): Promise<void>;
}
