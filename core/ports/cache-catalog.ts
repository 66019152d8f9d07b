import type { CollectionId, OrganizationId } from '../contract/ids.js';

/** What of a collection makes an answer old. */
export interface CollectionEpochs {
  readonly collectionId: CollectionId;
  readonly organizationId: OrganizationId;
  readonly name: string;
  /** Moves with whatever takes something out of the results. */
  readonly withdrawalEpoch: number;
  /** Moves with whatever adds something. */
  readonly publicationEpoch: number;
  /** The vector index that answers; `null`: none yet. */
  readonly vectorIndexId: string | null;
}

export interface EpochReading {
  readonly collections: readonly CollectionEpochs[];
  /** How often the caches of an organization were emptied; an organization that is absent: never. */
  readonly resets: ReadonlyMap<OrganizationId, number>;
  /**
   * All withdrawals and resets together. Of two readings the one with the higher number knows all that the other one knows:
   * what is committed becomes visible in one order, and no epoch ever falls.
   */
  readonly withdrawals: number;
}

/** What the database tells those who keep answers, and who keeps any. */
export interface CacheCatalog {
  readEpochs(): Promise<EpochReading>;
  /**
   * Notes that a process answers from a cache, and how many withdrawals it knows of (`null`: it answers nothing yet). A
   * process that has not said so for a minute is forgotten.
   */
  follow(followerId: string, withdrawals: number | null): Promise<void>;
  /** How many other processes may still answer by less than so many withdrawals. */
  countBehind(followerId: string, withdrawals: number): Promise<number>;
  /** The process answers from a cache no more. */
  leave(followerId: string): Promise<void>;
  /** Empties the caches of an organization, those of all processes: what they hold is never found again. */
  reset(organizationId: OrganizationId): Promise<void>;
}
