import type { WebhookProblem } from '../contract/webhooks.js';

export interface WebhookCall {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What came of a call. Of the answer its status is kept, never its body. */
export type WebhookCallResult =
  | { readonly outcome: 'taken'; readonly status: number }
  | {
      readonly outcome: 'refused';
      readonly problem: WebhookProblem;
      /** `null`: there was no answer. */
      readonly status: number | null;
      /** As the receiver asks (`Retry-After`). */
      readonly retryAfterMs: number | null;
    };

/**
 * Posts a message to an address that somebody gave: no redirects, a deadline for the whole call, and only to public addresses
 * unless it is told otherwise. It never throws for what the receiver does.
 */
export interface WebhookSender {
  post(call: WebhookCall, signal?: AbortSignal): Promise<WebhookCallResult>;
}
