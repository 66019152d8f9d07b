import type { Collection } from '../../core/ports/collection-catalog.js';
import type { Run } from '../../core/ports/run-catalog.js';
import { PIPELINE_VERSION, versionFingerprint } from '../../core/reading/fingerprint.js';

/** What a version of this run would be made from: equal fingerprints make equal versions. */
export function documentFingerprint(input: {
  externalId: string;
  recordSha256: string;
  run: Run;
  collection: Collection;
}): string {
  const { language, phiPolicy, chunking } = input.collection;
  const { title, effectiveFrom, supersedes, custom } = input.run.metadata;
  return versionFingerprint({
    documentKey: input.externalId,
    recordSha256: input.recordSha256,
    pipelineVersion: PIPELINE_VERSION,
    settings: { language, phiPolicy, chunking },
    // Absent ones leave no trace.
    metadata: { title: title ?? null, effectiveFrom, supersedes, custom },
  });
}
