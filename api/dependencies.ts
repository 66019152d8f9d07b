import type { FastifyBaseLogger } from 'fastify';
import type { OrganizationId } from '../core/contract/ids.js';
import type { Catalog } from '../core/ports/catalog.js';
import type { CollectionModels } from '../core/ports/collection-models.js';
import type { CertificateSigner } from '../core/ports/certificate-signer.js';
import type { Embedder } from '../core/ports/embedder.js';
import type { RerankingPort } from '../core/retrieval/rerank.js';
import type { WorkflowStarter } from '../core/ports/workflow-starter.js';
import type { ObjectStore } from '../core/ports/object-store.js';
import type { PassagePictures } from '../core/ports/passage-pictures.js';
import type { SealedTexts } from '../core/ports/sealed-texts.js';
import type { SourceStore } from '../core/ports/source-store.js';
import type { TokenCounters } from '../core/ports/token-counters.js';
import type { UploadStore } from '../core/ports/upload-store.js';
import type { VectorIndex, VectorStore } from '../core/ports/vector-index.js';
import type { WordLists } from '../core/ports/word-lists.js';
import type { WebhookReach } from '../core/webhooks/judge-webhook-url.js';
import type { Caching } from './cache/caching.js';
import type { Limiting } from './limits/limit-requests.js';
import type { SearchPlacesLimits } from './search/search-places.js';
import type { Payloads } from './schemas/codec.js';

/** Seals and opens Temporal's payloads, in protobuf's JSON form, for the Temporal UI. */
export interface Codec {
  encode(body: Payloads): Promise<PayloadsResult>;
  decode(body: Payloads): Promise<PayloadsResult>;
}

export interface PayloadsResult {
  readonly payloads: readonly { readonly metadata?: Readonly<Record<string, string>>; readonly data?: string }[];
}

/** An outside store behind its circuit breaker. */
export interface StoreStatus {
  readonly name: string;
  readonly state: 'closed' | 'half_open' | 'open';
  /** Times that it was left alone, since the process started. */
  readonly opened: number;
}

/** All that the API talks to; made at the composition root (server.ts), or by a test. */
export interface ApiDependencies {
  readonly catalog: Catalog;
  readonly vectorIndex: VectorIndex;
  /** That are set up: where vectors can be moved to. */
  readonly vectorStores: readonly VectorStore[];
  /** Of the stack; `null`: no model; searches run in text mode and say so. */
  readonly embedder: Embedder | null;
  /** Absent or `null`: hits stand as they were found. */
  readonly reranking?: RerankingPort | null;
  /** Name of the model that screening asks about names; `null`: rules alone. */
  readonly phiModel: string | null;
  /** The settings name a model that is not on this machine. Absent: they do not. */
  readonly embedderMissing?: boolean;
  /** The settings ask for a model for names of patients, and none is on this machine. Absent: it is, or they do not. */
  readonly phiModelMissing?: boolean;
  readonly collectionModels: CollectionModels;
  /** The tokenizers by which the size of a context can be measured. */
  readonly tokenCounters: TokenCounters;
  readonly objects: ObjectStore;
  /** Where `{uri}` uploads come from. */
  readonly sources: SourceStore;
  /** Takes large files in parts. */
  readonly uploads: UploadStore;
  /** Draws pages on which passages stand. */
  readonly pictures: PassagePictures;
  readonly starter: WorkflowStarter;
  /** How long a small upload waits for others to start with, at most; 0: each starts at once and alone. */
  readonly gatherUploadsMs: number;
  /** `null`: every search is worked out. */
  readonly caching: Caching | null;
  /** `null`: nobody is limited. */
  readonly limiting: Limiting | null;
  /** Addresses and networks whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[];
  /** Absent: the usual (api/search/search-places.ts). */
  readonly searchPlaces?: Partial<SearchPlacesLimits>;
  /** The outside stores, and whether they are asked; for health and metrics. */
  readonly stores: () => readonly StoreStatus[];
  /** Keyed hash of what screening found, or of what somebody says that it found (`spanIdentity`). */
  readonly hashSpan: (organizationId: OrganizationId, identity: string) => string;
  /** Keyed hash of a link to a page. */
  readonly hashLink: (text: string) => string;
  /** What chat services told, sealed. */
  readonly told: SealedTexts;
  readonly certificates: CertificateSigner;
  /** Hashes questions that were asked, and seals comments on their answers. */
  readonly questionTexts: SealedTexts;
  /** Seals questions that are asked often; absent or `null`: none is counted, and none answered ahead. */
  readonly frequentTexts?: SealedTexts | null;
  /** Names, which are no themes. */
  readonly wordLists: WordLists;
  /** Golden questions and their phrases, sealed. */
  readonly goldenTexts: SealedTexts;
  /** What signs messages to webhooks, sealed. */
  readonly webhookSecrets: SealedTexts;
  /** Where webhooks may lead to. */
  readonly webhooks: WebhookReach;
  readonly codec: Codec;
  /** Origin of the Temporal UI, the only one whose browser may call the codec; `null`: none. */
  readonly uiOrigin: string | null;
  /** What the Temporal UI has in its codec address instead of a key; `null`: the codec serves admin keys only. */
  readonly codecToken: string | null;
  /** Of a local stack, which proves to the command line that it has it; `null`: there is none. */
  readonly adminKey: string | null;
  /** Where the built console lies (dist/console); `null`: this process serves none. */
  readonly consoleFolder: string | null;
  /** Archive of the client's package (dist/client); `null`: this process serves none. */
  readonly clientPackage: string | null;
  readonly limits: {
    readonly uploadBytes: number;
    /** Of an upload in parts; absent: the usual (api/upload/part-plan.ts). S3 takes at least 5 MiB. */
    readonly partBytes?: number;
  };
  readonly log: FastifyBaseLogger;
  /** Of medindex; stands in every answer. */
  readonly version: string;
}
