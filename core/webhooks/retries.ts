/** Waits between the tries of a message: 5 s, 20 s, 80 s … 12 h; thirteen tries within 2.8 days. */
const FIRST_WAIT_MS = 5_000;
const FACTOR = 4;
const LONGEST_WAIT_MS = 12 * 3_600_000;
const TRIES = 13;

/** To a webhook that takes nothing, one message is sent at a time, after rests of 5 s, 10 s, 20 s … 5 minutes. */
const FIRST_REST_MS = 5_000;
const LONGEST_REST_MS = 5 * 60_000;

/** A webhook that took nothing for so many days is disabled. Three days are longer than a weekend. */
export const FAILING_DAYS = 3;

/** How long until the next try of a message that was tried so often; `null`: there is no next try. */
export function nextTryInMs(attempts: number): number | null {
  if (attempts >= TRIES) return null;
  return Math.min(FIRST_WAIT_MS * FACTOR ** (attempts - 1), LONGEST_WAIT_MS);
}

/**
 * How long a webhook is left alone after so many batches in a row of which it took nothing. What the receiver asks for
 * (`Retry-After`) counts where it is longer, up to the longest wait of a message.
 */
export function restMs(failures: number, retryAfterMs = 0): number {
  const backoffMs = failures === 0 ? 0 : Math.min(FIRST_REST_MS * 2 ** (failures - 1), LONGEST_REST_MS);
  return Math.max(backoffMs, Math.min(retryAfterMs, LONGEST_WAIT_MS));
}
