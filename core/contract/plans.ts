/** What a key may ask for, from least to most. */
export const PLANS = ['guest', 'free', 'pro', 'enterprise'] as const;
export type Plan = (typeof PLANS)[number];

/** Requests that are counted together. `auth`: refused keys, by address. */
export const REQUEST_CLASSES = ['search', 'context', 'upload', 'auth', 'general'] as const;
export type RequestClass = (typeof REQUEST_CLASSES)[number];

/** So many requests in any window of so many seconds. */
export interface RateLimit {
  readonly requests: number;
  readonly windowSeconds: number;
}

export interface PlanLimits {
  readonly limits: Readonly<Record<RequestClass, RateLimit>>;
  /** Requests of a calendar month (UTC); `null`: as many as one likes. */
  readonly monthly: number | null;
}

const perMinute = (requests: number): RateLimit => ({ requests, windowSeconds: 60 });
const perFiveMinutes = (requests: number): RateLimit => ({ requests, windowSeconds: 300 });

/** Five wrong keys are a typing mistake; whoever tries more is guessing. The same for every plan: there is no key yet. */
const AUTH = perFiveMinutes(5);

/**
 * Where operators set nothing else. A guest is one person at one address; `free` one small service; `pro` a ward's chat
 * service, with ten people asking at once; `enterprise` ten of those.
 */
export const DEFAULT_PLANS: Readonly<Record<Plan, PlanLimits>> = {
  guest: {
    limits: {
      search: perMinute(30),
      context: perMinute(30),
      upload: perFiveMinutes(10),
      auth: AUTH,
      general: perMinute(100),
    },
    monthly: 1_000,
  },
  free: {
    limits: {
      search: perMinute(60),
      context: perMinute(60),
      upload: perFiveMinutes(20),
      auth: AUTH,
      general: perMinute(300),
    },
    monthly: 20_000,
  },
  pro: {
    limits: {
      search: perMinute(600),
      context: perMinute(600),
      upload: perFiveMinutes(300),
      auth: AUTH,
      general: perMinute(3_000),
    },
    monthly: 2_000_000,
  },
  enterprise: {
    limits: {
      search: perMinute(6_000),
      context: perMinute(6_000),
      upload: perFiveMinutes(3_000),
      auth: AUTH,
      general: perMinute(30_000),
    },
    monthly: null,
  },
};
