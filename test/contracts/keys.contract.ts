import { randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ApiKey, NewKey } from '../../core/ports/key-catalog.js';
import type { CatalogUnderTest } from './catalog-world.js';

export function keyCatalogContract(world: () => CatalogUnderTest): void {
  describe('keys', () => {
    const key = (changes: Partial<ApiKey> = {}): NewKey => ({
      keyId: randomUUID(),
      organizationId: `org-${randomBytes(6).toString('hex')}`,
      name: 'chat service',
      scopes: ['search', 'read'],
      collections: 'all',
      safetyLevel: 'public',
      expiresAt: null,
      ...changes,
    });

    it('are found by their hash, and storing one again changes nothing', async () => {
      const { keys } = world().catalog;
      const hash = randomBytes(32);
      const limited = key({ collections: [randomUUID()], expiresAt: new Date(Date.now() + 3_600_000) });
      await keys.store(limited, hash, 'key-1');
      await keys.store({ ...limited, name: 'changed', scopes: ['admin'] }, hash, 'key-1');
      expect(await keys.byHash(hash)).toMatchObject(limited);
      expect(await keys.byId(limited.keyId)).toMatchObject(limited);
      expect(await keys.byHash(randomBytes(32))).toBeNull();
    });

    it('end by revocation and by time', async () => {
      const { keys } = world().catalog;
      const [revoked, expired] = [randomBytes(32), randomBytes(32)];
      const first = key();
      await keys.store(first, revoked, 'key-1');
      await keys.store(key({ expiresAt: new Date(Date.now() - 1000) }), expired, 'key-1');
      expect(await keys.byHash(expired)).toBeNull();
      expect(await keys.revoke('somebody-else', first.keyId, 'key-1')).toBe(false);
      expect(await keys.byHash(revoked)).not.toBeNull();
      expect(await keys.revoke(first.organizationId, first.keyId, 'key-1')).toBe(true);
      expect(await keys.revoke(first.organizationId, first.keyId, 'key-1')).toBe(false);
      expect(await keys.byHash(revoked)).toBeNull();
    });

    it('tell when they were last used', async () => {
      const { keys } = world().catalog;
      const [used, other] = [key(), key()];
      await keys.store(used, randomBytes(32), 'key-1');
      await keys.store({ ...other, organizationId: used.organizationId }, randomBytes(32), 'key-1');
      const at = new Date('2026-11-30T07:30:00Z');
      await keys.recordUse([
        { keyId: used.keyId, at },
        { keyId: 'unknown', at },
      ]);
      // Another process, whose word comes late.
      await keys.recordUse([{ keyId: used.keyId, at: new Date(at.getTime() - 1) }]);
      const listed = await keys.list(used.organizationId);
      expect(listed.map(({ lastUsedAt }) => lastUsedAt)).toEqual([at, null]);
    });

    it('are listed for their organization, expired ones too, revoked ones not', async () => {
      const { keys } = world().catalog;
      const first = key({ name: 'first', collections: [randomUUID()] });
      const { organizationId } = first;
      const second = key({ name: 'second', organizationId, expiresAt: new Date(Date.now() - 1000) });
      const revoked = key({ name: 'revoked', organizationId });
      for (const one of [first, second, revoked, key()]) await keys.store(one, randomBytes(32), 'key-1');
      await keys.revoke(organizationId, revoked.keyId, 'key-1');
      expect(await keys.list(organizationId)).toMatchObject([first, second]);
      expect(await keys.list('somebody-else')).toEqual([]);
    });
  });
}
