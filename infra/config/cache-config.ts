import type { SettingsReader } from '../settings-reader.js';

export interface CacheConfig {
  /** False: every search is worked out. */
  readonly enabled: boolean;
  readonly entries: number;
  readonly sizeBytes: number;
  readonly ttlMs: number;
  readonly sharedTtlMs: number;
  /** For how long a cached answer may lack what was added while a collection is being filled. */
  readonly freshnessMs: number;
  /** A question takes the answer to the same question in other words. */
  readonly reusesInOtherWords: boolean;
  /** Of the shared tier in Postgres; Redis has its own. */
  readonly sharedBytes: number;
  /** Answers of more bytes lie in the object store; `null`: in the shared tier like all others. */
  readonly overflowBytes: number | null;
  /** Most frequent questions of an organization whose answers are made before they are asked again; 0: none. */
  readonly warmQuestions: number;
}

/** An answer of ten passages takes 10 to 25 kB, so 2,000 of them stay below the 64 MB that they may take. */
const DEFAULT_ENTRIES = 2_000;
const DEFAULT_MB = 64;
/** A shift's questions repeat within two hours; what is asked later again is in the shared tier. */
const DEFAULT_TTL_MINUTES = 120;
/** Questions of the week before come back on Mondays; a day's answer is asked for by its day, so most end sooner. */
const DEFAULT_SHARED_TTL_HOURS = 5 * 24;
/** While a collection of 1,000 files was filled, its epoch moved every 0.2 to 1 s: without this no answer would be given twice. */
const DEFAULT_FRESHNESS_MS = 2_000;
/** About 20,000 answers. */
const DEFAULT_SHARED_MB = 256;

/**
 * The usual ten passages take 10 to 25 kB; from about 30 on an answer takes the place of three others in memory that is dear, and
 * holds a server up that answers one call at a time. Fetched as an object it still comes sooner than it is worked out.
 */
const DEFAULT_OVERFLOW_KB = 64;

/** On a Zipf stream of 300 questions the 50 most frequent are 70 % of what is asked; making them takes a few seconds of one core. */
const DEFAULT_WARM_QUESTIONS = 50;

const KIBIBYTE = 1024;
const MEBIBYTE = 1024 ** 2;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

export function cacheConfig(settings: SettingsReader): CacheConfig {
  const overflowKb = settings.integer('MEDINDEX_CACHE_OVERFLOW_KB', {
    otherwise: DEFAULT_OVERFLOW_KB,
    min: 0,
    max: 1_000_000,
  });
  const megabytes = (name: string, otherwise: number) => settings.integer(name, { otherwise, min: 1, max: 1_000_000 });
  return {
    enabled: settings.choice('MEDINDEX_CACHE', ['on', 'off'], 'on') === 'on',
    entries: settings.integer('MEDINDEX_CACHE_ENTRIES', { otherwise: DEFAULT_ENTRIES, min: 1, max: 10_000_000 }),
    sizeBytes: megabytes('MEDINDEX_CACHE_MB', DEFAULT_MB) * MEBIBYTE,
    ttlMs:
      settings.integer('MEDINDEX_CACHE_TTL_MINUTES', { otherwise: DEFAULT_TTL_MINUTES, min: 1, max: 100_000 }) *
      MINUTE_MS,
    sharedTtlMs:
      settings.integer('MEDINDEX_CACHE_SHARED_TTL_HOURS', {
        otherwise: DEFAULT_SHARED_TTL_HOURS,
        min: 1,
        max: 10_000,
      }) * HOUR_MS,
    freshnessMs: settings.integer('MEDINDEX_CACHE_FRESHNESS_MS', {
      otherwise: DEFAULT_FRESHNESS_MS,
      min: 0,
      max: 600_000,
    }),
    reusesInOtherWords: settings.choice('MEDINDEX_CACHE_SEMANTIC', ['on', 'off'], 'off') === 'on',
    sharedBytes: megabytes('MEDINDEX_CACHE_SHARED_MB', DEFAULT_SHARED_MB) * MEBIBYTE,
    warmQuestions: settings.integer('MEDINDEX_CACHE_WARM_QUESTIONS', {
      otherwise: DEFAULT_WARM_QUESTIONS,
      min: 0,
      max: 1_000,
    }),
    overflowBytes: overflowKb === 0 ? null : overflowKb * KIBIBYTE,
  };
}

/** `null`: what processes share lies in Postgres. */
export function redisUrl(settings: SettingsReader): string | null {
  return settings.url('REDIS_URL', { protocols: ['redis:', 'rediss:'], example: 'redis://:password@127.0.0.1:6379/0' });
}
