import type { CollectionId, OrganizationId } from './ids.js';

/** A collection whose golden questions are to be asked. */
export interface DueGoldenCheck {
  readonly organizationId: OrganizationId;
  readonly collectionId: CollectionId;
  /** What the answers of the collection hang on, as it was when the check was found due. */
  readonly state: string;
}

export interface GoldenCheckStep extends Omit<DueGoldenCheck, 'state'> {
  /** Questions up to this number were asked; 0 at the beginning. */
  readonly after: number;
}

export interface GoldenCheckResult {
  readonly after: number;
  readonly more: boolean;
  readonly lost: number;
}

/** Where a look goes on that has become long: the checks that are left, the first of them behind a number. */
export interface GoldenCheckRest {
  readonly due: readonly DueGoldenCheck[];
  readonly after: number;
}
