import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { PageLinks } from '../../../api/auth/page-links.js';

const links = (key = 'k') => new PageLinks((text) => createHmac('sha256', key).update(text).digest('base64url'));
const ENDS = new Date('2026-03-02T10:00:00Z');
const BEFORE = new Date(ENDS.getTime() - 1);
const LINK = { keyId: 'key-1', endsAt: ENDS };

describe('links to pages', () => {
  it.each(['/v1/chunks/a/page.png', '/v1/chunks/a/page.png?dpi=72&page=2'])(
    'are read as they were made: %s',
    (path) => {
      const url = links().make(path, LINK);
      expect(url.startsWith(path)).toBe(true);
      expect(links().read(url, BEFORE)).toEqual(LINK);
    },
  );

  it('end with their second', () => {
    expect(links().read(links().make('/v1/chunks/a/page.png', LINK), ENDS)).toBeNull();
  });

  it('are nothing once anything of them was changed, or another system made them', () => {
    const url = links().make('/v1/chunks/a/page.png?dpi=72', LINK);
    for (let at = 0; at < url.length; at++) {
      const changed = url.slice(0, at) + (url[at] === '0' ? '1' : '0') + url.slice(at + 1);
      // The last sign of 43 has two bits that say nothing; the text of the hash is compared, not its bytes.
      expect(links().read(changed, BEFORE), changed).toBeNull();
    }
    for (const [from, to] of [
      ['72', '172'],
      ['chunks/a', 'chunks/b'],
      ['key-1', 'key-2'],
      ['?dpi', '?page=3&dpi'],
    ] as const) {
      expect(links().read(url.replace(from, to), BEFORE)).toBeNull();
    }
    for (const added of [`${url}&dpi=200`, `${url}0`, url.slice(0, -1), `/${url}`]) {
      expect(links().read(added, BEFORE)).toBeNull();
    }
    expect(links('another').read(url, BEFORE)).toBeNull();
    for (const none of ['', '/v1/chunks/a/page.png', '?link=', '/x?link=a.b.c']) {
      expect(links().read(none, BEFORE)).toBeNull();
    }
  });

  it('take key ids of any form', () => {
    const link = { keyId: 'local.admin &=%/ü', endsAt: ENDS };
    expect(links().read(links().make('/p', link), BEFORE)).toEqual(link);
  });
});
