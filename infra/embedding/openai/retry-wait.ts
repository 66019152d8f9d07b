/** Longest wait that we choose ourselves; a server may ask for more by Retry-After. */
const MAX_BACKOFF_MS = 15_000;

/** Doubles with each try, and half of it is random, so that clients which failed together do not come back together. */
export function backoffMs(tries: number, firstMs: number): number {
  const full = Math.min(MAX_BACKOFF_MS, firstMs * 2 ** (tries - 1));
  return full / 2 + Math.random() * (full / 2);
}

/** What the server asks for: `retry-after-ms` (OpenAI), or `Retry-After` as seconds or as a date (RFC 9110 §10.2.3). */
export function retryAfterMs(headers: Headers, nowMs: number): number | null {
  const exact = headers.get('retry-after-ms');
  if (exact !== null && /^\d{1,9}(\.\d+)?$/.test(exact)) return Number(exact);
  const after = headers.get('retry-after');
  if (after === null) return null;
  if (/^\d{1,9}$/.test(after)) return Number(after) * 1_000;
  const date = Date.parse(after);
  return Number.isNaN(date) ? null : Math.max(0, date - nowMs);
}
