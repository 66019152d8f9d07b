import { timingSafeEqual } from 'node:crypto';

/** What a link lets its bearer do: ask once more for this page, as the key that made it, until then. */
export interface PageLink {
  readonly keyId: string;
  readonly endsAt: Date;
}

/** Name of the query parameter; always the last one. */
const LINK = 'link';

/**
 * Addresses of pictures that a browser can load by itself: `<path>?…&link=<end>.<key id>.<signature>`. The signature is a keyed
 * hash of all that stands before it, so nothing of a link can be changed. A link carries no rights of its own: the request is
 * made as its key, as that key is by then (api/auth/authenticate.ts).
 */
export class PageLinks {
  /** `hash`: keyed, 43 characters of base64url. */
  constructor(private readonly hash: (text: string) => string) {}

  /** `path`: as the route knows it, with its query. To the second. */
  make(path: string, { keyId, endsAt }: PageLink): string {
    const seconds = Math.floor(endsAt.getTime() / 1_000).toString(36);
    const unsigned = `${path}${path.includes('?') ? '&' : '?'}${LINK}=${seconds}.${encodeURIComponent(keyId)}`;
    return `${unsigned}.${this.hash(unsigned)}`;
  }

  /** `url`: as it was asked for. `null`: it has no link, or one that is not ours, was changed, or has ended. */
  read(url: string, now = new Date()): PageLink | null {
    const parts = /^(.*[?&]link=([0-9a-z]{1,9})\.([^&]+))\.([\w-]{43})$/.exec(url);
    if (!parts) return null;
    const [, unsigned = '', seconds = '', keyId = '', signature = ''] = parts;
    if (!timingSafeEqual(Buffer.from(this.hash(unsigned)), Buffer.from(signature))) return null;
    const endsAt = new Date(Number.parseInt(seconds, 36) * 1_000);
    return endsAt > now ? { keyId: decodeURIComponent(keyId), endsAt } : null;
  }
}
