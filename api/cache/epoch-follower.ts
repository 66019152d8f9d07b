import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { OrganizationId } from '../../core/contract/ids.js';
import type { AccessScope } from '../../core/ports/access-scope.js';
import type { CacheCatalog, CollectionEpochs, EpochReading } from '../../core/ports/cache-catalog.js';

/** A withdrawal is known to every process within a quarter of a second. */
const POLL_MS = 200;
/** A process that could not read the epochs for so long answers from no cache, and whoever withdraws need wait no longer. */
export const TRUST_MS = 1_000;
/** How often a process says that it is there; a minute of silence, and it is forgotten. */
const FOLLOW_MS = 15_000;
/** How often a withdrawal looks whether the others have followed: they do within {@link POLL_MS}. */
const ASK_MS = 25;

/** The epochs of what a scope may see, at one moment. */
export interface EpochView {
  /** Part of the key: another one when anything was taken out, or another vector index answers. */
  readonly tag: string;
  /** Publication epochs, in the order of the tag. */
  readonly publications: readonly number[];
  /** Least publication epochs that an answer may have been made at. */
  readonly floors: readonly number[];
  /** Whether floors below the newest publications rise within half of the time for which an answer may lack them. */
  readonly floorsRiseSoon: () => boolean;
}

interface Floor {
  epoch: number;
  raisedAtMs: number;
}

interface State {
  readonly reading: EpochReading;
  readonly byOrganization: ReadonlyMap<OrganizationId, readonly CollectionEpochs[]>;
  /** Views that were asked for since the reading. */
  readonly views: Map<string, EpochView | null>;
}

export interface EpochFollowerInput {
  readonly catalog: CacheCatalog;
  /** For how long a cached answer may lack what was added while it lay there; see {@link EpochFollower.view}. */
  readonly freshnessMs: number;
  readonly pollMs?: number;
  /** Default: {@link TRUST_MS}. */
  readonly trustMs?: number;
  /** Told of each organization of which something was withdrawn since the reading before. */
  readonly onWithdrawn?: (organizationId: OrganizationId) => void;
}

/**
 * Follows the epochs of all collections, so that answers are kept without a withdrawn document ever being in one.
 *
 * A reading is trusted for {@link TRUST_MS} from the moment at which it was asked for, and only by a process that has said
 * before that it follows. So a withdrawal that was committed either is in every reading that is trusted, or whoever made it sees a
 * process behind and waits for it: until it has followed, or for as long as what it has read may be trusted.
 */
export class EpochFollower {
  readonly #catalog: CacheCatalog;
  readonly #freshnessMs: number;
  readonly #pollMs: number;
  readonly #trustMs: number;
  readonly #onWithdrawn: ((organizationId: OrganizationId) => void) | undefined;
  readonly #followerId = randomUUID();
  readonly #floors = new Map<string, Floor>();
  #state: State | null = null;
  #trustedUntilMs = 0;
  #followedAtMs = Number.NEGATIVE_INFINITY;
  #lastReadMs = 0;
  #underWay: Promise<EpochReading> | null = null;
  #next: Promise<EpochReading> | null = null;
  #timer: NodeJS.Timeout | null = null;
  #stopped = true;

  constructor(input: EpochFollowerInput) {
    this.#catalog = input.catalog;
    this.#freshnessMs = input.freshnessMs;
    this.#pollMs = input.pollMs ?? POLL_MS;
    this.#trustMs = input.trustMs ?? TRUST_MS;
    this.#onWithdrawn = input.onWithdrawn;
  }

  /** Reads once, where the database answers; then goes on by itself. */
  async start(): Promise<void> {
    this.#stopped = false;
    await this.#read().catch(() => undefined);
    this.#schedule();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer) clearTimeout(this.#timer);
    this.#trustedUntilMs = 0;
    await this.#inTime(this.#leave()).catch(() => undefined);
  }

