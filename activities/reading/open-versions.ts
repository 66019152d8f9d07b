import type { Catalog } from '../../core/ports/catalog.js';
import type { LocalFiles } from '../../core/ports/local-files.js';
import type { ObjectStore } from '../../core/ports/object-store.js';
import type { Run } from '../../core/ports/run-catalog.js';
import type { OpenedVersion, OpenVersionItem } from '../../core/ports/version-catalog.js';
import { withdrawOriginal } from '../screening/withdraw-original.js';

export interface OpenVersionsOfRunInput {
  readonly catalog: Catalog;
  readonly objects: ObjectStore;
  readonly localFiles: LocalFiles;
  readonly run: Run;
  readonly items: readonly OpenVersionItem[];
}

/**
 * Opens the versions of a run; every reader comes by here. Where one of them is the same as a version that waits for its
 * review, or was rejected in it, the file holds what that version is held for, so its original is withdrawn as well: no reader leaves it in the
 * clear. Twice gives the same versions and ends in the same place.
 */
export async function openVersionsOfRun(input: OpenVersionsOfRunInput): Promise<OpenedVersion[]> {
  const { catalog, run, items } = input;
  const opened = await catalog.versions.open({ organizationId: run.organizationId, runId: run.runId, items });
  if (opened.some((version) => version.outcome === 'held' || version.outcome === 'rejected'))
    await withdrawOriginal(input);
  return opened;
}
