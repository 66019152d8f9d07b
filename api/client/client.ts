import { setTimeout as pause } from 'node:timers/promises';
import type { ChunkBody, ChunkList } from '../schemas/chunk.js';
import type { CollectionBody, CollectionList, CreateCollection } from '../schemas/collection.js';
import type { DeletionReceipt, DocumentBody, DocumentList, DocumentText, PageList } from '../schemas/document.js';
import type { ErrorBody, Meta } from '../schemas/envelope.js';
import type { RunEvent } from '../schemas/run-events.js';
import type { RetriedRun, RunBody, RunList } from '../schemas/run.js';
import type { SearchData, SearchRequest, VectorIndexBody } from '../schemas/search.js';
import type { AcceptedSync, StartSync, SyncBody } from '../schemas/sync.js';
import type { AcceptedUpload, IngestUri } from '../schemas/upload.js';
import { parseEventStream } from './event-stream.js';
import { multipartBody } from './multipart-body.js';

export interface ClientOptions {
  /** E.g. `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly apiKey: string | null;
}

export interface UploadInput {
  readonly path: string;
  readonly fileName: string;
  readonly collection: string;
  readonly externalId?: string;
  readonly title?: string;
}

export interface SearchMeta extends Meta {
  readonly mode: 'hybrid' | 'vector' | 'text';
  readonly cache: 'l1' | 'l2' | 'semantic' | 'miss';
  readonly vectorIndex: VectorIndexBody | null;
  readonly degraded?: string;
}

interface Success<D, M = Meta> {
  readonly success: true;
  readonly data: D;
  readonly meta: M;
}

/** The API answered with an error of its table. */
export class ApiRefusal extends Error {
  override readonly name = 'ApiRefusal';

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly requestId: string,
  ) {
    super(message);
  }
}

/** Nothing that speaks this API answered at the address. */
export class ApiUnreachable extends Error {
  override readonly name = 'ApiUnreachable';

  constructor(
    readonly url: string,
    cause: unknown,
  ) {
    super(`medindex does not answer at ${url}`, { cause });
  }
}

/** Everything but an upload is answered within a second or two; a minute means that nobody will. */
const CALL_TIMEOUT_MS = 60_000;
/** The largest upload (512 MB) over a line of 2 Mbit/s takes about this long. */
const UPLOAD_TIMEOUT_MS = 45 * 60_000;

/** Between two attempts at an event stream, as the server asks for it. */
const STREAM_PAUSE_MS = 1_000;
/** A stack that restarts a part is back within seconds; a run goes on meanwhile. */
const MAX_SILENCE_MS = 60_000;

/** A client of the query API, typed by the schemas of its routes. Errors: `ApiRefusal`, `ApiUnreachable`. */
export class MedindexClient {
  readonly #options: ClientOptions;

  constructor(options: ClientOptions) {
    this.#options = { ...options, url: options.url.replace(/\/+$/, '') };
  }

  async search(request: SearchRequest): Promise<{ data: SearchData; meta: SearchMeta }> {
    return this.#call<SearchData, SearchMeta>('POST', '/v1/search', request);
  }

