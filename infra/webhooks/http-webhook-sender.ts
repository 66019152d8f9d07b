import { type IncomingMessage, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { WebhookProblem } from '../../core/contract/webhooks.js';
import type { WebhookCall, WebhookCallResult, WebhookSender } from '../../core/ports/webhook-sender.js';
import { judgeWebhookUrl, type WebhookReach } from '../../core/webhooks/judge-webhook-url.js';
import { AddressNotPublic, publicLookup, type Resolve } from './public-lookup.js';

/** From the look-up of the name to the last byte that is read. A receiver answers first and works afterwards. */
const DEADLINE_MS = 10_000;

/** Of an answer nothing is kept; so much is read that the receiver can end it in peace. */
const MAX_ANSWER_BYTES = 64 * 1024;

export interface HttpWebhookSenderOptions extends WebhookReach {
  readonly deadlineMs?: number;
  /** Asks where a name leads; a test answers itself. What it answers is judged like what the system answers. */
  readonly resolve?: Resolve;
}

type Refused = Extract<WebhookCallResult, { outcome: 'refused' }>;

/** Each call has a connection of its own, so that it goes to the address that was judged. */
export class HttpWebhookSender implements WebhookSender {
  constructor(private readonly options: HttpWebhookSenderOptions) {}

  async post({ url, headers, body }: WebhookCall, signal?: AbortSignal): Promise<WebhookCallResult> {
    const { allowPrivate, deadlineMs = DEADLINE_MS } = this.options;
    // The setting may be another one than when the webhook was added.
    const judged = judgeWebhookUrl(url, { allowPrivate });
    if ('refusal' in judged) {
      return refused(judged.refusal === 'not_public' ? 'ADDRESS_NOT_PUBLIC' : 'URL_NOT_ALLOWED');
    }
    const deadline = AbortSignal.timeout(deadlineMs);
    try {
      return await this.#call(new URL(judged.url), {
        headers,
        body,
        signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
      });
    } catch (error) {
      signal?.throwIfAborted();
      return refused(deadline.aborted ? 'TIMEOUT' : problemOf(error));
    }
  }

  #call(
    url: URL,
    { headers, body, signal }: { headers: WebhookCall['headers']; body: string; signal: AbortSignal },
  ): Promise<WebhookCallResult> {
    const { allowPrivate, resolve: resolveName } = this.options;
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    return new Promise((resolve, reject) => {
      const call = send(url, {
        method: 'POST',
        agent: false,
        signal,
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          'user-agent': 'medindex-webhooks',
          ...headers,
        },
        ...(allowPrivate ? {} : { lookup: publicLookup(resolveName) }),
      });
      // The status is the answer: whatever becomes of its body, it was given.
      let given: WebhookCallResult | null = null;
      call.on('error', (error) => (given ? resolve(given) : reject(error)));
      call.on('response', (answer) => {
        const result = (given = resultOf(answer));
        readAway(answer, () => resolve(result));
      });
      call.end(body);
    });
  }
}

function readAway(answer: IncomingMessage, done: () => void): void {
  let bytes = 0;
  answer.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) answer.destroy();
  });
  answer.on('error', () => undefined);
  answer.on('close', done);
}

function resultOf({ statusCode: status = 0, headers }: IncomingMessage): WebhookCallResult {
  if (status >= 200 && status < 300) return { outcome: 'taken', status };
  const problem: WebhookProblem = status === 410 ? 'GONE' : status >= 300 && status < 400 ? 'REDIRECTED' : 'STATUS';
  return { ...refused(problem), status, retryAfterMs: retryAfterMs(headers['retry-after']) };
}

/** Seconds or a date (RFC 9110, 10.2.3); what is neither is nothing. */
function retryAfterMs(text: string | undefined): number | null {
  if (text === undefined) return null;
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - Date.now();
  return ms > 0 ? ms : null;
}

function refused(problem: WebhookProblem): Refused {
  return { outcome: 'refused', problem, status: null, retryAfterMs: null };
}

/** Codes of OpenSSL's look at a certificate, as Node gives them. */
const TLS_CODE = /^(?:ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|EPROTO$)/;

function problemOf(error: unknown): WebhookProblem {
  if (error instanceof AddressNotPublic) return 'ADDRESS_NOT_PUBLIC';
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'EAI_FAIL') return 'NAME_NOT_FOUND';
  return TLS_CODE.test(code) ? 'TLS_FAILED' : 'CONNECTION_FAILED';
}
