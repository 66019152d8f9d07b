import type { Pool, PoolClient } from 'pg';
import type { OrganizationId } from '../../core/contract/ids.js';
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

  /** For statements about the rows of one organization. */
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

  async query<Row>(operation: string, sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    try {
      return (await this.pool.query(sql, [...values])).rows as Row[];
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

  private async runOnce<Result>(work: (tx: Queryable) => Promise<Result>): Promise<Result> {
    const client = await this.pool.connect();
    let broken = false;
    // A connection that dies between two statements emits an error that nobody awaits; the next statement reports it.
    const onError = () => (broken = true);
    client.on('error', onError);
    try {
      await client.query('begin');
      const result = await work(new TransactionClient(client));
      await client.query('commit');
      return result;
    } catch (error) {
      // A rollback that fails has lost its connection, and the server rolls back by itself.
      await client.query('rollback').catch(() => (broken = true));
      throw error;
    } finally {
      client.off('error', onError);
      client.release(broken);
    }
  }
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
