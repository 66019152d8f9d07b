import pg, { type Connection } from 'pg';
import type { OrganizationId } from '../../core/contract/ids.js';

/** Without login or tables of its own: row-level security holds for it (migration 0013). */
const TENANT_ROLE = 'medindex_tenant';

/** Opens a transaction of one organization; all its statements see and write rows of that one only. */
export function beginFor(organizationId: OrganizationId): string {
  return `begin; set local role ${TENANT_ROLE}; set local medindex.organization = ${pg.escapeLiteral(organizationId)}`;
}

const RESTRICT = `select set_config('role', '${TENANT_ROLE}', true), set_config('medindex.organization', $1, true)`;

/** Of an unnamed statement, whose types the server works out. */
const UNNAMED = { name: '', types: [] };

/** The messages of a query that `pg` answers with; its types know the class and not these. */
interface AnsweredQuery {
  submit(connection: Connection): unknown;
  handleDataRow(message: unknown): void;
  handleCommandComplete(message: unknown, connection: Connection): void;
}

const PgQuery = pg.Query as unknown as new (
  config: { text: string; values: unknown[]; queryMode: 'extended' },
  callback: (error: Error | undefined, result: { rows: unknown[] }) => void,
) => AnsweredQuery;

/**
 * A single statement of one organization. It is sent together with the statement that restricts it, before one Sync: the
 * server runs what lies before a Sync as one transaction, so the restriction ends with the statement. One round trip.
 */
export class OrganizationQuery extends PgQuery {
  #restricted = false;

  constructor(
    private readonly organizationId: OrganizationId,
    config: { text: string; values: unknown[] },
    callback: (error: Error | undefined, result: { rows: unknown[] }) => void,
  ) {
    super({ ...config, queryMode: 'extended' }, callback);
  }

  override submit(connection: Connection): unknown {
    connection.stream.cork();
    try {
      connection.parse({ ...UNNAMED, text: RESTRICT }, true);
      connection.bind({ values: [this.organizationId] }, true);
      connection.execute({ portal: '' }, true);
      return super.submit(connection);
    } finally {
      connection.stream.uncork();
    }
  }

  /** The first row and the first completion are those of the restricting statement. */
  override handleDataRow(message: unknown): void {
    if (this.#restricted) super.handleDataRow(message);
  }

  override handleCommandComplete(message: unknown, connection: Connection): void {
    if (this.#restricted) super.handleCommandComplete(message, connection);
    this.#restricted = true;
  }
}
