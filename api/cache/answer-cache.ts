import { LRUCache } from 'lru-cache';
import { setTimeout as wait } from 'node:timers/promises';
import type { AnsweringMode } from '../../core/contract/states.js';
import type { SharedCache } from '../../core/ports/shared-cache.js';
import type { EpochView } from './epoch-follower.js';
import { TierCounts, type TierStats } from './tier-counts.js';

/** Where an answer came from. */
export type CacheTier = 'l1' | 'l2' | 'semantic' | 'miss';

/** An answer as it is sent, without what is of one request only. */
export interface Answer {
  /** JSON of `data`. */
  readonly data: string;
  /** Members of `meta` that say how the answer was made, as JSON of an object. */
  readonly meta: string;
  /** For statistics. */
  readonly outcome: { readonly mode: AnsweringMode; readonly answerable: boolean | null };
}

/** An answer that has just been made, and for how long it may be given again. */
export interface MadeAnswer extends Answer {
  /** `none`: not at all, and to nobody else who asks the same; `seconds`: in this process, as something was missing. */
  readonly keep: 'none' | 'seconds' | 'usual';
}

interface Landed {
  readonly answer: Answer;
  readonly tier: CacheTier;
  /** False: each who asks is to be given an answer of his own. */
  readonly isShared: boolean;
}

interface Kept extends Answer {
  readonly publications: readonly number[];
  readonly madeAtMs: number;
  /** Hash of the words that it was made for; absent where answers are kept for these words alone. */
  readonly wording?: string;
}

/** What is asked of the cache. */
export interface AnswerInput {
  /** Whose answers these are. */
  readonly owner: string;
  /** All that the answer hangs on besides the epochs. */
  readonly question: string;
  /** Where one answer is for a question in several wordings: this one. */
  readonly wording?: string;
  readonly view: EpochView;
  readonly make: () => Promise<MadeAnswer>;
  /** Makes the answer anew while nobody waits for it; `null` while there is better to do. */
  readonly refresh?: () => Promise<MadeAnswer | null>;
}

export interface AnswerCacheLimits {
  readonly entries: number;
  readonly sizeBytes: number;
  readonly ttlMs: number;
  readonly sharedTtlMs: number;
}

export interface AnswerCacheInput {
  readonly limits: AnswerCacheLimits;
  /** `null`: this process caches for itself. */
  readonly shared: SharedCache | null;
  /** Keyed, so that no key tells a question. */
  readonly hash: (text: string) => string;
}

/** An answer that was made while a model was down is outdated when it is back; it still saves a burst of equal questions. */
const DEGRADED_TTL_MS = 5_000;
/** Past this a search was given up; another process then makes the answer itself. */
const CLAIM_MS = 2_000;
/** How often a process looks whether another one has made the answer: a search takes 10 to 50 ms. */
const LOOK_AGAIN_MS = 15;
/** An answer that has lain for so much of its time is made anew in the background when it is given. */
const REFRESH_AFTER = 0.9;
/** Answers that are made anew at once: they take from who waits for theirs. */
const MOST_REFRESHES = 2;
/** Objects and keys around the text of an entry, measured on 2,000 entries. */
const ENTRY_OVERHEAD_BYTES = 500;

/**
 * Answers by tier: in this process, then shared. Of equal questions under way one is worked out, in this process and over
 * all of them. A key says all that an answer hangs on but additions; those are told by the epochs kept with the answer. An answer
 * that is given shortly before it ends, by age or by what was added, is made anew in the background, so that of a question that
 * is asked often nobody waits for the next one.
 */
export class AnswerCache {
  readonly #l1: LRUCache<string, Kept>;
  readonly #shared: SharedCache | null;
  readonly #limits: AnswerCacheLimits;
  readonly #hash: (text: string) => string;
  readonly #flights = new Map<string, Promise<Landed>>();
  readonly #writes = new Set<Promise<void>>();
  /** Keys of answers that are being made anew. */
  readonly #refreshing = new Set<string>();
  #refreshes = 0;
  readonly #l1Counts = new TierCounts();
  readonly #l2Counts = new TierCounts();

