import {
  heldDecisionKey,
  heldReadingKey,
  originalPlaces,
  runPrefix,
  versionPrefix,
} from '../../../core/contract/object-keys.js';
import type { OrganizationId, RunId, VersionId } from '../../../core/contract/ids.js';

export interface VersionPlaceRow {
  version_id: VersionId;
  run_id: RunId;
}

export interface OriginalRow {
  run_id: RunId;
  /** Null: a review, which has no original of its own. */
  object_key: string | null;
}

/** Where objects lie. Prefixes are for `ObjectStore.list`; what is named need not be there. */
export interface ObjectPlaces {
  readonly keys: string[];
  readonly prefixes: string[];
}

/** Where everything lies that was read of these versions, and that these runs were given or left between their stages. */
export function objectPlaces(
  organizationId: OrganizationId,
  versions: readonly VersionPlaceRow[],
  runs: readonly OriginalRow[],
): ObjectPlaces {
  const places = versions.map((row) => ({ organizationId, runId: row.run_id, versionId: row.version_id }));
  return {
    keys: unique([...runs.flatMap(placesOfOriginal), ...places.map(heldReadingKey), ...places.map(heldDecisionKey)]),
    prefixes: unique([
      ...runs.map((row) => runPrefix({ organizationId, runId: row.run_id })),
      ...places.map(versionPrefix),
    ]),
  };
}

/** Where it lies, and where it lies as well if moving it was broken off. */
export function placesOfOriginal({ object_key }: Pick<OriginalRow, 'object_key'>): string[] {
  if (object_key === null) return [];
  const { open, held } = originalPlaces(object_key);
  return [open, held];
}

export function unique(keys: readonly string[]): string[] {
  return [...new Set(keys)];
}
