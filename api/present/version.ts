import type { VersionRecord } from '../../core/ports/document-catalog.js';
import type { VersionBody } from '../schemas/version.js';

/** One version in the history of a document. */
export function presentVersion(version: VersionRecord): VersionBody {
  return {
    versionId: version.versionId,
    number: version.number,
    state: version.state,
    live: version.isLive,
    phiStatus: version.phiStatus,
    screenedWith: version.screenedWith,
    screenVersion: version.screenVersion,
    ...(version.failureCode === null ? {} : { failureCode: version.failureCode }),
    runId: version.runId,
    sha256: version.sha256,
    pageCount: version.pageCount,
    partial: version.partial,
    openedAt: version.openedAt.toISOString(),
    publishedAt: version.publishedAt?.toISOString() ?? null,
    pages: { ...version.pages },
    findings: version.findings.map((finding) => ({ ...finding })),
  };
}
