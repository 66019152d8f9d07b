import type { OrganizationId } from '../../core/contract/ids.js';
import type { AnswerCache } from './answer-cache.js';

/** Once for all withdrawals of so long: clearing costs the shared tier a look at its keys. */
const AFTER_MS = 30_000;

/**
 * Removes the cached answers of an organization some time after something of it was withdrawn. They are found no more from
 * the withdrawal on; this takes their bytes away, too.
 */
export class ForgetWithdrawn {
  readonly #timers = new Map<OrganizationId, NodeJS.Timeout>();

  constructor(
    private readonly answers: Pick<AnswerCache, 'clear'>,
    private readonly afterMs = AFTER_MS,
  ) {}

  withdrawn(organizationId: OrganizationId): void {
    if (this.#timers.has(organizationId)) return;
    const timer = setTimeout(() => {
      this.#timers.delete(organizationId);
      // Where the shared tier does not answer, what lies there ends by its time.
      void this.answers.clear(organizationId).catch(() => undefined);
    }, this.afterMs);
    this.#timers.set(organizationId, timer.unref());
  }

  stop(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }
}
