import type { AnswerCatalog } from './answer-catalog.js';
import type { AuditLog } from './audit-log.js';
import type { CacheCatalog } from './cache-catalog.js';
import type { CandidateCatalog } from './candidate-catalog.js';
import type { CollectionCatalog } from './collection-catalog.js';
import type { DocumentCatalog } from './document-catalog.js';
import type { ErasureCatalog } from './erasure-catalog.js';
import type { FrequentQuestionCatalog } from './frequent-question-catalog.js';
import type { GoldenQuestionCatalog } from './golden-question-catalog.js';
import type { KeyCatalog } from './key-catalog.js';
import type { LexicalIndex } from './lexical-index.js';
import type { OrphanCatalog } from './orphan-catalog.js';
import type { QuestionCatalog } from './question-catalog.js';
import type { RescreenCatalog } from './rescreen-catalog.js';
import type { ReviewCatalog } from './review-catalog.js';
import type { RunCatalog } from './run-catalog.js';
import type { StatisticsCatalog } from './statistics-catalog.js';
import type { SyncCatalog } from './sync-catalog.js';
import type { UploadCatalog } from './upload-catalog.js';
import type { UsageCatalog } from './usage-catalog.js';
import type { VectorIndexCatalog } from './vector-index-catalog.js';
import type { VersionCatalog } from './version-catalog.js';
import type { WebhookCatalog } from './webhook-catalog.js';

/** All that Postgres knows, by role. It has no fake: tests run on a real Postgres, faults are injected by a wrapper. */
export interface Catalog {
  readonly collections: CollectionCatalog;
  readonly runs: RunCatalog;
  readonly syncs: SyncCatalog;
  readonly versions: VersionCatalog;
  readonly documents: DocumentCatalog;
  readonly lexical: LexicalIndex;
  readonly candidates: CandidateCatalog;
  readonly vectorIndexes: VectorIndexCatalog;
  readonly uploads: UploadCatalog;
  readonly keys: KeyCatalog;
  readonly erasures: ErasureCatalog;
  readonly orphans: OrphanCatalog;
  readonly reviews: ReviewCatalog;
  readonly rescreens: RescreenCatalog;
  readonly audit: AuditLog;
  readonly answers: AnswerCatalog;
  readonly goldenQuestions: GoldenQuestionCatalog;
  readonly questions: QuestionCatalog;
  readonly cache: CacheCatalog;
  readonly frequentQuestions: FrequentQuestionCatalog;
  readonly usage: UsageCatalog;
  readonly webhooks: WebhookCatalog;
  readonly statistics: StatisticsCatalog;
  /** Throws `Failure DATABASE_UNAVAILABLE` when the database does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
