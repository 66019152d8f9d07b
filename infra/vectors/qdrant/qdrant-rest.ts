import { Agent as HttpAgent, type IncomingMessage, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { Failure } from '../../../core/contract/failures.js';

export interface QdrantRestOptions {
  /** E.g. `http://127.0.0.1:6333`; a path in it goes before every call. */
  readonly url: string;
  readonly apiKey: string | null;
}

export interface QdrantCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Begins with a slash. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean>>;
  readonly body?: object;
  readonly timeoutMs: number;
}

export interface QdrantAnswer<Result> {
  readonly status: number;
  /** `undefined` where Qdrant refused. */
  readonly result: Result | undefined;
  /** What Qdrant says of a refusal; may hold what was sent, so it goes into no log and no error. */
  readonly refusal: string;
}

/** Calls under way at a time; searches of one process seldom reach it. */
const MAX_SOCKETS = 32;

/**
 * Qdrant's REST protocol over Node's own HTTP with connections that stay open. The official client sends by `fetch`: in the
 * same run, against a server that answers at once, it took 8.8 to 14 ms of its own a query (median, busy machine), this
 * 0.6. Its types are used (`qdrant-vector-index.ts`).
 */
export class QdrantRest {
  readonly #base: URL;
  readonly #agent: HttpAgent;
  readonly #headers: Readonly<Record<string, string>>;

  constructor({ url, apiKey }: QdrantRestOptions) {
    this.#base = new URL(url);
    const options = { keepAlive: true, noDelay: true, maxSockets: MAX_SOCKETS };
    this.#agent = this.#base.protocol === 'https:' ? new HttpsAgent(options) : new HttpAgent(options);
    this.#headers = { accept: 'application/json', ...(apiKey === null ? {} : { 'api-key': apiKey }) };
  }

  /**
   * What Qdrant answers, also where it refuses (4xx). Errors: `Failure VECTOR_STORE_UNAVAILABLE` when it does not answer in
   * time, cannot do it now (5xx, 429), or does not take the key (401, 403).
   */
  async call<Result>(call: QdrantCall): Promise<QdrantAnswer<Result>> {
    const { status, text } = await this.#send(call, call.body === undefined ? null : JSON.stringify(call.body));
    if (status >= 500 || status === 429 || status === 401 || status === 403) {
      throw new Failure('VECTOR_STORE_UNAVAILABLE', { detail: `status=${status}` });
    }
    try {
      const answer = JSON.parse(text) as { result?: Result; status?: { error?: string } };
      if (status < 300) return { status, result: answer.result, refusal: '' };
      return { status, result: undefined, refusal: answer.status?.error ?? '' };
    } catch (cause) {
      // Something else answers at the address: a proxy, a login page.
      throw new Failure('VECTOR_STORE_UNAVAILABLE', { detail: `status=${status}, no JSON`, cause });
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  #send(call: QdrantCall, body: string | null): Promise<{ status: number; text: string }> {
    const { method, path, query = {}, timeoutMs } = call;
    const asked = new URLSearchParams(
      Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
    );
    const url = new URL(this.#base);
    url.pathname = `${url.pathname.replace(/\/+$/, '')}${path}`;
    url.search = asked.toString();
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const content =
      body === null ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    return new Promise((resolve, reject) => {
      const fail = (cause: unknown): void =>
        reject(new Failure('VECTOR_STORE_UNAVAILABLE', { detail: `method=${method}`, cause }));
      const request = send(
        url,
        {
          method,
          agent: this.#agent,
          headers: { ...this.#headers, ...content },
          signal: AbortSignal.timeout(timeoutMs),
        },
        (response) => {
          textOf(response).then((text) => resolve({ status: response.statusCode ?? 0, text }), fail);
        },
      );
      request.on('error', fail);
      // Head and body in one packet: a server need not wait for the second.
      request.end(body ?? undefined);
    });
  }
}

async function textOf(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}
