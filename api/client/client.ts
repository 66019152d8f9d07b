import type { AccountBody, CertificateBody, CertificateKeyBody } from '../schemas/account.js';
import type {
  AskedCheck,
  DeclareGoldenQuestion,
  GoldenQuestionBody,
  GoldenQuestionList,
} from '../schemas/golden-question.js';
import type { FeedbackList, FeedbackReceipt, GiveFeedback, StatisticsBody } from '../schemas/question.js';
import type { AnswerBody, FoundAnswer, KeepAnswer, LookUpAnswer, RecalledList } from '../schemas/answer.js';
import type { PhiAccessList } from '../schemas/audit.js';
import type { ChangeList, ChangesQuery } from '../schemas/changes.js';
import type { CacheStats } from '../schemas/cache.js';
import type { ChunkBody, ChunkList } from '../schemas/chunk.js';
import type { ChangeCollection, CollectionBody, CollectionList, CreateCollection } from '../schemas/collection.js';
import type {
  ConfirmReceipt,
  DeletionReceipt,
  DocumentBody,
  DocumentList,
  DocumentQuery,
  DocumentText,
  PageList,
  PartialReceipt,
  RereadPage,
} from '../schemas/document.js';
import type { ContextData, ContextRequest } from '../schemas/context.js';
import type { LimitsBody, UsageBody } from '../schemas/limits.js';
import type { Meta } from '../schemas/envelope.js';
import type { CreatedKey, CreateKey, CurrentKey, KeyList } from '../schemas/key.js';
import type {
  DecidedReview,
  DecidedReviews,
  DecideReview,
  DecideReviews,
  RecogniserList,
  ReviewBody,
  ReviewDetailBody,
  ReviewList,
  ReviewQuery,
} from '../schemas/review.js';
import type { RunEvent } from '../schemas/run-events.js';
import type { ActBody, RecordList, RetriedRun, RunBody, RunList, RunSummaryBody } from '../schemas/run.js';
import type { RetriedRuns, RetryRuns, RunStatisticsBody } from '../schemas/statistics.js';
import type { MakePageLinks, PageLinkList } from '../schemas/page-link.js';
import type { SearchData, SearchRequest, VectorIndexBody } from '../schemas/search.js';
import type { DeepHealth, ProofBody } from '../schemas/health.js';
import type { AcceptedSync, StartSync, SyncBody } from '../schemas/sync.js';
import type { AcceptedUpload, IngestUri } from '../schemas/upload.js';
import type { AcceptedRescreen, StartRescreen } from '../schemas/rescreen.js';
import type {
  AcceptedMove,
  ComparisonReport,
  DecidedMove,
  GenerationList,
  MoveEstimateBody,
  MoveTarget,
  StartMove,
} from '../schemas/vector-index.js';
import type { MoveVerdict } from '../../core/contract/move-messages.js';
import type { VersionList } from '../schemas/version.js';
import type { Plan } from '../../core/contract/plans.js';
import type { WebhookDeliveryState } from '../../core/contract/webhooks.js';
import type {
  AddedWebhook,
  AddWebhook,
  ChangeWebhook,
  DeliveryBody,
  DeliveryList,
  WebhookBody,
  WebhookList,
} from '../schemas/webhook.js';
import type { BeginUpload, UploadBody } from '../schemas/upload-session.js';
import { ApiRefusal, ApiUnreachable, type Success } from './answers.js';
import { parseEventStream } from './event-stream.js';
import { type ClientOptions, pause, type Request, Transport } from './transport.js';

export { ApiRefusal, ApiUnreachable } from './answers.js';
export type { ClientOptions } from './transport.js';
export type { AnswerBody, FoundAnswer, KeepAnswer, RecalledList } from '../schemas/answer.js';
export type { HitBody } from '../schemas/chunk.js';
export type { CitationBody, ContextData, ContextRequest } from '../schemas/context.js';
export type { SearchData, SearchRequest } from '../schemas/search.js';

export interface SearchMeta extends Meta {
  readonly mode: 'hybrid' | 'vector' | 'text';
  readonly cache: 'l1' | 'l2' | 'l3' | 'semantic' | 'miss';
  readonly vectorIndex: VectorIndexBody | null;
  readonly asOf: string;
  /** Why nothing was found. */
  readonly hint?: string;
  readonly degraded?: string;
}

