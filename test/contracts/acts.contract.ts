import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Collection } from '../../core/ports/collection-catalog.js';
import {
  acceptRun,
  type CatalogUnderTest,
  ingest,
  makeVersion,
  newCollection,
  openVersion,
  page,
  publish,
  scopeOf,
  SETTINGS,
} from './catalog-world.js';
import { LOCATION, startSync } from './sync-world.js';

/** Whose entries the database refuses: as if the process had died between an act and its entry. */
const CRASHING = 'crashing-actor';

const REFUSE_ENTRIES = [
  `create function compliance.refuse_for_test() returns trigger language plpgsql as $$
   begin
     if new.actor = '${CRASHING}' then raise exception 'no entry'; end if;
     return new;
   end $$`,
  `create trigger refuse_for_test before insert on compliance.audit_log
   for each row execute function compliance.refuse_for_test()`,
];
const TAKE_ENTRIES = ['drop function compliance.refuse_for_test() cascade'];

const TABLES = [
  'knowledge.collections',
  'knowledge.sources',
  'knowledge.runs',
  'knowledge.documents',
  'knowledge.versions',
  'auth.api_keys',
  'compliance.audit_log',
];

/** What is ready for an act, and the act by somebody. */
interface Prepared {
  readonly organizationId: string;
  readonly act: (actor: string) => Promise<unknown>;
}

export function actContract(world: () => CatalogUnderTest): void {
  describe('acts', () => {
    beforeAll(async () => {
      for (const statement of REFUSE_ENTRIES) await world().pool.query(statement);
    });
    afterAll(async () => {
      for (const statement of TAKE_ENTRIES) await world().pool.query(statement);
    });

    it.each(Object.entries(ACTS))('leave nothing without their entry in the audit log: %s', async (action, prepare) => {
      const { organizationId, act } = await prepare(world());
      const before = await everythingOf(organizationId);
      await expect(act(CRASHING)).rejects.toThrow();
      expect(await everythingOf(organizationId)).toEqual(before);

      await act('key-1');
      const [name = ''] = action.split(',');
      const entries = await world().catalog.audit.list(organizationId, { limit: 1000 });
      const own = entries.slice((before['compliance.audit_log'] ?? []).length);
      expect(own).toMatchObject([{ actor: 'key-1', action: name }]);
    });

    async function everythingOf(organizationId: string): Promise<Record<string, unknown[]>> {
      const everything: Record<string, unknown[]> = {};
      for (const table of TABLES) {
        const { rows } = await world().pool.query(
          `select to_jsonb(t) as row from ${table} t where organization_id = $1 order by to_jsonb(t)::text`,
          [organizationId],
        );
        everything[table] = rows;
      }
      return everything;
    }
  });
}

