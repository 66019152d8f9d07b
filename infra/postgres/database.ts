import type { Pool, PoolClient } from 'pg';
import { databaseFailure, isTransactionConflict } from './vendor-errors.js';

/** Runs SQL. `operation` names what is done; it stands in errors instead of the statement and its parameters. */
export interface Queryable {
  /** Errors: `Failure DATABASE_UNAVAILABLE` when the connection is lost or refused, `INTERNAL` for what SQL refuses. */
  query<Row>(operation: string, sql: string, values?: readonly unknown[]): Promise<Row[]>;
}

/** Tries of a transaction that lost to another one (deadlock, serialization); the lock order makes even one rare. */
const TRANSACTION_TRIES = 3;

/** One pool, spoken to in statements and transactions; where errors of `pg` end. */
export class Database implements Queryable {
  constructor(private readonly pool: Pool) {}

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