  constructor({ limits, shared, hash }: AnswerCacheInput) {
    this.#limits = limits;
    this.#shared = shared;
    this.#hash = hash;
    this.#l1 = new LRUCache({
      max: limits.entries,
      maxSize: limits.sizeBytes,
      // UTF-16 code units; JSON of Latin text takes a byte each, other text two.
      sizeCalculation: ({ data, meta }) => 2 * (data.length + meta.length) + ENTRY_OVERHEAD_BYTES,
      ttl: limits.ttlMs,
      dispose: (_kept, _key, reason) => {
        if (reason === 'evict') this.#l1Counts.evictions++;
      },
    });
  }

  /** Errors: those of `make`. */
  async answer(input: AnswerInput): Promise<{ answer: Answer; tier: CacheTier }> {
    const { owner, question, view, make } = input;
    const key = this.#keyOf(owner, `${view.tag}\n${question}`);
    const wording = input.wording === undefined ? undefined : this.#hash(input.wording);
    const kept = this.#l1.get(key);
    if (kept && isFresh(kept, view)) {
      this.#l1Counts.hit(kept.madeAtMs);
      if (input.refresh && this.#endsSoon(key, kept, view)) this.#refresh({ key, wording, view, make: input.refresh });
      return { answer: kept, tier: kept.wording === wording ? 'l1' : 'semantic' };
    }
    this.#l1Counts.misses++;
    // Who needs newer additions than a search under way began with makes its own.
    const flightKey = `${key} ${view.floors.join()}`;
    const underWay = this.#flights.get(flightKey);
    if (underWay) {
      const landed = await underWay;
      if (landed.isShared) return landed;
      return { answer: await make(), tier: 'miss' };
    }
    const flight = this.#fly({ key, wording, view, make });
    this.#flights.set(flightKey, flight);
    const landed = (): void => void this.#flights.delete(flightKey);
    flight.then(landed, landed);
    return flight;
  }

  async #fly(input: Flight & { make: () => Promise<MadeAnswer> }): Promise<Landed> {
    const { key, wording, view, make } = input;
    const found = await this.#lookUp(key, view);
    if (found.kept) {
      this.#l1.set(key, found.kept);
      return { answer: found.kept, tier: found.kept.wording === wording ? 'l2' : 'semantic', isShared: true };
    }
    try {
      const { keep, ...answer } = await make();
      const made = keptOf(answer, { wording, view });
      this.#keep(key, made, keep);
      if (keep !== 'usual' && found.claimed) this.#afterwards(this.#release(key));
      return { answer: made, tier: 'miss', isShared: keep !== 'none' };
    } catch (error) {
      if (found.claimed) this.#afterwards(this.#release(key));
      throw error;
    }
  }

  #keep(key: string, made: Kept, keep: MadeAnswer['keep']): void {
    if (keep === 'none') return;
    this.#l1.set(key, made, keep === 'seconds' ? { ttl: DEGRADED_TTL_MS } : {});
    this.#l1Counts.stores++;
    if (keep === 'usual') this.#afterwards(this.#share(key, made));
  }

  /** By age, or because what was added since will have to show. */
  #endsSoon(key: string, kept: Kept, { publications, floorsRiseSoon }: EpochView): boolean {
    const { ttlMs } = this.#limits;
    // Old answers of the shared tier have just come, and those of an outage are young.
    const isOld = Date.now() - kept.madeAtMs > REFRESH_AFTER * ttlMs;
    if (isOld && this.#l1.getRemainingTTL(key) < (1 - REFRESH_AFTER) * ttlMs) return true;
    return floorsRiseSoon() && publications.some((epoch, at) => (kept.publications[at] ?? -1) < epoch);
  }

  #refresh({ key, wording, view, make }: Flight & { make: () => Promise<MadeAnswer | null> }): void {
    if (this.#refreshing.has(key) || this.#refreshing.size >= MOST_REFRESHES) return;
    this.#refreshing.add(key);
    const refreshed = make().then((made) => {
      if (!made) return;
      const { keep, ...answer } = made;
      // Less than was asked takes no whole answer's place.
      if (keep !== 'usual') return;
      this.#refreshes++;
      this.#keep(key, keptOf(answer, { wording, view }), keep);
    });
    // Nobody waits for it: the answer ends at its time, and whoever asks then hears what is wrong.
    this.#afterwards(refreshed.catch(() => undefined).finally(() => this.#refreshing.delete(key)));
  }

  /** What the shared tier has, or what another process is about to put there. */
  async #lookUp(key: string, view: EpochView): Promise<{ kept: Kept | null; claimed: boolean }> {
    const shared = this.#shared;
    if (!shared) return { kept: null, claimed: false };
    const untilMs = performance.now() + CLAIM_MS;
    try {
      for (;;) {
        const found = await shared.lookUp(key, CLAIM_MS);
        if (found.value) {
          const kept = decode(found.value);
          if (kept && isFresh(kept, view)) {
            this.#l2Counts.hit(kept.madeAtMs);
            return { kept, claimed: false };
          }
          // Made before the newest additions; its successor takes its place.
          this.#l2Counts.misses++;
          return { kept: null, claimed: false };
        }
        if (found.claimed || performance.now() > untilMs) {
          this.#l2Counts.misses++;
          return { kept: null, claimed: found.claimed };
        }
        await wait(LOOK_AGAIN_MS);
      }
    } catch {
      this.#l2Counts.errors++;
      return { kept: null, claimed: false };
    }
  }

  async #share(key: string, made: Kept): Promise<void> {
    if (!this.#shared) return;
    try {
      await this.#shared.set(key, encode(made), this.#limits.sharedTtlMs);
      this.#l2Counts.stores++;
    } catch {
      this.#l2Counts.errors++;
    }
  }

  async #release(key: string): Promise<void> {
    // Where it fails, the claim ends by itself.
    await this.#shared?.release(key).catch(() => undefined);
  }

  #afterwards(work: Promise<void>): void {
    this.#writes.add(work);
    void work.finally(() => this.#writes.delete(work));
  }

  /** Ends when all answers that were made have been put where they belong. */
  async settled(): Promise<void> {
    await Promise.all(this.#writes);
  }

  /** Empties this process and the shared tier for one owner; others stay, and so do answers under way. */
  async clear(owner: string): Promise<void> {
    const prefix = this.#prefixOf(owner);
    for (const key of [...this.#l1.keys()]) if (key.startsWith(prefix)) this.#l1.delete(key);
    await this.#shared?.clear(prefix);
  }

  stats(): { l1: TierStats; l2: TierStats; refreshes: number } {
    return {
      refreshes: this.#refreshes,
      l1: this.#l1Counts.stats({ entries: this.#l1.size, sizeBytes: this.#l1.calculatedSize }),
      l2: this.#l2Counts.stats(null),
    };
  }

  get shared(): SharedCache | null {
    return this.#shared;
  }

  #keyOf(owner: string, text: string): string {
    return `${this.#prefixOf(owner)}${this.#hash(text)}`;
  }

  readonly #prefixes = new Map<string, string>();

  #prefixOf(owner: string): string {
    const known = this.#prefixes.get(owner);
    if (known !== undefined) return known;
    const prefix = `answer:${this.#hash(owner).slice(0, 16)}:`;
    this.#prefixes.set(owner, prefix);
    return prefix;
  }
}

interface Flight {
  readonly key: string;
  readonly wording: string | undefined;
  readonly view: EpochView;
}

function keptOf(answer: Answer, { wording, view }: Omit<Flight, 'key'>): Kept {
  const made = { ...answer, publications: view.publications, madeAtMs: Date.now() };
  return wording === undefined ? made : { ...made, wording };
}

/** Whether nothing was added since that has to show by now. */
function isFresh(kept: Kept, { floors }: EpochView): boolean {
  return (
    floors.length === kept.publications.length && floors.every((floor, at) => (kept.publications[at] ?? -1) >= floor)
  );
}

/** Two lines: what is known of the answer, and `data` as it is. */
function encode({ data, ...about }: Kept): Uint8Array {
  return Buffer.from(`${JSON.stringify(about)}\n${data}`, 'utf8');
}

function decode(bytes: Uint8Array): Kept | null {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  const end = text.indexOf('\n');
  if (end < 0) return null;
  try {
    return { ...(JSON.parse(text.slice(0, end)) as Omit<Kept, 'data'>), data: text.slice(end + 1) };
  } catch {
    return null;
  }
}
