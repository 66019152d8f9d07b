import type { OrganizationId } from '../../../core/contract/ids.js';
import type { CacheCatalog, EpochReading } from '../../../core/ports/cache-catalog.js';
import type { Database } from '../database.js';

// One snapshot for all of them.
const READ_EPOCHS = `
  select
    coalesce((
      select json_agg(json_build_array(c.collection_id, c.organization_id, c.name, c.withdrawal_epoch,
        c.publication_epoch, v.vector_index_id) order by c.collection_id)
      from knowledge.collections c
      left join knowledge.vector_indexes v on v.collection_id = c.collection_id and v.state = 'live'
    ), '[]') as collections,
    coalesce((select json_object_agg(organization_id, epoch) from ops.cache_resets), '{}') as resets`;

const FOLLOW = `
  with gone as (
    delete from ops.cache_followers where seen_at < now() - interval '1 minute' and follower_id <> $1
  )
  insert into ops.cache_followers (follower_id, withdrawals, seen_at) values ($1, $2, now())
  on conflict (follower_id) do update set withdrawals = excluded.withdrawals, seen_at = excluded.seen_at`;

const COUNT_BEHIND = `
  select count(*)::integer as behind from ops.cache_followers
  where follower_id <> $1 and coalesce(withdrawals, -1) < $2 and seen_at >= now() - interval '1 minute'`;

const RESET = `
  insert into ops.cache_resets (organization_id) values ($1)
  on conflict (organization_id) do update set epoch = ops.cache_resets.epoch + 1`;

type CollectionTuple = [string, string, string, number, number, string | null];

interface ReadingRow {
  collections: CollectionTuple[];
  resets: Record<string, number>;
}

export class PgCacheCatalog implements CacheCatalog {
  constructor(private readonly database: Database) {}

  async readEpochs(): Promise<EpochReading> {
    const [row] = await this.#system().query<ReadingRow>('readEpochs', READ_EPOCHS);
    if (!row) throw new Error('the epochs were not read');
    const collections = row.collections.map(
      ([collectionId, organizationId, name, withdrawalEpoch, publicationEpoch, vectorIndexId]) => ({
        collectionId,
        organizationId,
        name,
        withdrawalEpoch,
        publicationEpoch,
        vectorIndexId,
      }),
    );
    const resets = new Map(Object.entries(row.resets));
    const counts = [...collections.map(({ withdrawalEpoch }) => withdrawalEpoch), ...resets.values()];
    return { collections, resets, withdrawals: counts.reduce((sum, count) => sum + count, 0) };
  }

  async follow(followerId: string, withdrawals: number | null): Promise<void> {
    await this.#system().query('followEpochs', FOLLOW, [followerId, withdrawals]);
  }

  async countBehind(followerId: string, withdrawals: number): Promise<number> {
    const values = [followerId, withdrawals];
    const [row] = await this.#system().query<{ behind: number }>('countBehind', COUNT_BEHIND, values);
    return row?.behind ?? 0;
  }

  async leave(followerId: string): Promise<void> {
    await this.#system().query('leaveCache', 'delete from ops.cache_followers where follower_id = $1', [followerId]);
  }

  async reset(organizationId: OrganizationId): Promise<void> {
    await this.#system().query('resetCache', RESET, [organizationId]);
  }

  #system() {
    return this.database.forSystem('a process follows the epochs of all organizations at once');
  }
}