  async upload(input: UploadInput): Promise<AcceptedUpload> {
    const { path, fileName, collection, externalId, title } = input;
    const metadata = JSON.stringify({ externalId, title });
    const { contentType, body } = multipartBody({ path, fileName, fields: { collection, metadata } });
    const { data } = await this.#request<Success<AcceptedUpload>>('/v1/documents', {
      method: 'POST',
      headers: { 'content-type': contentType },
      body,
      duplex: 'half',
      signal: AbortSignal.timeout(UPLOAD_TIMEOUT_MS),
    });
    return data;
  }

  /** Takes in an object that lies in a bucket, or in a folder of the machine that medindex runs on. */
  async ingestUri(input: IngestUri): Promise<AcceptedUpload> {
    return (await this.#call<AcceptedUpload>('POST', '/v1/documents', input)).data;
  }

  async run(runId: string): Promise<RunBody> {
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
        // A server that stops answers so, and the next one takes over.
        const isPassing = error instanceof ApiRefusal ? error.status === 503 : true;
        if (!isPassing || performance.now() - heardMs > MAX_SILENCE_MS) throw error;
      }
      await pause(STREAM_PAUSE_MS, undefined, signal ? { signal } : {});
    }
  }

  async runs(query: { collection?: string; state?: string; limit?: number; cursor?: string } = {}): Promise<RunList> {
    return this.#get(`/v1/runs${queryString(query)}`);
  }

  async cancelRun(runId: string): Promise<RunBody> {
    return (await this.#call<RunBody>('POST', `/v1/runs/${encodeURIComponent(runId)}/cancel`)).data;
  }

  async retryRun(runId: string): Promise<RetriedRun> {
    return (await this.#call<RetriedRun>('POST', `/v1/runs/${encodeURIComponent(runId)}/retry`)).data;
  }

  async document(documentId: string): Promise<DocumentBody> {
    return this.#get(`/v1/documents/${encodeURIComponent(documentId)}`);
  }

  async documents(
    query: { collection?: string; externalId?: string; limit?: number; cursor?: string } = {},
  ): Promise<DocumentList> {
    return this.#get(`/v1/documents${queryString(query)}`);
  }

  async documentText(documentId: string): Promise<DocumentText> {
    return this.#get(`/v1/documents/${encodeURIComponent(documentId)}/text`);
  }

  async documentPages(documentId: string): Promise<PageList> {
    return this.#get(`/v1/documents/${encodeURIComponent(documentId)}/pages`);
  }

  async documentChunks(documentId: string): Promise<ChunkList> {
    return this.#get(`/v1/documents/${encodeURIComponent(documentId)}/chunks`);
  }

  async deleteDocument(documentId: string): Promise<DeletionReceipt> {
    return (await this.#call<DeletionReceipt>('DELETE', `/v1/documents/${encodeURIComponent(documentId)}`)).data;
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

  async createCollection(collection: CreateCollection): Promise<CollectionBody> {
    return (await this.#call<CollectionBody>('POST', '/v1/collections', collection)).data;
  }

  /** The body of an event stream, once its head has arrived. */
  async #openStream(path: string, lastId: string | null, signal?: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
    const { url, apiKey } = this.#options;
    const headers = {
      accept: 'text/event-stream',
      ...(lastId === null ? {} : { 'last-event-id': lastId }),
      ...(apiKey ? { authorization: `Bearer ${apiKey}` } : {}),
    };
    let response: Response;
    let answer: unknown;
    try {
      response = await fetch(`${url}${path}`, { headers, ...(signal ? { signal } : {}) });
      const { body } = response;
      if (response.ok && body && response.headers.get('content-type')?.startsWith('text/event-stream')) return body;
      answer = await response.json();
    } catch (error) {
      throw new ApiUnreachable(url, error);
    }
    if (isRefusal(answer)) throw new ApiRefusal(response.status, answer.code, answer.message, answer.requestId);
    throw new ApiUnreachable(url, new Error(`answered ${response.status} with something else`));
  }

  async #get<D>(path: string): Promise<D> {
    return (await this.#call<D>('GET', path)).data;
  }

  async #call<D, M = Meta>(method: string, path: string, body?: unknown): Promise<Success<D, M>> {
    return this.#request(path, {
      method,
      signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
  }

  async #request<A>(path: string, init: RequestInit & { headers?: Record<string, string> }): Promise<A> {
    const { url, apiKey } = this.#options;
    const headers = {
      accept: 'application/json',
      ...init.headers,
      ...(apiKey ? { authorization: `Bearer ${apiKey}` } : {}),
    };
    let response: Response;
    let answer: unknown;
    try {
      response = await fetch(`${url}${path}`, { ...init, headers });
      answer = await response.json();
    } catch (error) {
      throw new ApiUnreachable(url, error);
    }
    if (isSuccess(answer)) return answer as A;
    if (isRefusal(answer)) throw new ApiRefusal(response.status, answer.code, answer.message, answer.requestId);
    throw new ApiUnreachable(url, new Error(`answered ${response.status} with something else`));
  }
}

function queryString(query: Readonly<Record<string, string | number | undefined>>): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) given.set(name, String(value));
  return given.size === 0 ? '' : `?${given.toString()}`;
}

function isSuccess(answer: unknown): answer is Success<unknown> {
  return typeof answer === 'object' && answer !== null && 'success' in answer && answer.success === true;
}

function isRefusal(answer: unknown): answer is ErrorBody {
  return (
    typeof answer === 'object' && answer !== null && 'error' in answer && answer.error === true && 'code' in answer
  );
}
