import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import type { SyncProgress, SyncStage } from '../core/contract/sync-messages.js';
import { searchAttribute } from './search-attribute-keys.js';

/** What an operator sees of a sync while it runs: the query, the current details and the search attributes. */
export class SyncState {
  #stage: SyncStage = 'accepted';
  #listed = 0;
  #started = 0;
  #ended = 0;

  /** `before`: what an execution before this one has counted. */
  constructor(before?: Omit<SyncProgress, 'stage'>) {
    this.#listed = before?.listed ?? 0;
    this.#started = before?.started ?? 0;
    this.#ended = before?.ended ?? 0;
  }

  progress(): SyncProgress {
    return { stage: this.#stage, listed: this.#listed, started: this.#started, ended: this.#ended };
  }

  enter(stage: SyncStage): void {
    this.#stage = stage;
    upsertSearchAttributes([{ key: searchAttribute.stage, value: stage }]);
    this.#show();
  }

  listed(count: number): void {
    this.#listed += count;
    this.#show();
  }

  /** Counts a piece of work from its start to its end. */
  async during(work: () => Promise<void>): Promise<void> {
    this.#started += 1;
    this.#show();
    try {
      await work();
    } finally {
      this.#ended += 1;
      this.#show();
    }
  }

  #show(): void {
    const { stage, listed, started, ended } = this.progress();
    setCurrentDetails(`**${stage}**, ${listed} sources listed, ${ended} of ${started} pieces of work done`);
  }
}
