import { LRUCache } from 'lru-cache';
import { setTimeout as wait } from 'node:timers/promises';
import type { OrganizationId } from '../../core/contract/ids.js';
import type { SharedCache } from '../../core/ports/shared-cache.js';
import type { AnswerOverflow } from './answer-overflow.js';
import type { EpochView } from './epoch-follower.js';
import { type Answer, decodeEntry, encodeEntry, isFresh, type Kept, keptOf } from './kept-answer.js';
import { NO_STATS, TierCounts, type TierStats } from './tier-counts.js';

/** Where an answer came from. */
export type CacheTier = 'l1' | 'l2' | 'l3' | 'semantic' | 'miss';

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

/** What is asked of the cache. */
export interface AnswerInput {
  /** The organization whose answers these are. */
  readonly owner: OrganizationId;
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
  /** Absent or `null`: large answers lie in the shared tier, too. */
  readonly overflow?: AnswerOverflow | null;
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
 * Answers by tier: in this process, then shared; the text of large ones lies in the object store. Of equal questions under way one
 * is worked out, in this process and over all of them. A key says all that an answer hangs on but additions; those are told by the epochs kept with the answer. An answer
 * that is given shortly before it ends, by age or by what was added, is made anew in the background, so that of a question that
 * is asked often nobody waits for the next one.
 */
export class AnswerCache {
  readonly #l1: LRUCache<string, Kept>;
  readonly #shared: SharedCache | null;
  readonly #overflow: AnswerOverflow | null;
  readonly #limits: AnswerCacheLimits;
  readonly #hash: (text: string) => string;
  readonly #flights = new Map<string, Promise<Landed>>();
  readonly #writes = new Set<Promise<void>>();
  /** Keys of answers that are being made anew. */
  readonly #refreshing = new Set<string>();
  #refreshes = 0;
  readonly #l1Counts = new TierCounts();
  readonly #l2Counts = new TierCounts();

  constructor({ limits, shared, overflow = null, hash }: AnswerCacheInput) {
    this.#limits = limits;
    this.#shared = shared;
    // Its references lie in the shared tier.
    this.#overflow = shared && overflow;
    this.#hash = hash;
    this.#l1 = new LRUCache({
      max: limits.entries,
      maxSize: limits.sizeBytes,
      // What is no `data` is of Latin letters.
      sizeCalculation: ({ data, meta }) => data.byteLength + meta.length + ENTRY_OVERHEAD_BYTES,
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
      if (input.refresh && this.#endsSoon(key, kept, view))
        this.#refresh({ owner, key, wording, view, make: input.refresh });
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
    const flight = this.#fly({ owner, key, wording, view, make });
    this.#flights.set(flightKey, flight);
    const landed = (): void => void this.#flights.delete(flightKey);
    flight.then(landed, landed);
    return flight;
  }

  async #fly(input: Flight & { make: () => Promise<MadeAnswer> }): Promise<Landed> {
    const { owner, key, wording, view, make } = input;
    const found = await this.#lookUp(key, view);
    if (found.kept) {
      this.#l1.set(key, found.kept);
      return { answer: found.kept, tier: found.kept.wording === wording ? found.tier : 'semantic', isShared: true };
    }
    try {
      const { keep, ...answer } = await make();
      const made = keptOf(answer, { wording, view });
      this.#keep({ owner, key }, made, keep);
      if (keep !== 'usual' && found.claimed) this.#afterwards(this.#release(key));
      return { answer: made, tier: 'miss', isShared: keep !== 'none' };
    } catch (error) {
      if (found.claimed) this.#afterwards(this.#release(key));
      throw error;
    }
  }

  #keep({ owner, key }: Place, made: Kept, keep: MadeAnswer['keep']): void {
    if (keep === 'none') return;
    this.#l1.set(key, made, keep === 'seconds' ? { ttl: DEGRADED_TTL_MS } : {});
    this.#l1Counts.stores++;
    if (keep === 'usual') this.#afterwards(this.#share({ owner, key }, made));
  }

  /** By age, or because what was added since will have to show. */
  #endsSoon(key: string, kept: Kept, { publications, floorsRiseSoon }: EpochView): boolean {
    const { ttlMs } = this.#limits;
    // Old answers of the shared tier have just come, and those of an outage are young.
    const isOld = Date.now() - kept.madeAtMs > REFRESH_AFTER * ttlMs;
    if (isOld && this.#l1.getRemainingTTL(key) < (1 - REFRESH_AFTER) * ttlMs) return true;
    return floorsRiseSoon() && publications.some((epoch, at) => (kept.publications[at] ?? -1) < epoch);
  }

