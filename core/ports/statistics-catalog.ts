import type { FailureCode } from '../contract/failures.js';
import type { CollectionId, RunId } from '../contract/ids.js';
import type { FinalRunState, Stage } from '../contract/states.js';
import type { AccessScope } from './access-scope.js';

/** Runs that read a source; days are UTC, `YYYY-MM-DD`, and those without any are left out. */
export interface RunStatistics {
  readonly accepted: readonly { readonly day: string; readonly runs: number }[];
  readonly ended: readonly {
    readonly day: string;
    readonly state: FinalRunState;
    readonly runs: number;
    readonly pages: number;
    readonly records: number;
  }[];
  /** Of the last hour. What a run has read counts in the minute in which it ended. */
  readonly minutes: readonly {
    readonly minute: Date;
    readonly runs: number;
    readonly pages: number;
    readonly records: number;
  }[];
  /** Runs that are under way. */
  readonly underWay: readonly { readonly stage: Stage; readonly runs: number; readonly pagesLeft: number }[];
  readonly failures: readonly FailureCount[];
}

export interface FailureCount {
  readonly code: FailureCode;
  /** That ended in these days. */
  readonly runs: number;
  /** The newest of their sources, so that they can be tried again; of whatever age. */
  readonly open: number;
}

/** Published documents of a collection, and how many of them somebody should look over. */
export interface ContentCount {
  readonly collection: string;
  readonly documents: number;
  /** `null`: its documents are not looked over in turns. */
  readonly reviewCycleDays: number | null;
  /** The review cycle is over. */
  readonly overdue: number;
  /** It is over within thirty days. */
  readonly dueSoon: number;
  /** Another document has taken their place. */
  readonly superseded: number;
}

export interface StatisticsAsked {
  /** Days, both included. */
  readonly from: string;
  readonly to: string;
  readonly collectionId?: CollectionId;
}

export interface FailedRuns {
  readonly code: FailureCode;
  readonly collectionId?: CollectionId;
  readonly limit: number;
  /** Sequence of the last one seen. */
  readonly before?: number;
}

/** Counts over what the scope may see; the lists say the same of each row. */
export interface StatisticsCatalog {
  ofRuns(scope: AccessScope, asked: StatisticsAsked): Promise<RunStatistics>;
  ofContent(scope: AccessScope, asked: Pick<StatisticsAsked, 'collectionId'>): Promise<ContentCount[]>;
  /** Failed runs that are the newest of their source and whose original is there, newest first. */
  openFailures(scope: AccessScope, asked: FailedRuns): Promise<{ readonly runId: RunId; readonly sequence: number }[]>;
}
