import type { Pool, PoolClient } from 'pg';
import type { OrganizationId } from '../../core/contract/ids.js';
import { kindOf, type PostgresKind } from './pool.js';
import { beginFor, OrganizationQuery } from './organization-query.js';
import { databaseFailure, isTransactionConflict } from './vendor-errors.js';

/** Runs SQL. `operation` names what is done; it stands in errors instead of the statement and its parameters. */
export interface Queryable {
  /** Errors: `Failure DATABASE_UNAVAILABLE` when the connection is lost or refused, `INTERNAL` for what SQL refuses. */
  query<Row>(operation: string, sql: string, values?: readonly unknown[]): Promise<Row[]>;
}

/** Tries of a transaction that lost to another one (deadlock, serialization); the lock order makes even one rare. */
const TRANSACTION_TRIES = 3;

/**
 * One pool. It runs no SQL by itself: a statement needs a handle, and a handle says whose rows the statement is about.
 */
export class Database {
  constructor(private readonly pool: Pool) {}

  /**
   * For statements about the rows of one organization. Row-level security keeps them to these, whatever the statement says:
   * it finds no row of another organization, and one that it writes for another one is refused. On PGlite that holds for
   * transactions; single statements, which are the reads, go without, as it cost a search there a seventh (docs/decisions.md).
   */
  forOrganization(organizationId: OrganizationId): DatabaseHandle {
    return new DatabaseHandle(this.pool, { organizationId });
  }

  /**
   * For statements that belong to no organization (the schema), or that find out to which one something belongs.
   * `reason` says why no organization can be named.
   */
  forSystem(reason: string): DatabaseHandle {
    return new DatabaseHandle(this.pool, { reason });
  }
}

/** Whose rows a statement may touch. */
type Reach = { readonly organizationId: OrganizationId } | { readonly reason: string };

/** Statements and transactions of one organization, or of the system; where errors of `pg` end. */
export class DatabaseHandle implements Queryable {
  constructor(
    private readonly pool: Pool,
    readonly reach: Reach,
  ) {}

  get kind(): PostgresKind {
    return kindOf(this.pool);
  }

  async query<Row>(operation: string, sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    try {
      if ('reason' in this.reach || this.kind === 'pglite')
        return (await this.pool.query(sql, [...values])).rows as Row[];
      const { organizationId } = this.reach;
      return await this.#connected((client) =>
        queryFor<Row>(client, organizationId, { text: sql, values: [...values] }),
      );
    } catch (error) {
      throw databaseFailure(operation, error);
    }
  }

  /**
   * Runs `work` in one transaction (read committed). It may be run again from the start, so it must change nothing but
   * through `tx`; and it must await nothing but `tx`, because on PGlite an open transaction stops all other clients.
   */
  async transaction<Result>(operation: string, work: (tx: Queryable) => Promise<Result>): Promise<Result> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.runOnce(work);
      } catch (error) {
        if (!isTransactionConflict(error) || tries >= TRANSACTION_TRIES) throw databaseFailure(operation, error);
      }
    }
  }

  private runOnce<Result>(work: (tx: Queryable) => Promise<Result>): Promise<Result> {
    return this.#connected(async (client, broken) => {
      try {
        await client.query('reason' in this.reach ? 'begin' : beginFor(this.reach.organizationId));
        const result = await work(new TransactionClient(client));
        await client.query('commit');
        return result;
      } catch (error) {
        // A rollback that fails has lost its connection, and the server rolls back by itself.
        await client.query('rollback').catch(broken);
        throw error;
      }
    });
  }

  async #connected<Result>(work: (client: PoolClient, broken: () => void) => Promise<Result>): Promise<Result> {
    const client = await this.pool.connect();
    let isBroken = false;
    const broken = () => {
      isBroken = true;
    };
    // A connection that dies between two statements emits an error that nobody awaits; the next statement reports it.
    client.on('error', broken);
    try {
      return await work(client, broken);
    } finally {
      client.off('error', broken);
      client.release(isBroken);
    }
  }
}

function queryFor<Row>(
  client: PoolClient,
  organizationId: OrganizationId,
  statement: { text: string; values: unknown[] },
): Promise<Row[]> {
  return new Promise((resolve, reject) => {
    client.query(
      new OrganizationQuery(organizationId, statement, (error, result) =>
        error ? reject(error) : resolve(result.rows as Row[]),
      ),
    );
  });
}

class TransactionClient implements Queryable {
  constructor(private readonly client: PoolClient) {}

  async query<Row>(operation: string, sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    try {
      return (await this.client.query(sql, [...values])).rows as Row[];
    } catch (error) {
      // A conflict goes through as it is: the transaction tells by it that it may try again.
      throw isTransactionConflict(error) ? error : databaseFailure(operation, error);
    }
  }
}