  async #leave(): Promise<void> {
    await this.#underWay?.catch(() => undefined);
    await this.#catalog.leave(this.#followerId);
  }

  /** Milliseconds since the newest reading that is gone by; `null`: none is trusted. */
  get ageMs(): number | null {
    return this.isTrusted ? performance.now() - (this.#trustedUntilMs - this.#trustMs) : null;
  }

  get isTrusted(): boolean {
    return performance.now() < this.#trustedUntilMs;
  }

  /**
   * What answers for this scope hang on; `names` narrows it to these collections. `null`: nothing may be answered from a
   * cache now, or a name is unknown. Withdrawals show at once. Additions show at once where none showed for `freshnessMs`,
   * else when that time is over: a collection that is being filled does not make every answer old.
   */
  view(scope: Pick<AccessScope, 'organizationId' | 'collections'>, names?: readonly string[]): EpochView | null {
    const state = this.#state;
    if (!state || !this.isTrusted) return null;
    const { organizationId, collections } = scope;
    const wanted = `${organizationId} ${collections === 'all' ? '*' : collections.join()} ${names?.join() ?? '*'}`;
    const known = state.views.get(wanted);
    if (known !== undefined) return known;
    const view = this.#makeView(state, scope, names);
    state.views.set(wanted, view);
    return view;
  }

  #makeView(
    { reading, byOrganization }: State,
    { organizationId, collections }: Pick<AccessScope, 'organizationId' | 'collections'>,
    names: readonly string[] | undefined,
  ): EpochView | null {
    const allowed = collections === 'all' ? null : new Set(collections);
    const visible = (byOrganization.get(organizationId) ?? []).filter(
      ({ collectionId }) => allowed?.has(collectionId) ?? true,
    );
    const chosen = names ? visible.filter(({ name }) => names.includes(name)) : visible;
    if (names && chosen.length < new Set(names).size) return null;
    const parts = chosen.map((one) => `${one.collectionId}:${one.withdrawalEpoch}:${one.vectorIndexId ?? ''}`);
    return {
      tag: [reading.resets.get(organizationId) ?? 0, ...parts].join(' '),
      publications: chosen.map(({ publicationEpoch }) => publicationEpoch),
      floors: chosen.map((one) => this.#floors.get(one.collectionId)?.epoch ?? one.publicationEpoch),
      floorsRiseSoon: () => {
        const soonMs = performance.now() + this.#freshnessMs / 2;
        return chosen.some(({ collectionId, publicationEpoch }) => {
          const floor = this.#floors.get(collectionId);
          return floor !== undefined && floor.epoch < publicationEpoch && floor.raisedAtMs + this.#freshnessMs < soonMs;
        });
      },
    };
  }

  /**
   * Ends when no process answers any more by what was there before: to be awaited between a withdrawal and its receipt. This
   * process follows at once and the others within a poll; without the database it takes {@link TRUST_MS}.
   */
  async settle(): Promise<void> {
    const untilMs = performance.now() + this.#trustMs;
    let withdrawals: number | null = null;
    while (performance.now() < untilMs) {
      try {
        withdrawals ??= (await this.#inTime(this.#readAfresh())).withdrawals;
        if ((await this.#inTime(this.#catalog.countBehind(this.#followerId, withdrawals))) === 0) return;
      } catch {
        // The database does not answer: time tells.
      }
      await wait(ASK_MS);
    }
  }

  /** Makes what was added until now show in the answers of this process; does nothing where it cannot. */
  async catchUp(): Promise<void> {
    if (this.#stopped) return;
    await this.#inTime(this.#readAfresh()).catch(() => undefined);
    if (this.#newest) this.#raiseFloors(this.#newest, { atOnce: true });
  }

  /** A reading that begins from now on; those who ask while one is under way share the next one. */
  async #readAfresh(): Promise<EpochReading> {
    if (!this.#underWay) return this.#read();
    this.#next ??= this.#underWay
      .catch(() => undefined)
      .then(() => {
        this.#next = null;
        return this.#read();
      });
    return this.#next;
  }

  #read(): Promise<EpochReading> {
    this.#underWay ??= this.#readNow().finally(() => {
      this.#underWay = null;
    });
    return this.#underWay;
  }

  async #readNow(): Promise<EpochReading> {
    this.#lastReadMs = performance.now();
    if (!this.#stopped && this.#lastReadMs - this.#followedAtMs > FOLLOW_MS) {
      await this.#follow(this.isTrusted ? (this.#newest?.withdrawals ?? null) : null);
    }
    const askedAtMs = performance.now();
    this.#lastReadMs = askedAtMs;
    const reading = await this.#catalog.readEpochs();
    if (this.#stopped) return reading;
    const knewWithdrawals = this.isTrusted ? this.#newest?.withdrawals : null;
    this.#take(reading);
    this.#trustedUntilMs = askedAtMs + this.#trustMs;
    if (knewWithdrawals !== reading.withdrawals) await this.#follow(reading.withdrawals).catch(() => undefined);
    return reading;
  }

  async #follow(withdrawals: number | null): Promise<void> {
    const askedAtMs = performance.now();
    await this.#catalog.follow(this.#followerId, withdrawals);
    this.#followedAtMs = askedAtMs;
  }

  #newest: EpochReading | null = null;

  #take(reading: EpochReading): void {
    const isNew = !this.#newest || !sameEpochs(this.#newest, reading);
    if (this.#newest && this.#newest.withdrawals !== reading.withdrawals) this.#tellWithdrawn(this.#newest, reading);
    this.#newest = reading;
    const wasRaised = this.#raiseFloors(reading, { atOnce: false });
    if (!isNew && !wasRaised) return;
    this.#state = { reading, byOrganization: grouped(reading.collections), views: new Map() };
  }

  #tellWithdrawn(before: EpochReading, now: EpochReading): void {
    const former = new Map(before.collections.map((one) => [one.collectionId, one.withdrawalEpoch]));
    const moved = now.collections.filter(
      ({ collectionId, withdrawalEpoch }) => withdrawalEpoch > (former.get(collectionId) ?? withdrawalEpoch),
    );
    for (const organizationId of new Set(moved.map((one) => one.organizationId))) this.#onWithdrawn?.(organizationId);
  }

  #raiseFloors({ collections }: EpochReading, { atOnce }: { atOnce: boolean }): boolean {
    const nowMs = performance.now();
    let raised = false;
    for (const { collectionId, publicationEpoch } of collections) {
      const floor = this.#floors.get(collectionId);
      if (floor && floor.epoch >= publicationEpoch) continue;
      if (floor && !atOnce && nowMs - floor.raisedAtMs < this.#freshnessMs) continue;
      this.#floors.set(collectionId, { epoch: publicationEpoch, raisedAtMs: nowMs });
      raised = true;
    }
    if (raised) this.#state?.views.clear();
    return raised;
  }

  /** Whoever waits longer than a reading is trusted waits for nothing. */
  async #inTime<T>(asked: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error('no answer in time')), this.#trustMs);
    });
    try {
      return await Promise.race([asked, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  #schedule(): void {
    if (this.#stopped) return;
    const sinceMs = performance.now() - this.#lastReadMs;
    this.#timer = setTimeout(
      () => void this.#readByClock(),
      Math.max(1, Math.min(this.#pollMs, this.#pollMs - sinceMs)),
    );
    this.#timer.unref();
  }

  async #readByClock(): Promise<void> {
    await this.#read().catch(() => undefined);
    this.#schedule();
  }
}

function sameEpochs(a: EpochReading, b: EpochReading): boolean {
  return (
    a.resets.size === b.resets.size &&
    [...b.resets].every(([organizationId, epoch]) => a.resets.get(organizationId) === epoch) &&
    a.collections.length === b.collections.length &&
    a.collections.every((one, index) => {
      const other = b.collections[index];
      return (
        other?.collectionId === one.collectionId &&
        other.withdrawalEpoch === one.withdrawalEpoch &&
        other.publicationEpoch === one.publicationEpoch &&
        other.vectorIndexId === one.vectorIndexId
      );
    })
  );
}

function grouped(collections: readonly CollectionEpochs[]): Map<OrganizationId, CollectionEpochs[]> {
  const groups = new Map<OrganizationId, CollectionEpochs[]>();
  for (const one of collections) {
    const group = groups.get(one.organizationId);
    if (group) group.push(one);
    else groups.set(one.organizationId, [one]);
  }
  return groups;
}
