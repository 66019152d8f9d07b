import type { OrganizationId } from '../core/contract/ids.js';
import type { WebhookRef } from '../core/contract/webhooks.js';
import type { Catalog } from '../core/ports/catalog.js';
import type { CollectionModels } from '../core/ports/collection-models.js';
import type { DocumentReader } from '../core/ports/document-reader.js';
import type { Embedder, Tokenizer } from '../core/ports/embedder.js';
import type { RerankingPort } from '../core/retrieval/rerank.js';
import type { LocalFiles } from '../core/ports/local-files.js';
import type { ObjectStore } from '../core/ports/object-store.js';
import type { OcrEngine } from '../core/ports/ocr-engine.js';
import type { SealedTexts } from '../core/ports/sealed-texts.js';
import type { SourceStore } from '../core/ports/source-store.js';
import type { VectorIndex } from '../core/ports/vector-index.js';
import type { ScreeningTools } from '../core/screening/screen-reading.js';
import type { WebhookSender } from '../core/ports/webhook-sender.js';
import type { WorkflowStarter } from '../core/ports/workflow-starter.js';

/** How much one file may ask of the system. */
export interface IngestLimits {
  readonly maxPages: number;
  readonly maxSourceBytes: number;
  /** One call of the reader (a batch of pages or records) is killed past it. */
  readonly readDeadlineMs: number;
}

/** What the activities of syncs need besides. */
export interface SyncDependencies {
  readonly catalog: Catalog;
  readonly sources: SourceStore;
}

/** What the activities of reading need (queues `io` and `ocr`). */
export interface ReadingDependencies {
  readonly catalog: Catalog;
  readonly objects: ObjectStore;
  readonly localFiles: LocalFiles;
  readonly reader: DocumentReader;
  readonly limits: IngestLimits;
}

export interface OcrDependencies extends ReadingDependencies {
  readonly ocr: OcrEngine;
  /** Tesseract's codes. */
  readonly ocrLanguages: readonly string[];
}

export interface ScreeningDependencies {
  readonly catalog: Catalog;
  readonly objects: ObjectStore;
  readonly localFiles: LocalFiles;
  readonly screening: ScreeningTools;
  /** Begins the reviews of what is held. */
  readonly starter: WorkflowStarter;
  readonly hashSpan: SpanHasher;
}

/** Keyed hash of a span's words (`spanIdentity`), 64 hex digits: whoever lacks the keys cannot tell a word by it. */
export type SpanHasher = (organizationId: OrganizationId, identity: string) => string;

/** What the activities of reviews need. */
export type ReviewingDependencies = ScreeningDependencies & ChunkingDependencies;

export interface ChunkingDependencies {
  readonly catalog: Catalog;
  readonly objects: ObjectStore;
  readonly tokenizer: Tokenizer;
  readonly collectionModels: CollectionModels;
}

export interface EmbeddingDependencies {
  readonly catalog: Catalog;
  readonly vectorIndex: VectorIndex;
  /** Of the stack; `null`: text mode, nothing is embedded. */
  readonly embedder: Embedder | null;
  readonly collectionModels: CollectionModels;
}

/** What the checks of golden questions need (queue `embed`). */
export interface GoldenCheckDependencies extends EmbeddingDependencies {
  /** Golden questions and their phrases, sealed. */
  readonly goldenTexts: SealedTexts;
  /** Answers are checked as searches give them. Absent or `null`: there is no reranker. */
  readonly reranking?: RerankingPort | null;
}

/** What publishing needs: golden questions may hold a version back. */
export interface PublishingDependencies extends CatalogDependency {
  readonly goldenTexts: SealedTexts;
}

/** What the activities of moves of vectors need. */
export interface MovingDependencies extends GoldenCheckDependencies {
  readonly objects: ObjectStore;
}

/** What the warming of answers needs. */
export interface WarmingDependencies {
  readonly catalog: Catalog;
  /** Of an organization; 0: none, and what was counted is forgotten. */
  readonly warmQuestions: number;
}

export interface ReconcilingDependencies {
  readonly catalog: Catalog;
  readonly starter: WorkflowStarter;
}

/** What telling webhooks needs (queue `webhooks`). */
export interface WebhookDependencies extends ReconcilingDependencies {
  readonly sender: WebhookSender;
  /** What signs, sealed for its webhook. */
  readonly webhookSecrets: SealedTexts;
  /** Tells those who run the system. */
  readonly tellOfWebhook: (notice: WebhookNotice) => void;
}

/** `disabled`: nothing is sent any more (the code says why). `secret_unreadable`: one of its secrets could not be opened. */
export interface WebhookNotice extends WebhookRef {
  readonly what: 'disabled' | 'secret_unreadable';
  readonly code: string;
}

export interface ErasureDependencies {
  readonly catalog: Catalog;
  readonly vectorIndex: VectorIndex;
  readonly objects: ObjectStore;
  readonly localFiles: LocalFiles;
}

export interface MaintenanceDependencies {
  readonly vectorIndex: VectorIndex;
}

export interface CatalogDependency {
  readonly catalog: Catalog;
}
