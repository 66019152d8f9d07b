import { isPublicAddress, literalAddress } from './public-address.js';

export interface WebhookReach {
  /** Private addresses and http, for receivers in one's own network. */
  readonly allowPrivate: boolean;
}

/** `malformed`: not an http(s) URL, or one that holds a user name or a password. Messages are signed; they need neither. */
export type WebhookUrlVerdict =
  { readonly url: string } | { readonly refusal: 'malformed' | 'not_https' | 'not_public' };

/**
 * What can be told of a URL without looking up its host. Where a name leads may change, so the address is judged with every call.
 */
export function judgeWebhookUrl(text: string, { allowPrivate }: WebhookReach): WebhookUrlVerdict {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) return { refusal: 'malformed' };
  if (url.username !== '' || url.password !== '' || url.hostname === '') return { refusal: 'malformed' };
  url.hash = '';
  if (!allowPrivate) {
    if (url.protocol !== 'https:') return { refusal: 'not_https' };
    const address = literalAddress(url);
    if (address !== null && !isPublicAddress(address)) return { refusal: 'not_public' };
    if (/(^|\.)localhost\.?$/.test(url.hostname)) return { refusal: 'not_public' };
  }
  return { url: url.href };
}
