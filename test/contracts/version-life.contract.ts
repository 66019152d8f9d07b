import type { PoolClient } from 'pg';
import { describe, expect, it } from 'vitest';
import { VERSION_STATES, type VersionState } from '../../core/contract/states.js';
import { FIRST_STATES, mayMove } from '../../core/publishing/version-life.js';
import {
  acceptRun,
  type CatalogUnderTest,
  ingest,
  makeVersion,
  newCollection,
  openVersion,
  page,
} from './catalog-world.js';

/** The database keeps to the table of a version's life, and lets nobody change what was written. */
export function versionLifeContract(world: () => CatalogUnderTest): void {
  describe('life of a version', () => {
    /** What the statement is refused with; `null`: it passed. All is rolled back. */
    async function refusalOf(work: (client: PoolClient) => Promise<unknown>): Promise<string | null> {
      const client = await world().pool.connect();
      try {
        await client.query('begin');
        await work(client);
        return null;
      } catch (error) {
        return (error as Error).message;
      } finally {
        await client.query('rollback');
        client.release();
      }
    }

    /** Puts a version into a state past the guard. Replication role is how Postgres leaves triggers out. */
    async function forceState(client: PoolClient, versionId: string, state: VersionState): Promise<void> {
      await client.query("set local session_replication_role = 'replica'");
      await client.query('update knowledge.versions set state = $2 where version_id = $1', [versionId, state]);
      await client.query("set local session_replication_role = 'origin'");
    }

    it('moves as the table says, and in no other way: every pair of states', async () => {
      const { version } = await ingest(world(), await newCollection(world()), { paragraphs: ['x'] });
      const moved: string[] = [];
      const expected: string[] = [];
      for (const from of VERSION_STATES) {
        for (const to of VERSION_STATES.filter((state) => state !== from)) {
          const refusal = await refusalOf(async (client) => {
            await forceState(client, version.versionId, from);
            await client.query('update knowledge.versions set state = $2 where version_id = $1', [
              version.versionId,
              to,
            ]);
          });
          if (refusal === null) moved.push(`${from} → ${to}`);
          else expect(refusal).toBe(`refused: a version does not move from ${from} to ${to}`);
          if (mayMove(from, to)) expected.push(`${from} → ${to}`);
        }
      }
      expect(moved).toEqual(expected);
    });

    it.each(VERSION_STATES)('begins %s only where the table says so', async (state) => {
      const { run, version } = await ingest(world(), await newCollection(world()), { paragraphs: ['x'] });
      const other = await acceptRun(world(), await newCollection(world(), {}, run.organizationId));
      const refusal = await refusalOf((client) =>
        client.query(
          `insert into knowledge.versions (version_id, organization_id, document_id, run_id, sequence, number, fingerprint,
             page_count, source_sha256, state)
           select gen_random_uuid(), organization_id, document_id, $2, sequence + 1, 99, fingerprint, 0, source_sha256, $3
           from knowledge.versions where version_id = $1`,
          [version.versionId, other.runId, state],
        ),
      );
      expect(refusal === null).toBe(FIRST_STATES.includes(state));
    });

    const CONTENT = [
      "title = 'other'",
      "text = 'other'",
      "metadata = '{}'",
      "language = 'pt'",
      "phi_status = 'clear'",
      'reading_ref = null',
      "safety_level = 'public'",
      "supersedes = '{x}'",
    ];
    const END = ["failure_code = 'INTERNAL'", 'partial = true', 'published_at = now()'];
    const IDENTITY = ["fingerprint = 'x'", 'sequence = 0', 'page_count = 3', "source_sha256 = 'x'"];

    it.each([...CONTENT, ...END, ...IDENTITY])('refuses `%s` of a version that was published', async (change) => {
      const { version } = await ingest(world(), await newCollection(world()), { paragraphs: ['x'] });
      const update = `update knowledge.versions set ${change} where version_id = $1`;
      expect(await refusalOf((client) => client.query(update, [version.versionId]))).toMatch(/^refused: /);
    });

    it('lets content be written while the version is open, and taken away when it is erased', async () => {
      const version = await openVersion(world(), await acceptRun(world(), await newCollection(world())));
      const write = `update knowledge.versions set title = 'T', text = 'x' where version_id = $1`;
      const erase = `update knowledge.versions set state = 'erased', title = null, text = null where version_id = $1`;
      const values = [version.versionId];
      expect(await refusalOf((client) => client.query(write, values))).toBeNull();
      const erased = async (client: PoolClient) => {
        await forceState(client, version.versionId, 'superseded');
        await client.query(erase, values);
        await client.query('delete from knowledge.version_chunks where version_id = $1', values);
        await client.query('delete from knowledge.pages where version_id = $1', values);
      };
      expect(await refusalOf(erased)).toBeNull();
      const afterwards = async (client: PoolClient) => {
        await erased(client);
        await client.query(write, values);
      };
      expect(await refusalOf(afterwards)).toMatch(/^refused: /);
    });

    it('lets what a later screen found be written of what is live, and what is held lose its passages', async () => {
      const run = await acceptRun(world(), await newCollection(world()));
      const version = await openVersion(world(), run, { pageCount: 1 });
      await world().catalog.versions.recordPages(version.versionId, [page(1, 'native')]);
      await makeVersion(world(), run, version, { paragraphs: ['x'] });
      await world().catalog.versions.publish(run.organizationId, run.collectionId, [version.versionId]);
      const values = [version.versionId];
      const hold = `update knowledge.versions set state = 'held', phi_status = 'suspected', text = null where version_id = $1`;
      const held = async (client: PoolClient) => {
        await client.query("update knowledge.pages set outcome = 'held' where version_id = $1", values);
        await client.query(hold, values);
        await client.query('delete from knowledge.version_chunks where version_id = $1', values);
      };
      expect(await refusalOf(held)).toBeNull();
      const allow = "update knowledge.versions set phi_status = 'contains_phi' where version_id = $1";
      expect(await refusalOf((client) => client.query(allow, values))).toBeNull();
      const lift = async (client: PoolClient) => {
        await client.query(allow, values);
        await client.query("update knowledge.versions set phi_status = 'clear' where version_id = $1", values);
      };
      expect(await refusalOf(lift)).toMatch(/^refused: /);
    });

    it.each([
      "update knowledge.pages set outcome = 'blank' where version_id = $1",
      'delete from knowledge.pages where version_id = $1',
      'update knowledge.version_chunks set ordinal = ordinal + 10 where version_id = $1',
      'delete from knowledge.version_chunks where version_id = $1',
      "update knowledge.chunks set text = 'other' where chunk_no in (select chunk_no from knowledge.version_chunks where version_id = $1)",
    ])('refuses, once it ended: %s', async (change) => {
      const run = await acceptRun(world(), await newCollection(world()));
      const version = await openVersion(world(), run, { pageCount: 1 });
      await world().catalog.versions.recordPages(version.versionId, [page(1, 'native')]);
      await makeVersion(world(), run, version, { paragraphs: ['x'] });
      await world().catalog.versions.publish(run.organizationId, run.collectionId, [version.versionId]);
      expect(await refusalOf((client) => client.query(change, [version.versionId]))).toMatch(/^refused: /);
    });
  });
}
