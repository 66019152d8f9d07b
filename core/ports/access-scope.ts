import type { CollectionId, OrganizationId } from '../contract/ids.js';
import type { SafetyLevel } from '../contract/states.js';

/** Who asks: a required argument of every read. There is no unscoped read. */
export interface AccessScope {
  readonly organizationId: OrganizationId;
  /** Ids of the collections that may be seen, or all of the organization. */
  readonly collections: 'all' | readonly CollectionId[];
  /** Documents above this level are invisible. */
  readonly safetyLevel: SafetyLevel;
  /** Whether documents that hold patient data may be seen; absent: no. */
  readonly readsPhi?: boolean;
  /** The key that asks. It sees the runs that it began, whatever became of them. Absent: nobody's key. */
  readonly actor?: string;
}
