import { isPublicAddress, literalAddress } from './public-address.js';

export interface WebhookReach {
  /** Private addresses and http, for receivers in one's own network. */
  readonly allowPrivate: boolean;
}

/** `malformed`: no http(s) URL, or one with a user name or password, which belongs into the signature's place. */
export type WebhookUrlVerdict =
  { readonly url: string } | { readonly refusal: 'malformed' | 'not_https' | 'not_public' };

/**
 * What can be told of a URL without asking for its host. To which address a name leads is looked at with every call: it may
 * lead somewhere else by then.
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