  #refresh({ owner, key, wording, view, make }: Flight & { make: () => Promise<MadeAnswer | null> }): void {
    if (this.#refreshing.has(key) || this.#refreshing.size >= MOST_REFRESHES) return;
    this.#refreshing.add(key);
    const refreshed = make().then((made) => {
      if (!made) return;
      const { keep, ...answer } = made;
      // Less than was asked takes no whole answer's place.
      if (keep !== 'usual') return;
      this.#refreshes++;
      this.#keep({ owner, key }, keptOf(answer, { wording, view }), keep);
    });
    // Nobody waits for it: the answer ends at its time, and whoever asks then hears what is wrong.
    this.#afterwards(refreshed.catch(() => undefined).finally(() => this.#refreshing.delete(key)));
  }

  /** What the shared tier has, or what another process is about to put there. */
  async #lookUp(key: string, view: EpochView): Promise<Found> {
    const shared = this.#shared;
    if (!shared) return NOT_FOUND;
    const untilMs = performance.now() + CLAIM_MS;
    try {
      for (;;) {
        const found = await shared.lookUp(key, CLAIM_MS);
        if (found.value) {
          const entry = decodeEntry(found.value);
          if (entry && isFresh(entry, view)) {
            this.#l2Counts.hit(entry.madeAtMs);
            if (!entry.overflow) return { kept: entry, tier: 'l2', claimed: false };
            const { overflow, ...about } = entry;
            const data = (await this.#overflow?.get(overflow, entry.madeAtMs)) ?? null;
            return data === null ? NOT_FOUND : { kept: { ...about, data }, tier: 'l3', claimed: false };
          }
          // Made before the newest additions; its successor takes its place.
          this.#l2Counts.misses++;
          return NOT_FOUND;
        }
        if (found.claimed || performance.now() > untilMs) {
          this.#l2Counts.misses++;
          return { kept: null, claimed: found.claimed };
        }
        await wait(LOOK_AGAIN_MS);
      }
    } catch {
      this.#l2Counts.errors++;
      return NOT_FOUND;
    }
  }

  async #share({ owner, key }: Place, made: Kept): Promise<void> {
    if (!this.#shared) return;
    const { sharedTtlMs: ttlMs } = this.#limits;
    try {
      const whole = encodeEntry(made);
      const isLarge = this.#overflow !== null && whole.byteLength > this.#overflow.fromBytes;
      const name = key.slice(this.#prefixOf(owner).length);
      // An object store that is down makes no answer be worked out twice.
      const overflow = isLarge ? await this.#overflow?.put(owner, { name, data: made.data, ttlMs }) : null;
      await this.#shared.set(key, overflow ? encodeEntry({ ...made, data: NOTHING, overflow }) : whole, ttlMs);
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
  async clear(owner: OrganizationId): Promise<void> {
    const prefix = this.#prefixOf(owner);
    for (const key of [...this.#l1.keys()]) if (key.startsWith(prefix)) this.#l1.delete(key);
    await Promise.all([this.#shared?.clear(prefix), this.#overflow?.clear(owner)]);
  }

  /** `l3` is of the large answers whose references `l2` found, too. */
  stats(): { l1: TierStats; l2: TierStats; l3: TierStats; refreshes: number } {
    return {
      refreshes: this.#refreshes,
      l1: this.#l1Counts.stats({ entries: this.#l1.size, sizeBytes: this.#l1.calculatedSize }),
      l2: this.#l2Counts.stats(null),
      l3: this.#overflow?.stats() ?? NO_STATS,
    };
  }

  /** Whether large answers go to the object store. */
  get overflows(): boolean {
    return this.#overflow !== null;
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

/** Where an answer is kept. */
interface Place {
  readonly owner: OrganizationId;
  readonly key: string;
}

type Found =
  | { readonly kept: Kept; readonly tier: 'l2' | 'l3'; readonly claimed: false }
  | { readonly kept: null; readonly claimed: boolean };

const NOTHING = new Uint8Array(0);
const NOT_FOUND = { kept: null, claimed: false } as const;

interface Flight extends Place {
  readonly wording: string | undefined;
  readonly view: EpochView;
}
