import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { AuditEntry } from '../../core/ports/audit-log.js';
import { auditHash, FIRST_HASH } from '../../infra/postgres/audit/audit-hash.js';
import { type CatalogUnderTest, newCollection } from './catalog-world.js';

export function auditLogContract(world: () => CatalogUnderTest): void {
  describe('audit log', () => {
    const entry = (organizationId: string, changes: Partial<AuditEntry> = {}): AuditEntry => ({
      organizationId,
      actor: 'key-1',
      action: 'key.created',
      subject: randomBytes(4).toString('hex'),
      details: { zeta: 1, alpha: 'x', flag: true },
      ...changes,
    });

    it('chains its entries, also those that come at once', async () => {
      const { audit } = world().catalog;
      const { organizationId } = await newCollection(world());
      const appended = await Promise.all(Array.from({ length: 20 }, () => audit.append(entry(organizationId))));
      const listed = await audit.list(organizationId, { limit: 100 });
      // The first is that of the collection.
      expect(listed.map((item) => item.sequence)).toEqual(Array.from({ length: 21 }, (_, at) => at + 1));
      const subjects = listed.slice(1).map((item) => item.subject);
      expect(new Set(subjects)).toEqual(new Set(appended.map((item) => item.subject)));
      let before = FIRST_HASH;
      for (const { hash, ...item } of listed) {
        expect(hash).toBe(auditHash(before, item));
        before = hash;
      }
    });

    it('pages oldest first and keeps organizations apart', async () => {
      const { audit } = world().catalog;
      const [one, other] = [await newCollection(world()), await newCollection(world())];
      for (const subject of ['a', 'b', 'c']) await audit.append(entry(one.organizationId, { subject }));
      await audit.append(entry(other.organizationId, { subject: 'd' }));
      const subjects = async (options: { after?: number; limit: number }) =>
        (await audit.list(one.organizationId, options)).map((item) => item.subject);
      expect(await subjects({ limit: 3 })).toEqual([one.collectionId, 'a', 'b']);
      expect(await subjects({ after: 3, limit: 2 })).toEqual(['c']);
      expect(await audit.list(other.organizationId, { after: 1, limit: 9 })).toMatchObject([
        { sequence: 2, subject: 'd' },
      ]);
    });

    it('cannot be changed or shortened', async () => {
      const { catalog, pool } = world();
      const { organizationId } = await newCollection(world());
      await catalog.audit.append(entry(organizationId));
      const change = pool.query('update compliance.audit_log set actor = $1 where organization_id = $2', [
        'x',
        organizationId,
      ]);
      await expect(change).rejects.toThrow('append-only');
      const removal = pool.query('delete from compliance.audit_log where organization_id = $1', [organizationId]);
      await expect(removal).rejects.toThrow('append-only');
      await expect(pool.query('truncate compliance.audit_log')).rejects.toThrow('append-only');
    });
  });
}
