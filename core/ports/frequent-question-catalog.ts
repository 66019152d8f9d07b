import type { CollectionId, OrganizationId } from '../contract/ids.js';
import type { WarmingPlan } from '../contract/warming-messages.js';

/** How often a question was asked since the last time that it was told. */
export interface AskedQuestion {
  readonly questionHash: string;
  readonly asked: number;
  /** That it is asked of. */
  readonly collections: 'all' | readonly CollectionId[];
  /** Question, parameters and access; see `SealedTexts`. Kept only once the question is frequent. */
  readonly sealed: Uint8Array;
}

/** A question whose answer is to be made, by whoever claimed it. */
export interface DueQuestion {
  readonly organizationId: OrganizationId;
  readonly questionHash: string;
  readonly sealed: Uint8Array;
  /** What the answers hung on when it was found due. */
  readonly state: string;
}

export interface FrequentQuestionCounts {
  /** Counted by their hash alone. */
  readonly counted: number;
  /** Kept, sealed. */
  readonly frequent: number;
  readonly due: number;
}

/** From so many times on, within about a day, a question is frequent and its words are kept. */
export const MIN_ASKED = 3;

/** Which questions are asked often, and whose answers are to be made before they are asked again. */
export interface FrequentQuestionCatalog {
  /** Adds up. What is asked of a collection that lets patient data in is not counted. */
  add(organizationId: OrganizationId, asked: readonly AskedQuestion[]): Promise<void>;
  /**
   * Forgets what is no longer asked and what is asked of a collection that lets patient data in by now; and finds due the most
   * frequent ones whose answers something was withdrawn from since they were last seen in the cache, or that were not looked at for
   * ten minutes. `perOrganization`: how many at most; 0: everything is forgotten. All organizations. May be called twice.
   */
  plan(input: { readonly perOrganization: number }): Promise<WarmingPlan>;
  /** Takes some that are due, the most frequent first. Nobody else gets them until `leaseMs` are over. */
  claim(input: { readonly limit: number; readonly leaseMs: number }): Promise<DueQuestion[]>;
  /** Its answer is in the cache. What was found due meanwhile stays due. */
  settle(question: DueQuestion): Promise<void>;
  /** It cannot be answered any more. */
  drop(question: DueQuestion): Promise<void>;
  forget(organizationId: OrganizationId): Promise<void>;
  count(organizationId: OrganizationId): Promise<FrequentQuestionCounts>;
}
