import type { OrganizationId } from '../../core/contract/ids.js';
import type { Queryable } from './database.js';

const ADD_ORGANIZATION = `
  insert into knowledge.organizations (organization_id) values ($1) on conflict do nothing`;

/** An organization comes into being with its first collection or key. */
export async function ensureOrganization(database: Queryable, organizationId: OrganizationId): Promise<void> {
  await database.query('addOrganization', ADD_ORGANIZATION, [organizationId]);
}
