import {
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  handleWhen,
  type IPolicy,
  timeout,
  TimeoutStrategy,
  TaskCancelledError,
  wrap,
} from 'cockatiel';

/** Failures in a row after which a store is not asked for a while: one may be chance, a store that is down gives dozens. */
const FAILURES = 5;
/** How long it is left alone; then one call tries it. A restarted store is used again within this time. */
const OPEN_MS = 1_000;

export type GuardState = 'closed' | 'half_open' | 'open';

/** Whether an outside store is being asked; shown in health and metrics. */
export interface GuardStatus {
  readonly name: string;
  readonly state: GuardState;
  /** Times that it was left alone, since the process started. */
  readonly opened: number;
}

export interface GuardInput<T extends object> {
  readonly name: string;
  readonly target: T;
  /** Longest call by method; methods that are not named have no deadline, those that are `null` are not guarded at all. */
  readonly deadlinesMs: Partial<Record<keyof T & string, number | null>>;
  /** Whether an error says that the store is down; others are answers of a store that works. */
  readonly isOutage: (error: unknown) => boolean;
  /** What callers get instead of an answer in time, or while the store is left alone. */
  readonly unavailable: (reason: string) => Error;
}

/** A store behind deadlines and a circuit breaker: while it is down its callers fail at once. */
export class Guard<T extends object> {
  readonly name: string;
  readonly guarded: T;
  readonly #breaker;
  #opened = 0;

  constructor({ name, target, deadlinesMs, isOutage, unavailable }: GuardInput<T>) {
    this.name = name;
    this.#breaker = circuitBreaker(
      handleWhen((error) => error instanceof TaskCancelledError || isOutage(error)),
      { halfOpenAfter: OPEN_MS, breaker: new ConsecutiveBreaker(FAILURES) },
    );
    this.#breaker.onBreak(() => this.#opened++);
    const policies = new Map<string, IPolicy>();
    const policyOf = (method: string): IPolicy => {
      const deadlineMs = deadlinesMs[method as keyof T & string];
      const policy =
        typeof deadlineMs === 'number'
          ? wrap(this.#breaker, timeout(deadlineMs, TimeoutStrategy.Aggressive))
          : this.#breaker;
      policies.set(method, policy);
      return policy;
    };
    this.guarded = new Proxy(target, {
      get: (from, property) => {
        const member: unknown = Reflect.get(from, property);
        if (typeof member !== 'function' || typeof property !== 'string') return member;
        if (deadlinesMs[property as keyof T & string] === null) return member.bind(from) as unknown;
        return (...args: unknown[]) => {
          const policy = policies.get(property) ?? policyOf(property);
          // A signal for each call: that of the library is one for all, and warns of a leak once eleven are under way.
          const { signal } = new AbortController();
          return policy
            .execute(() => Reflect.apply(member, from, args) as Promise<unknown>, signal)
            .catch((error: unknown) => {
              if (error instanceof TaskCancelledError) throw unavailable('deadline');
              if (isBroken(error)) throw unavailable('breaker open');
              throw error;
            });
        };
      },
    });
  }

  get status(): GuardStatus {
    const states: Record<CircuitState, GuardState> = {
      [CircuitState.Closed]: 'closed',
      [CircuitState.HalfOpen]: 'half_open',
      [CircuitState.Open]: 'open',
      [CircuitState.Isolated]: 'open',
    };
    return { name: this.name, state: states[this.#breaker.state], opened: this.#opened };
  }
}

function isBroken(error: unknown): boolean {
  return error instanceof Error && 'isBrokenCircuitError' in error;
}
