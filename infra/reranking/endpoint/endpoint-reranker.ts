import { Failure } from '../../../core/contract/failures.js';
import type { Reranker, RerankingModel } from '../../../core/ports/reranker.js';
import { MalformedRanking, readRanking, rerankBody, type RerankProtocol } from './rerank-protocol.js';

export interface EndpointRerankerOptions {
  readonly protocol: RerankProtocol;
  /** E.g. `http://127.0.0.1:8080`, `https://api.cohere.com/v2`; `/rerank` is added. */
  readonly baseUrl: string;
  readonly apiKey: string | null;
  /** As the server calls it; one that serves a single model takes any name. */
  readonly model: string;
}

/** Passages a request: Text Embeddings Inference takes 32 unless it is told otherwise. */
const PASSAGES_A_REQUEST = 32;
/** Of one passage. A chunk has 1,000 to 2,000; what is beyond is not read by any usual model. */
const MAX_PASSAGE_CHARACTERS = 10_000;

/**
 * A server that speaks `POST /rerank`. Each request is tried once: whoever searches does not wait for a second try, and gets the
 * hits as they were found. Neither the key nor a text nor anything the server says about one gets into an error.
 */
export class EndpointReranker implements Reranker {
  readonly model: RerankingModel;
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #closing = new AbortController();

  constructor(private readonly options: EndpointRerankerOptions) {
    this.model = { name: options.model, revision: `served:${options.model}` };
    this.#url = `${options.baseUrl.replace(/\/+$/, '')}/rerank`;
    this.#headers = {
      'content-type': 'application/json',
      accept: 'application/json',
      ...(options.apiKey === null ? {} : { authorization: `Bearer ${options.apiKey}` }),
    };
  }

  async rerank(question: string, passages: readonly string[], signal: AbortSignal): Promise<number[]> {
    signal.throwIfAborted();
    const batches: string[][] = [];
    for (let from = 0; from < passages.length; from += PASSAGES_A_REQUEST) {
      const batch = passages.slice(from, from + PASSAGES_A_REQUEST);
      batches.push(batch.map((passage) => passage.slice(0, MAX_PASSAGE_CHARACTERS).toWellFormed()));
    }
    // The first batch that fails ends its sisters.
    const call = new AbortController();
    const stop = AbortSignal.any([signal, this.#closing.signal, call.signal]);
    const asked = batches.map((batch) => this.#ask(question, batch, stop));
    try {
      return (await Promise.all(asked)).flat();
    } catch (error) {
      call.abort();
      signal.throwIfAborted();
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#closing.abort();
  }

  async #ask(question: string, passages: readonly string[], signal: AbortSignal): Promise<number[]> {
    const { protocol, model } = this.options;
    try {
      // A redirect would carry texts and key to a place that nobody configured.
      const response = await fetch(this.#url, {
        method: 'POST',
        headers: this.#headers,
        body: JSON.stringify(rerankBody(protocol, { model, question, passages })),
        redirect: 'error',
        signal,
      });
      const text = await response.text();
      if (!response.ok) throw unavailable(`status=${response.status}`);
      return readRanking(protocol, parse(text), passages.length);
    } catch (error) {
      if (error instanceof Failure) throw error;
      throw unavailable(error instanceof MalformedRanking ? `answer=${error.message}` : connectionOf(error));
    }
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new MalformedRanking('no JSON');
  }
}

function connectionOf(error: unknown): string {
  const cause: unknown = error instanceof Error ? error.cause : null;
  const code: unknown = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : null;
  return typeof code === 'string' && /^[A-Z_]{1,40}$/.test(code) ? `connection=${code}` : 'connection=lost';
}

const unavailable = (detail: string) => new Failure('RERANKER_UNAVAILABLE', { detail });