/** Each act that people have, by the action that its entry names. */
const ACTS: Record<string, (world: CatalogUnderTest) => Promise<Prepared>> = {
  'run.retried': async (world) => {
    const { catalog } = world;
    const collection = await newCollection(world);
    const { runId } = await acceptRun(world, collection);
    await catalog.runs.finish([{ runId, state: 'failed', error: 'PDF_DAMAGED' }]);
    return prepared(collection, (actor) => catalog.runs.retry(scopeOf(collection), runId, actor));
  },
  'page.reread': async (world) => {
    const { catalog } = world;
    const collection = await newCollection(world);
    const { documentId } = await withFailedPage(world, collection);
    const input = { documentId, page: 2, method: 'ocr' as const };
    return prepared(collection, (actor) => catalog.runs.reread(scopeOf(collection), { ...input, actor }));
  },
  'document.published_partial': async (world) => {
    const { catalog } = world;
    const collection = await newCollection(world);
    const { documentId } = await withFailedPage(world, collection);
    return prepared(collection, (actor) => catalog.versions.publishPartial(scopeOf(collection), documentId, actor));
  },
  'run.cancelled': async (world) => {
    const { catalog } = world;
    const collection = await newCollection(world);
    const run = await acceptRun(world, collection);
    await openVersion(world, run);
    return prepared(collection, (actor) => catalog.runs.cancel(scopeOf(collection), run.runId, actor));
  },
  'sync.cancelled': async (world) => {
    const { catalog } = world;
    const collection = await newCollection(world);
    const { runId } = await startSync(world, collection);
    return prepared(collection, (actor) => catalog.syncs.cancel(scopeOf(collection), runId, actor));
  },
  'collection.synced': async (world) => {
    const collection = await newCollection(world);
    return prepared(collection, (actor) => startSync(world, collection, { actor }));
  },
  'collection.synced, confirming the withdrawals of one under way': async (world) => {
    const collection = await newCollection(world);
    await startSync(world, collection, { location: LOCATION });
    return prepared(collection, (actor) => startSync(world, collection, { actor, withdrawalsConfirmed: true }));
  },
  'collection.created': async (world) => {
    const collection = await newCollection(world);
    const name = `c-${randomBytes(6).toString('hex')}`;
    return prepared(collection, (actor) =>
      world.catalog.collections.create(collection.organizationId, name, SETTINGS, actor),
    );
  },
  'collection.changed': async (world) => {
    const collection = await newCollection(world);
    const changes = { safetyLevel: 'clinical_staff_only' as const };
    return prepared(collection, (actor) =>
      world.catalog.collections.update(scopeOf(collection), collection.name, changes, actor),
    );
  },
  'document.deleted': async (world) => {
    const collection = await newCollection(world);
    const { version } = await ingest(world, collection, { paragraphs: ['aspirin'] });
    return prepared(collection, (actor) =>
      world.catalog.documents.delete(scopeOf(collection), version.documentId, actor),
    );
  },
  'document.deleted, again': async (world) => {
    const collection = await newCollection(world);
    const { version } = await ingest(world, collection, { paragraphs: ['aspirin'] });
    await world.catalog.documents.delete(scopeOf(collection), version.documentId, 'key-1');
    return prepared(collection, (actor) =>
      world.catalog.documents.delete(scopeOf(collection), version.documentId, actor),
    );
  },
  'key.created': async (world) => {
    const collection = await newCollection(world);
    const key = newKey(collection.organizationId);
    return prepared(collection, (actor) => world.catalog.keys.store(key, randomBytes(32), actor));
  },
  'key.revoked': async (world) => {
    const collection = await newCollection(world);
    const key = newKey(collection.organizationId);
    await world.catalog.keys.store(key, randomBytes(32), 'key-1');
    return prepared(collection, (actor) => world.catalog.keys.revoke(collection.organizationId, key.keyId, actor));
  },
  'document.erasure_accepted': async (world) => {
    const { organizationId, ...collection } = await newCollection(world);
    const audit = { action: 'document.erasure_accepted', details: {} };
    const act = { organizationId, kind: 'erasure' as const, subject: randomUUID(), audit };
    return prepared({ organizationId, ...collection }, (actor) => world.catalog.runs.acceptAct({ ...act, actor }));
  },
};

function prepared({ organizationId }: Collection, act: Prepared['act']): Prepared {
  return { organizationId, act };
}

/** A document of two pages, of which the second could not be read. */
async function withFailedPage(world: CatalogUnderTest, collection: Collection): Promise<{ documentId: string }> {
  const run = await acceptRun(world, collection);
  const version = await openVersion(world, run, { pageCount: 2 });
  await world.catalog.versions.recordPages(version.versionId, [page(1, 'native'), page(2, 'failed')]);
  await makeVersion(world, run, version, { paragraphs: ['what could be read'] });
  expect(await publish(world, run, [version.versionId])).toEqual(['needs_attention']);
  await world.catalog.runs.finish([{ runId: run.runId, state: 'needs_attention', error: 'PAGES_FAILED' }]);
  return version;
}

function newKey(organizationId: string) {
  return {
    keyId: randomUUID(),
    organizationId,
    name: 'test',
    scopes: ['read'] as const,
    collections: 'all' as const,
    safetyLevel: 'public' as const,
    expiresAt: null,
  };
}
