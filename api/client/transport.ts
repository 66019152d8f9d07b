import type { ErrorBody } from '../schemas/envelope.js';
import { ApiRefusal, ApiUnreachable, isRefusal, isSuccess } from './answers.js';

export interface ClientOptions {
  /** E.g. `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly apiKey: string | null;
  /**
   * How often a call that changes nothing is asked again where nobody answered, or where the server said to come back within
   * five seconds (429, 503). Default 2; what changes something is never sent twice.
   */
  readonly retries?: number;
  /** Ends every call of the client, with its reason as the error. */
  readonly signal?: AbortSignal;
}

/** A request and what becomes of it when it does not get through. */
export type Request = Omit<RequestInit, 'headers' | 'signal'> & {
  readonly headers?: Readonly<Record<string, string>>;
  /** The caller's own. */
  readonly signal?: AbortSignal;
  /** For each try. */
  readonly timeoutMs?: number;
  /** Asking twice is as good as asking once. */
  readonly changesNothing?: boolean;
};

const RETRIES = 2;
/** Before the first repetition; twice as long before each further one. With up to as much again, so that clients do not come back together. */
const PAUSE_MS = 200;
/** Longer than this a person at a chat would not wait; the caller is told, with the time. */
const LONGEST_PAUSE_MS = 5_000;

/** Requests to one system, with its key: answers as values, refusals as errors. For Node and browsers. */
export class Transport {
  readonly url: string;

  constructor(private readonly options: ClientOptions) {
    this.url = options.url.replace(/\/+$/, '');
  }

  /** The whole answer of a call whose body is an envelope. Errors: `ApiRefusal`, `ApiUnreachable`, the signal's reason. */
  async ask<A>(path: string, request: Request): Promise<A> {
    return this.#withRetries(request, async (init) => {
      const headers = { accept: 'application/json', ...init.headers };
      const { response, answer } = await this.#answerOf(path, { ...init, headers });
      if (isSuccess(answer)) return answer as A;
      throw this.#refused(response, answer);
    });
  }

  /** An answer whose body is no envelope, once its head has arrived. Errors: as above. */
  async open(path: string, request: Request): Promise<Response> {
    return this.#withRetries(request, async (init) => {
      const { response, answer } = await this.#answerOf(path, init, { bodies: true });
      if (answer === undefined) return response;
      throw this.#refused(response, answer);
    });
  }

  async #answerOf(
    path: string,
    { signal, timeoutMs, ...init }: Request,
    { bodies = false } = {},
  ): Promise<{ response: Response; answer: unknown }> {
    const { apiKey } = this.options;
    const headers = { ...init.headers, ...(apiKey ? { authorization: `Bearer ${apiKey}` } : {}) };
    const ends = [signal, timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs)].flatMap(
      (one) => one ?? [],
    );
    try {
      const response = await fetch(`${this.url}${path}`, { ...init, headers, signal: AbortSignal.any(ends) });
      const isJson = response.headers.get('content-type')?.startsWith('application/json');
      if (bodies && response.ok && response.body && !isJson) return { response, answer: undefined };
      return { response, answer: await response.json() };
    } catch (error) {
      signal?.throwIfAborted();
      throw new ApiUnreachable(this.url, error);
    }
  }

  #refused(response: Response, answer: unknown): Error {
    if (isRefusal(answer)) return refusalOf(response, answer);
    return new ApiUnreachable(this.url, new Error(`answered ${response.status} with something else`));
  }

  async #withRetries<A>({ changesNothing, ...request }: Request, once: (init: Request) => Promise<A>): Promise<A> {
    const signal = AbortSignal.any([this.options.signal, request.signal].flatMap((one) => one ?? []));
    const init = { ...request, signal };
    const { retries = RETRIES } = this.options;
    for (let repetition = 0; ; repetition++) {
      try {
        return await once(init);
      } catch (error) {
        const waitMs = changesNothing && repetition < retries ? pauseBefore(error, repetition) : null;
        if (waitMs === null) throw error;
        await pause(waitMs, signal);
      }
    }
  }
}

/** Milliseconds after which another try makes sense; `null`: it does not. */
function pauseBefore(error: unknown, repetition: number): number | null {
  const ownPauseMs = PAUSE_MS * 2 ** repetition * (1 + Math.random());
  // Whoever waited as long as a call may take has waited enough.
  if (error instanceof ApiUnreachable) return isTimeout(error.cause) ? null : ownPauseMs;
  if (!(error instanceof ApiRefusal) || (error.status !== 429 && error.status !== 503)) return null;
  const waitMs = Math.max(error.retryAfterMs ?? 0, ownPauseMs);
  return waitMs > LONGEST_PAUSE_MS ? null : waitMs;
}

function isTimeout(cause: unknown): boolean {
  return cause instanceof DOMException && cause.name === 'TimeoutError';
}

function refusalOf(response: Response, { code, message, requestId, details }: ErrorBody): ApiRefusal {
  const seconds = Number(response.headers.get('retry-after') ?? NaN);
  const retryAfterMs = Number.isFinite(seconds) ? seconds * 1_000 : null;
  return new ApiRefusal(response.status, code, message, requestId, details, retryAfterMs);
}

/** Errors: the signal's reason. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = (): void => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', leave);
      resolve();
    }, ms);
    if (signal?.aborted) leave();
    else signal?.addEventListener('abort', leave, { once: true });
  });
}
