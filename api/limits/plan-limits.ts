import { DEFAULT_PLANS, type Plan, type PlanLimits, PLANS } from '../../core/contract/plans.js';
import type { LimitChanges, UsageCatalog } from '../../core/ports/usage-catalog.js';

/** Changes by operators count in every process after this. */
const RELOAD_MS = 5_000;

/** The limits in force: the program's, with what operators set in their place. */
export class PlanLimitsInForce {
  #plans: Readonly<Record<Plan, PlanLimits>> = DEFAULT_PLANS;
  #timer: NodeJS.Timeout | null = null;

  constructor(private readonly usage: Pick<UsageCatalog, 'limitChanges'>) {}

  of(plan: Plan): PlanLimits {
    return this.#plans[plan];
  }

  async start(): Promise<void> {
    await this.reload().catch(() => undefined);
    this.#timer = setInterval(() => void this.reload().catch(() => undefined), RELOAD_MS).unref();
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer);
  }

  /** Errors: the catalog's; the limits stay as they were. */
  async reload(): Promise<void> {
    this.#plans = withChanges(await this.usage.limitChanges());
  }
}

function withChanges(changes: LimitChanges): Record<Plan, PlanLimits> {
  const plans = Object.fromEntries(
    PLANS.map((plan) => {
      const own = changes.limits.filter((change) => change.plan === plan);
      const limits = { ...DEFAULT_PLANS[plan].limits, ...Object.fromEntries(own.map((one) => [one.class, one.limit])) };
      const monthly = changes.monthly.find((change) => change.plan === plan);
      return [plan, { limits, monthly: monthly ? monthly.requests : DEFAULT_PLANS[plan].monthly }];
    }),
  );
  return plans as Record<Plan, PlanLimits>;
}
