import type { CollectionId, OrganizationId, VectorIndexId } from './ids.js';

/** A vector index whose missing vectors are filled in. */
export interface FillTarget {
  readonly organizationId: OrganizationId;
  readonly collectionId: CollectionId;
  /** Absent: the live one of the collection, which may not be made yet. */
  readonly vectorIndexId?: VectorIndexId;
  /** How often chunks had been indexed without vectors when it was found. */
  readonly skipped: number;
}

export interface FillVectorsStep extends FillTarget {
  /** Chunks up to this place have vectors; 0 at the beginning. */
  readonly behind: number;
}

export interface FillVectorsResult {
  readonly embedded: number;
  readonly behind: number;
  readonly more: boolean;
}

/** Where a filling goes on that has become long: the targets that are left, the first of them from a place on. */
export interface FillRest {
  readonly targets: readonly FillTarget[];
  readonly behind: number;
}
