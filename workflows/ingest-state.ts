import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import type { IngestProgress, InspectSourceResult } from '../core/contract/ingest-messages.js';
import type { Stage } from '../core/contract/states.js';
import { searchAttribute } from './search-attribute-keys.js';

/** What an operator sees of an ingest while it runs: the query, the current details and the search attributes. */
export class IngestState {
  #stage: Stage = 'accepted';
  #pagesTotal = 0;
  #pagesDone = 0;
  #recordsDone = 0;

  progress(): IngestProgress {
    return {
      stage: this.#stage,
      pagesTotal: this.#pagesTotal,
      pagesDone: this.#pagesDone,
      recordsDone: this.#recordsDone,
    };
  }

  /** Search attributes that are known once the source was looked at; names of policy and numbers only. */
  describe(organizationId: string, source: InspectSourceResult): void {
    if (source.shape === 'paged' || source.shape === 'reread') this.#pagesTotal = source.pageCount;
    upsertSearchAttributes([
      { key: searchAttribute.organization, value: organizationId },
      { key: searchAttribute.collection, value: source.collectionName },
      { key: searchAttribute.sourceType, value: source.sourceType },
      { key: searchAttribute.pages, value: this.#pagesTotal },
    ]);
  }

  enter(stage: Stage): void {
    if (stage === this.#stage) return;
    this.#stage = stage;
    upsertSearchAttributes([{ key: searchAttribute.stage, value: stage }]);
    this.#show();
  }

  pagesDone(count: number): void {
    this.#pagesDone += count;
    this.#show();
  }

  recordsDone(total: number): void {
    this.#recordsDone = total;
    this.#show();
  }

  screened(held: number): void {
    upsertSearchAttributes([{ key: searchAttribute.phiStatus, value: held > 0 ? 'suspected' : 'clear' }]);
  }

  #show(): void {
    const pages = this.#pagesTotal > 0 ? `, page ${this.#pagesDone} of ${this.#pagesTotal}` : '';
    const records = this.#recordsDone > 0 ? `, ${this.#recordsDone} records` : '';
    setCurrentDetails(`**${this.#stage}**${pages}${records}`);
  }
}
