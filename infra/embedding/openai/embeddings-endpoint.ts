import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../../../core/contract/failures.js';
import { type EmbeddingsAnswer, MalformedAnswer, readEmbeddingsAnswer, UnusableVector } from './embeddings-answer.js';
import { backoffMs, retryAfterMs } from './retry-wait.js';

export interface EmbeddingsEndpointOptions {
  /** E.g. `https://api.openai.com/v1`; `/embeddings` is added. */
  readonly baseUrl: string;
  readonly apiKey: string | null;
  readonly model: string;
  /** One request; a busy GPU with a queue takes seconds, a dead one for ever. Default 60 s. */
  readonly requestTimeoutMs?: number;
  /**
   * All tries of one request together, waits included. Default 2 minutes: a rate limit's window is a minute, and the
   * activity around it has ten (workflows/activity-options.ts) and its own retries.
   */
  readonly patienceMs?: number;
  /** The wait after the first failed try, doubled with each further one. Default 0.5 s. */
  readonly firstBackoffMs?: number;
}

/**
 * The server refuses these very texts (too long, too many, not to its taste): asking again changes nothing, asking for
 * fewer or shorter ones may.
 */
export class TextsRefused extends Error {
  override readonly name = 'TextsRefused';

  constructor(readonly detail: string) {
    super(detail);
  }
}

/** Statuses that say something about the texts, not about server, key or model. */
const REFUSALS: ReadonlySet<number> = new Set([400, 413, 422]);

/** Statuses that stay until a person mends the key, the account, the address or the name of the model. */
const HOPELESS: ReadonlySet<number> = new Set([401, 402, 403, 404, 405, 410, 501]);

/**
 * Speaks `POST /embeddings` of the OpenAI protocol (OpenAI, TEI, vLLM, Ollama, LiteLLM) and retries what may pass:
 * 429, 5xx, timeouts, lost connections, answers that are cut off. Node's own fetch keeps connections alive.
 * Neither the key nor a text nor anything the server says about one gets into an error.
 */
export class EmbeddingsEndpoint {
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #model: string;
  readonly #requestTimeoutMs: number;
  readonly #patienceMs: number;
  readonly #firstBackoffMs: number;

  constructor(options: EmbeddingsEndpointOptions) {
    this.#url = `${options.baseUrl.replace(/\/+$/, '')}/embeddings`;
    this.#headers = {
      'content-type': 'application/json',
      accept: 'application/json',
      ...(options.apiKey === null ? {} : { authorization: `Bearer ${options.apiKey}` }),
    };
    this.#model = options.model;
    this.#requestTimeoutMs = options.requestTimeoutMs ?? 60_000;
    this.#patienceMs = options.patienceMs ?? 120_000;
    this.#firstBackoffMs = options.firstBackoffMs ?? 500;
  }

  /**
   * Errors: `TextsRefused`, `Failure EMBEDDING_UNAVAILABLE` when patience is over, `EMBEDDING_MISCONFIGURED` when only a person
   * can help, `MODEL_MISMATCH`, the signal's reason.
   */
  async ask(texts: readonly string[], dimensions: number | null, signal: AbortSignal): Promise<EmbeddingsAnswer> {
    const deadline = performance.now() + this.#patienceMs;
    // "float" and not "base64", which is smaller: not every server that speaks the protocol knows the latter.
    const body = JSON.stringify({ model: this.#model, input: texts, encoding_format: 'float' });
    for (let tries = 1; ; tries++) {
      signal.throwIfAborted();
      const outcome = await this.#try(body, { texts: texts.length, dimensions }, signal);
      if ('answer' in outcome) return outcome.answer;
      if (!outcome.retryable) throw new Failure('EMBEDDING_MISCONFIGURED', { detail: outcome.problem });
      const waitMs =
        outcome.retryAfterMs === null
          ? backoffMs(tries, this.#firstBackoffMs)
          : // Requests that were turned away together do not come back together.
            outcome.retryAfterMs + backoffMs(1, this.#firstBackoffMs);
      const left = deadline - performance.now();
      if (waitMs > left) {
        throw new Failure('EMBEDDING_UNAVAILABLE', {
          detail: `${outcome.problem}, tries=${tries}`,
          ...(outcome.retryAfterMs === null ? {} : { retryAfterMs: outcome.retryAfterMs }),
        });
      }
      await sleep(waitMs, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  }

  async #try(
    body: string,
    expected: { readonly texts: number; readonly dimensions: number | null },
    signal: AbortSignal,
  ): Promise<TryOutcome> {
    const request = abortable(signal, this.#requestTimeoutMs);
    try {
      // A redirect would carry texts and key to a place that nobody configured.
      const response = await fetch(this.#url, {
        method: 'POST',
        headers: this.#headers,
        body,
        redirect: 'error',
        signal: request.signal,
      });
      const text = await response.text();
      if (response.ok) return { answer: readEmbeddingsAnswer(parse(text), expected) };
      const problem = `status=${response.status}${serverCode(text)}`;
      if (REFUSALS.has(response.status)) throw new TextsRefused(problem);
      return {
        problem,
        retryable: !HOPELESS.has(response.status),
        retryAfterMs: retryAfterMs(response.headers, Date.now()),
      };
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof TextsRefused || error instanceof Failure) throw error;
      // The same text gives the same NaN: what helps is to ask without it, or for a part of it.
      if (error instanceof UnusableVector) throw new TextsRefused('answer=a vector without a direction');
      return { problem: problemOf(error, request.signal), retryable: true, retryAfterMs: null };
    } finally {
      request.done();
    }
  }
}

type TryOutcome =
  | { readonly answer: EmbeddingsAnswer }
  | { readonly problem: string; readonly retryable: boolean; readonly retryAfterMs: number | null };

/** Ends with the caller's signal or the timeout, and leaves no listener behind on a signal that lives for long. */
function abortable(signal: AbortSignal, timeoutMs: number): { signal: AbortSignal; done: () => void } {
  const controller = new AbortController();
  const abort = () => controller.abort(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  const timer = setTimeout(() => controller.abort(), timeoutMs);
  return {
    signal: controller.signal,
    done: () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new MalformedAnswer('no JSON');
  }
}

/** `insufficient_quota` helps an operator; messages are left out, because servers quote keys and inputs in them. */
function serverCode(body: string): string {
  const code = /"code"\s*:\s*"([a-z_]{1,40})"/.exec(body.slice(0, 4_096))?.[1];
  return code === undefined ? '' : `, code=${code}`;
}

function problemOf(error: unknown, request: AbortSignal): string {
  if (error instanceof MalformedAnswer) return `answer=${error.what}`;
  if (request.aborted) return 'timeout';
  const cause: unknown = error instanceof Error ? error.cause : null;
  const code: unknown = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : null;
  return typeof code === 'string' && /^[A-Z_]{1,40}$/.test(code) ? `connection=${code}` : 'connection=lost';
}