export interface ContextMeta extends SearchMeta {
  readonly tokens: { readonly used: number; readonly max: number; readonly tokenizer: string; readonly exact: boolean };
}

/** Everything but an upload is answered within a second or two; a minute means that nobody will. */
const CALL_TIMEOUT_MS = 60_000;
/** The largest upload (512 MB) over a line of 2 Mbit/s takes about this long. */
export const UPLOAD_TIMEOUT_MS = 45 * 60_000;

/** A part of 16 MiB over a line of 2 Mbit/s takes 67 s. */
const PART_TIMEOUT_MS = 10 * 60_000;

/** What is only asked, although with a body. */
const QUESTIONS: ReadonlySet<string> = new Set(['/v1/search', '/v1/context', '/v1/answers/lookup', '/v1/page-links']);

/** Between two attempts at an event stream, as the server asks for it. */
const STREAM_PAUSE_MS = 1_000;
/** A stack that restarts a part is back within seconds; a run goes on meanwhile. */
const MAX_SILENCE_MS = 60_000;

/**
 * A client of the query API, typed by the schemas of its routes, for Node and browsers alike (files of a disk: `FileClient`).
 * Errors: `ApiRefusal`, `ApiUnreachable`.
 */
export class MedindexClient {
  readonly #options: ClientOptions;
  readonly #transport: Transport;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#transport = new Transport(options);
  }

  /** Address of the system, without a slash at its end. */
  get url(): string {
    return this.#transport.url;
  }

  /** The same client, all of whose calls end with the signal: for what a user stops waiting for. */
  endedBy(signal: AbortSignal): MedindexClient {
    const { signal: own } = this.#options;
    return new MedindexClient({ ...this.#options, signal: own ? AbortSignal.any([own, signal]) : signal });
  }

  async search(request: SearchRequest): Promise<{ data: SearchData; meta: SearchMeta }> {
    return this.#call<SearchData, SearchMeta>('POST', '/v1/search', request);
  }

  /** Keeps what was told, bound to the passages that it cites. */
  async keepAnswer(answer: KeepAnswer): Promise<AnswerBody> {
    return (await this.#call<AnswerBody>('POST', '/v1/answers', answer)).data;
  }

  /** An answer that was given before and still holds. */
  async lookUpAnswer(question: LookUpAnswer): Promise<FoundAnswer> {
    return (await this.#call<FoundAnswer>('POST', '/v1/answers/lookup', question)).data;
  }

  /** Answers told since a day (`YYYY-MM-DD`, UTC) that rest on what was withdrawn since; `cursor`: the `next` of the page before. */
  recalledAnswers({ since, cursor }: { since?: string; cursor?: string } = {}): Promise<RecalledList> {
    const asked = { ...(since === undefined ? {} : { since }), ...(cursor === undefined ? {} : { cursor }) };
    return this.#get(`/v1/answers/recalled?${new URLSearchParams(asked).toString()}`);
  }

  /** Says whether an answer helped. */
  async giveFeedback(feedback: GiveFeedback): Promise<FeedbackReceipt> {
    return (await this.#call<FeedbackReceipt>('POST', '/v1/feedback', feedback)).data;
  }

  /** `cursor`: the `next` of the page before. */
  feedback(filter: { verdict?: 'up' | 'down' | 'missing'; cursor?: string } = {}): Promise<FeedbackList> {
    return this.#get(`/v1/feedback?${new URLSearchParams(filter).toString()}`);
  }

  /** Days as `YYYY-MM-DD`, UTC; by default the last thirty. */
  questionStatistics(days: { from?: string; to?: string } = {}): Promise<StatisticsBody> {
    return this.#get(`/v1/questions/statistics?${new URLSearchParams(days).toString()}`);
  }

  /** Declares a question whose answer must be found; the same question again changes what is expected. */
  async declareGoldenQuestion(declared: DeclareGoldenQuestion): Promise<GoldenQuestionBody> {
    return (await this.#call<GoldenQuestionBody>('POST', '/v1/golden-questions', declared)).data;
  }

  /** `cursor`: the `next` of the page before. */
  goldenQuestions(
    filter: { collection?: string; state?: 'unchecked' | 'found' | 'lost'; limit?: string; cursor?: string } = {},
  ): Promise<GoldenQuestionList> {
    return this.#get(`/v1/golden-questions?${new URLSearchParams(filter).toString()}`);
  }

  /** Begins within half a minute; a question that was asked has a later `checkedAt` than `askedAt`. */
  async checkGoldenQuestions(collection: string): Promise<AskedCheck> {
    return (await this.#call<AskedCheck>('POST', '/v1/golden-questions/check', { collection })).data;
  }

  async removeGoldenQuestion(goldenQuestionId: string): Promise<void> {
    await this.#call('DELETE', `/v1/golden-questions/${encodeURIComponent(goldenQuestionId)}`);
  }

  /** A search packed for the prompt of a language model. */
  async context(request: ContextRequest): Promise<{ data: ContextData; meta: ContextMeta }> {
    return this.#call<ContextData, ContextMeta>('POST', '/v1/context', request);
  }

  /** Takes in an object that lies in a bucket, or in a folder of the machine that medindex runs on. */
  async ingestUri(input: IngestUri): Promise<AcceptedUpload> {
    return (await this.#call<AcceptedUpload>('POST', '/v1/documents/from-uri', input)).data;
  }

  /** What only a system with the local admin key can answer (api/stack-proof.ts). */
  async stackProof(nonce: string): Promise<string> {
    return (await this.#get<ProofBody>(`/health/proof${queryString({ nonce })}`)).proof;
  }

  async beginUpload(upload: BeginUpload): Promise<UploadBody> {
    return (await this.#call<UploadBody>('POST', '/v1/uploads', upload)).data;
  }

  async getUpload(uploadId: string): Promise<UploadBody> {
    return this.#get(`/v1/uploads/${encodeURIComponent(uploadId)}`);
  }

  /** Hashing a file of some gigabytes takes the server a minute. */
  async completeUpload(uploadId: string): Promise<AcceptedUpload> {
    const path = `/v1/uploads/${encodeURIComponent(uploadId)}/complete`;
    const timeoutMs = UPLOAD_TIMEOUT_MS;
    return (await this.request<Success<AcceptedUpload>>(path, { method: 'POST', timeoutMs })).data;
  }

  async abortUpload(uploadId: string): Promise<void> {
    await this.#call('DELETE', `/v1/uploads/${encodeURIComponent(uploadId)}`);
  }

  /** Sends bytes to the address of a part: one of the API's own gets the key, any other nothing but the bytes. */
  async putPart(url: string, bytes: Uint8Array): Promise<void> {
    // Shared memory is what `fetch` does not take, and nobody hands it in.
    const body = bytes as Uint8Array<ArrayBuffer>;
    if (url.startsWith('/')) {
      const headers = { 'content-type': 'application/octet-stream' };
      await this.request(url, { method: 'PUT', headers, body, timeoutMs: PART_TIMEOUT_MS });
      return;
    }
    let response: Response;
    try {
      response = await fetch(url, { method: 'PUT', body, signal: AbortSignal.timeout(PART_TIMEOUT_MS) });
      await response.arrayBuffer();
    } catch (error) {
      throw new ApiUnreachable(new URL(url).origin, error);
    }
    if (!response.ok) {
      throw new ApiRefusal(response.status, 'STORE_REFUSED', 'The object store refused a part of the file.', 'none');
    }
  }

  async run(runId: string): Promise<RunBody> {
    return this.#get(`/v1/runs/${encodeURIComponent(runId)}`);
  }

  /** A run of any kind. */
  async anyRun(runId: string): Promise<RunBody | SyncBody | ActBody> {
    return this.#get(`/v1/runs/${encodeURIComponent(runId)}`);
  }

  /**
   * What happens to a run, until its `end`. A line that breaks is taken up again where it broke, also after the server was
   * restarted. Errors: `ApiRefusal`; `ApiUnreachable` once nothing answered for a minute.
   */
  async *runEvents(runId: string, options: { signal?: AbortSignal } = {}): AsyncGenerator<RunEvent> {
    const { signal } = options;
    const path = `/v1/runs/${encodeURIComponent(runId)}/events`;
    let lastId: string | null = null;
    let heardMs = performance.now();
    for (;;) {
      try {
        for await (const { id, event, data } of parseEventStream(await this.#openStream(path, lastId, signal))) {
          heardMs = performance.now();
          lastId = id ?? lastId;
          yield { event, data: JSON.parse(data) as unknown } as RunEvent;
          if (event === 'end') return;
        }
        heardMs = performance.now();
      } catch (error) {
        signal?.throwIfAborted();
        this.#options.signal?.throwIfAborted();
        // A server that stops answers so, and the next one takes over.
        const isPassing = error instanceof ApiRefusal ? error.status === 503 : true;
        if (!isPassing || performance.now() - heardMs > MAX_SILENCE_MS) throw error;
      }
      await pause(STREAM_PAUSE_MS, signal);
    }
  }

  async runs(
    query: { collection?: string; state?: string; kind?: string; limit?: number; cursor?: string } = {},
  ): Promise<RunList> {
    return this.#get(`/v1/runs${queryString(query)}`);
  }

  /** Runs that read a source, newest first; no acts such as erasures. */
  async ingestRuns(
    query: { collection?: string; state?: string; limit?: number; cursor?: string } = {},
  ): Promise<{ readonly runs: readonly RunSummaryBody[]; readonly next: string | null }> {
    return this.#get(`/v1/runs${queryString({ ...query, kind: 'ingest' })}`);
  }

  async runRecords(
    runId: string,
    query: { outcome?: string; limit?: number; cursor?: string } = {},
  ): Promise<RecordList> {
    return this.#get(`/v1/runs/${encodeURIComponent(runId)}/records${queryString(query)}`);
  }

  /** The vector indexes of all collections or of one, and the moves that are under way. */
  async vectorIndexes(collection?: string): Promise<GenerationList> {
    return this.#get(`/v1/vector-indexes${queryString({ collection })}`);
  }

  /** Embeds a few passages to see how long all of them take. */
  async estimateMove(target: MoveTarget): Promise<MoveEstimateBody> {
    return (await this.#call<MoveEstimateBody>('POST', '/v1/vector-indexes/estimate', target)).data;
  }

  async startMove(move: StartMove): Promise<AcceptedMove> {
    return (await this.#call<AcceptedMove>('POST', '/v1/vector-indexes', move)).data;
  }

  /** Screens what is live in a collection again. */
  async startRescreen(collection: string, options: StartRescreen = {}): Promise<AcceptedRescreen> {
    const path = `/v1/collections/${encodeURIComponent(collection)}/rescreen`;
    return (await this.#call<AcceptedRescreen>('POST', path, options)).data;
  }

  async comparison(vectorIndexId: string): Promise<ComparisonReport> {
    return this.#get(`/v1/vector-indexes/${encodeURIComponent(vectorIndexId)}/comparison`);
  }

  async decideMove(vectorIndexId: string, verdict: MoveVerdict): Promise<DecidedMove> {
    const path = `/v1/vector-indexes/${encodeURIComponent(vectorIndexId)}/${verdict}`;
    return (await this.#call<DecidedMove>('POST', path)).data;
  }

  /** An ingest, a sync with all its runs, a rescreen, or a move of vectors. */
  async cancelRun(runId: string): Promise<RunBody | SyncBody | ActBody> {
    return (await this.#call<RunBody | SyncBody | ActBody>('POST', `/v1/runs/${encodeURIComponent(runId)}/cancel`))
      .data;
  }

  async retryRun(runId: string): Promise<RetriedRun> {
    return (await this.#call<RetriedRun>('POST', `/v1/runs/${encodeURIComponent(runId)}/retry`)).data;
  }

  /** Tries again what failed for one reason, at most a hundred; `next` goes on. */
  async retryRuns(asked: RetryRuns): Promise<RetriedRuns> {
    return (await this.#call<RetriedRuns>('POST', '/v1/runs/retries', asked)).data;
  }

  /** Days as `YYYY-MM-DD`, UTC; by default the last thirty. */
  async statistics(query: { from?: string; to?: string; collection?: string } = {}): Promise<RunStatisticsBody> {
    return this.#get(`/v1/statistics${queryString(query)}`);
  }

  async document(documentId: string): Promise<DocumentBody> {
    return this.#get(`/v1/documents/${encodeURIComponent(documentId)}`);
  }

  async documents(query: DocumentQuery = {}): Promise<DocumentList> {
    return this.#get(`/v1/documents${queryString(query)}`);
  }

  async documentVersions(documentId: string, query: { limit?: number; cursor?: string } = {}): Promise<VersionList> {
    return this.#get(`/v1/documents/${encodeURIComponent(documentId)}/versions${queryString(query)}`);
  }

  /** What a version says otherwise than the one published before it, or than another document: changed numbers first. */
  async documentChanges(documentId: string, query: ChangesQuery = {}): Promise<ChangeList> {
    return this.#get(`/v1/documents/${encodeURIComponent(documentId)}/changes${queryString(query)}`);
  }

  /** The file that a document was read from, under the name it came with. */
  async documentSource(documentId: string): Promise<{ fileName: string; bytes: AsyncIterable<Uint8Array> }> {
    const path = `/v1/documents/${encodeURIComponent(documentId)}/source`;
    const response = await this.#openBytes(path, { accept: '*/*' });
    const name = /filename\*=UTF-8''([^;]+)/.exec(response.headers.get('content-disposition') ?? '')?.[1];
    return { fileName: name === undefined ? documentId : decodeURIComponent(name), bytes: piecesOf(response) };
  }

  /** A PNG of a page, with a passage marked where one is named. */
  async pagePicture(
    of: { chunkId: string; page?: number } | { documentId: string; page: number },
    options: { dpi?: number; signal?: AbortSignal } = {},
  ): Promise<Blob> {
    const { dpi, signal } = options;
    const path =
      'chunkId' in of
        ? `/v1/chunks/${encodeURIComponent(of.chunkId)}/page.png${queryString({ page: of.page, dpi })}`
        : `/v1/documents/${encodeURIComponent(of.documentId)}/pages/${of.page}/page.png${queryString({ dpi })}`;
    return (await this.#openBytes(path, { accept: 'image/png' }, signal)).blob();
  }

  /** Addresses of pictures that a browser can load by itself, in the order of the pages; each begins with {@link url}. */
  async pageLinks(request: MakePageLinks): Promise<PageLinkList> {
    const { data } = await this.#call<PageLinkList>('POST', '/v1/page-links', request);
    return { ...data, links: data.links.map((link) => ({ ...link, url: `${this.url}${link.url}` })) };
  }

  async documentText(documentId: string): Promise<DocumentText> {
    return this.#get(`/v1/documents/${encodeURIComponent(documentId)}/text`);
  }

  /** `version`: `live` (the default), `newest`, or the id of one. */
  async documentPages(documentId: string, query: { version?: string } = {}): Promise<PageList> {
    return this.#get(`/v1/documents/${encodeURIComponent(documentId)}/pages${queryString(query)}`);
  }

  /** What became of every word of the source. `version` as above. */
  async documentAccount(documentId: string, query: { version?: string } = {}): Promise<AccountBody> {
    return this.#get(`/v1/documents/${encodeURIComponent(documentId)}/account${queryString(query)}`);
  }

  async documentCertificate(documentId: string, query: { version?: string } = {}): Promise<CertificateBody> {
    return this.#get(`/v1/documents/${encodeURIComponent(documentId)}/certificate${queryString(query)}`);
  }

  /** The public key by which certificates of this system are checked. */
  async certificateKey(): Promise<CertificateKeyBody> {
    return this.#get('/v1/certificates/key');
  }

  /** All passages, whatever number of pages they come in; with `limit` or `cursor` one page. */
  async documentChunks(documentId: string, query: { limit?: number; cursor?: string } = {}): Promise<ChunkList> {
    const path = `/v1/documents/${encodeURIComponent(documentId)}/chunks`;
    const first = await this.#get<ChunkList>(`${path}${queryString(query)}`);
    if (query.limit !== undefined || query.cursor !== undefined) return first;
    const chunks = [...first.chunks];
    for (let next = first.next; next !== null;) {
      const page = await this.#get<ChunkList>(`${path}${queryString({ cursor: next })}`);
      chunks.push(...page.chunks);
      next = page.next;
    }
    return { chunks, next: null };
  }

  async rereadPage(documentId: string, page: number, method: RereadPage['method']): Promise<AcceptedUpload> {
    const path = `/v1/documents/${encodeURIComponent(documentId)}/pages/${page}/reread`;
    return (await this.#call<AcceptedUpload>('POST', path, { method })).data;
  }

  async publishPartial(documentId: string): Promise<PartialReceipt> {
    const path = `/v1/documents/${encodeURIComponent(documentId)}/publish-partial`;
    return (await this.#call<PartialReceipt>('POST', path)).data;
  }

  /** Says that the live version was looked over and still holds: its review cycle begins again. */
  async confirmDocument(documentId: string): Promise<ConfirmReceipt> {
    const path = `/v1/documents/${encodeURIComponent(documentId)}/confirm`;
    return (await this.#call<ConfirmReceipt>('POST', path)).data;
  }

  async deleteDocument(documentId: string): Promise<DeletionReceipt> {
    return (await this.#call<DeletionReceipt>('DELETE', `/v1/documents/${encodeURIComponent(documentId)}`)).data;
  }

  /** The queue of held versions; needs the scope `phi:review`, as all calls of reviews do. */
  async reviews(query: ReviewQuery = {}): Promise<ReviewList> {
    return this.#get(`/v1/reviews${queryString(query)}`);
  }

  async recognisers(): Promise<RecogniserList> {
    return this.#get('/v1/reviews/recognisers');
  }

  /** Shows suspected patient data: the look is put on record. */
  async review(reviewId: string): Promise<ReviewDetailBody> {
    return this.#get(`/v1/reviews/${encodeURIComponent(reviewId)}`);
  }

  async decideReview(reviewId: string, decision: DecideReview): Promise<DecidedReview> {
    const path = `/v1/reviews/${encodeURIComponent(reviewId)}/decision`;
    return (await this.#call<DecidedReview>('POST', path, decision)).data;
  }

  async decideReviews(decisions: DecideReviews): Promise<DecidedReviews> {
    return (await this.#call<DecidedReviews>('POST', '/v1/reviews/decisions', decisions)).data;
  }

  async claimReview(reviewId: string, minutes?: number): Promise<ReviewBody> {
    const path = `/v1/reviews/${encodeURIComponent(reviewId)}/claim`;
    return (await this.#call<ReviewBody>('POST', path, minutes === undefined ? {} : { minutes })).data;
  }

  /** Who looked at patient data, the oldest first. */
  async phiAccesses(query: { limit?: number; cursor?: string } = {}): Promise<PhiAccessList> {
    return this.#get(`/v1/audit/phi-access${queryString(query)}`);
  }

  async chunk(chunkId: string): Promise<ChunkBody> {
    return this.#get(`/v1/chunks/${encodeURIComponent(chunkId)}`);
  }

  async collections(): Promise<CollectionList> {
    return this.#get('/v1/collections');
  }

  async startSync(collection: string, sync: StartSync): Promise<AcceptedSync> {
    return (await this.#call<AcceptedSync>('POST', `/v1/collections/${encodeURIComponent(collection)}/sync`, sync))
      .data;
  }

  async sync(runId: string): Promise<SyncBody> {
    return this.#get(`/v1/runs/${encodeURIComponent(runId)}`);
  }

  async changeCollection(name: string, changes: ChangeCollection): Promise<CollectionBody> {
    return (await this.#call<CollectionBody>('PATCH', `/v1/collections/${encodeURIComponent(name)}`, changes)).data;
  }

  /** How each part stands. Errors: `ApiRefusal UNHEALTHY` while one is down. */
  async deepHealth(): Promise<DeepHealth> {
    return this.#get('/health/deep');
  }

  async currentKey(): Promise<CurrentKey> {
    return this.#get('/v1/keys/current');
  }

  /** How often answers were found in the cache, of the process that answers. */
  cacheStats(): Promise<CacheStats> {
    return this.#get('/v1/cache/stats');
  }

  /** What the key has asked for this month. */
  usage(): Promise<UsageBody> {
    return this.#get('/v1/usage');
  }

  limits(): Promise<LimitsBody> {
    return this.#get('/v1/limits');
  }

  webhooks(): Promise<WebhookList> {
    return this.#get('/v1/webhooks');
  }

  webhook(webhookId: string): Promise<WebhookBody> {
    return this.#get(`/v1/webhooks/${encodeURIComponent(webhookId)}`);
  }

  /** The answer is the only one that ever holds the secret. */
  async addWebhook(webhook: AddWebhook): Promise<AddedWebhook> {
    return (await this.#call<AddedWebhook>('POST', '/v1/webhooks', webhook)).data;
  }

  async changeWebhook(webhookId: string, change: ChangeWebhook): Promise<WebhookBody> {
    return (await this.#call<WebhookBody>('PATCH', `/v1/webhooks/${encodeURIComponent(webhookId)}`, change)).data;
  }

  /** The answer is the only one that ever holds the new secret. */
  async rotateWebhookSecret(webhookId: string, overlapHours?: number): Promise<AddedWebhook> {
    const body = overlapHours === undefined ? {} : { overlapHours };
    return (await this.#call<AddedWebhook>('POST', `/v1/webhooks/${encodeURIComponent(webhookId)}/rotate`, body)).data;
  }

  async testWebhook(webhookId: string): Promise<DeliveryBody> {
    return (await this.#call<DeliveryBody>('POST', `/v1/webhooks/${encodeURIComponent(webhookId)}/test`)).data;
  }

  /** `cursor`: the `next` of the page before. */
  webhookDeliveries(
    webhookId: string,
    filter: { state?: WebhookDeliveryState; limit?: string; cursor?: string } = {},
  ): Promise<DeliveryList> {
    const query = new URLSearchParams(filter).toString();
    return this.#get(`/v1/webhooks/${encodeURIComponent(webhookId)}/deliveries?${query}`);
  }

  async redeliverWebhook(webhookId: string, deliveryId: string): Promise<DeliveryBody> {
    const path = `/v1/webhooks/${encodeURIComponent(webhookId)}/deliveries/${encodeURIComponent(deliveryId)}/redeliver`;
    return (await this.#call<DeliveryBody>('POST', path)).data;
  }

  async removeWebhook(webhookId: string): Promise<void> {
    await this.#call('DELETE', `/v1/webhooks/${encodeURIComponent(webhookId)}`);
  }

  async keys(): Promise<KeyList> {
    return this.#get('/v1/keys');
  }

  /** The answer is the only one that ever holds the key itself. */
  async createKey(key: CreateKey): Promise<CreatedKey> {
    return (await this.#call<CreatedKey>('POST', '/v1/keys', key)).data;
  }

  async changeKeyPlan(keyId: string, plan: Plan): Promise<void> {
    await this.#call('PATCH', `/v1/keys/${encodeURIComponent(keyId)}`, { plan });
  }

  async revokeKey(keyId: string): Promise<void> {
    await this.#call('DELETE', `/v1/keys/${encodeURIComponent(keyId)}`);
  }

  async createCollection(collection: CreateCollection): Promise<CollectionBody> {
    return (await this.#call<CollectionBody>('POST', '/v1/collections', collection)).data;
  }

  /** The body of an event stream, once its head has arrived. */
  async #openStream(path: string, lastId: string | null, signal?: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
    const last = lastId === null ? {} : { 'last-event-id': lastId };
    const headers = { accept: 'text/event-stream', ...last };
    // Taken up again by who reads it.
    return piecesOf(await this.#transport.open(path, { headers, ...(signal ? { signal } : {}) }));
  }

  /** An answer whose body is no envelope, once its head has arrived. */
  #openBytes(path: string, headers: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<Response> {
    return this.#transport.open(path, { headers, changesNothing: true, ...(signal ? { signal } : {}) });
  }

  async #get<D>(path: string): Promise<D> {
    return (await this.#call<D>('GET', path)).data;
  }

  async #call<D, M = Meta>(method: string, path: string, body?: unknown): Promise<Success<D, M>> {
    return this.request(path, {
      method,
      changesNothing: method === 'GET' || QUESTIONS.has(path),
      timeoutMs: CALL_TIMEOUT_MS,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
  }

  protected request<A>(path: string, request: Request): Promise<A> {
    return this.#transport.ask<A>(path, request);
  }
}

function queryString(query: Readonly<Record<string, string | number | boolean | undefined>>): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) given.set(name, String(value));
  return given.size === 0 ? '' : `?${given.toString()}`;
}

/** The body as it comes. Browsers do not all let a stream be gone through by itself. */
async function* piecesOf({ body }: Response): AsyncGenerator<Uint8Array> {
  const reader = (body as ReadableStream<Uint8Array> | null)?.getReader();
  if (!reader) return;
  try {
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) yield piece.value;
  } finally {
    // Whoever stops reading closes the line.
    await reader.cancel().catch(() => undefined);
  }
}
