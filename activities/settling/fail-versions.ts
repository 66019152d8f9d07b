import type { FailVersionsInput } from '../../core/contract/ingest-messages.js';
import type { CatalogDependency } from '../dependencies.js';

/** Ends versions that cannot be indexed, with the reason. May run twice: only an open version fails. */
export function createFailVersions({ catalog }: CatalogDependency) {
  return async function failVersions({ versionIds, code }: FailVersionsInput): Promise<void> {
    await catalog.versions.fail(versionIds.map((versionId) => ({ versionId, code })));
  };
}
