import type { FailureCode } from '../../../core/contract/failures.js';
import type { CollectionId, DocumentId, OrganizationId, RunId, VersionId } from '../../../core/contract/ids.js';
import type { AccessScope } from '../../../core/ports/access-scope.js';
import type { VectorIndexSpec } from '../../../core/ports/vector-index.js';
import type { StartableRun } from '../../../core/ports/workflow-starter.js';
import type {
  HeldVersion,
  OpenedVersion,
  OpenVersionsInput,
  PartialPublication,
  PendingEmbedding,
  PublishOutcome,
  RunVersionCounts,
  VersionCatalog,
  VersionChunks,
  VersionDescription,
  WithdrawRecordsInput,
} from '../../../core/ports/version-catalog.js';
import type { PageRecord } from '../../../core/contract/reading.js';
import { cachedEmbeddings, cacheEmbeddings } from '../chunks/embedding-cache.js';
import { pendingEmbeddings } from '../chunks/pending-embeddings.js';
import { saveChunks } from '../chunks/save-chunks.js';
import type { Database } from '../database.js';
import { countVersions } from './count-versions.js';
import { describeVersions } from './describe-versions.js';
import { failVersions } from './fail-versions.js';
import { holdVersions } from './hold-versions.js';
import { openVersions } from './open-versions.js';
import { publishPartial } from './publish-partial.js';
import { publishVersions } from './publish-versions.js';
import { readLedger, recordPages } from './record-pages.js';
import { withdrawRecords } from './withdraw-records.js';
import { recordScreening, type ScreenedVersion } from './record-screening.js';

/** Callers name rows by ids alone. */
const BY_IDS_ALONE = 'the rows are named by their ids alone';

/** The making of versions; each method is an operation in a file of its own. */
export class PgVersionCatalog implements VersionCatalog {
  constructor(private readonly database: Database) {}

  open(input: OpenVersionsInput): Promise<OpenedVersion[]> {
    return openVersions(this.database.forOrganization(input.organizationId), input);
  }

  withdraw(input: WithdrawRecordsInput): Promise<void> {
    return withdrawRecords(this.database.forOrganization(input.organizationId), input);
  }

  recordPages(versionId: VersionId, pages: readonly PageRecord[]): Promise<void> {
    return recordPages(this.database.forSystem(BY_IDS_ALONE), versionId, pages);
  }

  pages(versionId: VersionId): Promise<PageRecord[]> {
    return readLedger(this.database.forSystem(BY_IDS_ALONE), versionId);
  }

  describe(versions: readonly VersionDescription[]): Promise<void> {
    return describeVersions(this.database.forSystem(BY_IDS_ALONE), versions);
  }

  recordScreening(versions: readonly ScreenedVersion[]): Promise<void> {
    return recordScreening(this.database.forSystem(BY_IDS_ALONE), versions);
  }

  hold(versions: readonly HeldVersion[]): Promise<StartableRun[]> {
    return holdVersions(this.database.forSystem(BY_IDS_ALONE), versions);
  }

  fail(versions: readonly { versionId: VersionId; code: FailureCode }[]): Promise<void> {
    return failVersions(this.database.forSystem(BY_IDS_ALONE), versions);
  }

  saveChunks(organizationId: OrganizationId, versions: readonly VersionChunks[]): Promise<void> {
    return saveChunks(this.database.forOrganization(organizationId), organizationId, versions);
  }

  pendingEmbeddings(
    spec: VectorIndexSpec,
    versionIds: readonly VersionId[],
    limit: number,
    skip?: number,
  ): Promise<PendingEmbedding[]> {
    const page = { limit, ...(skip === undefined ? {} : { skip }) };
    return pendingEmbeddings(this.database.forOrganization(spec.organizationId), spec, versionIds, page);
  }

  cachedEmbeddings(
    organizationId: OrganizationId,
    modelKey: string,
    inputSha256s: readonly string[],
  ): Promise<Map<string, Float32Array>> {
    return cachedEmbeddings(this.database.forOrganization(organizationId), organizationId, modelKey, inputSha256s);
  }

  cacheEmbeddings(
    organizationId: OrganizationId,
    modelKey: string,
    items: readonly { inputSha256: string; vector: Float32Array }[],
  ): Promise<void> {
    return cacheEmbeddings(this.database.forOrganization(organizationId), organizationId, modelKey, items);
  }

  publishPartial(scope: AccessScope, documentId: DocumentId, actor: string): Promise<PartialPublication | null> {
    return publishPartial(this.database.forOrganization(scope.organizationId), { scope, documentId, actor });
  }

  publish(
    organizationId: OrganizationId,
    collectionId: CollectionId,
    versionIds: readonly VersionId[],
  ): Promise<PublishOutcome[]> {
    return publishVersions(this.database.forOrganization(organizationId), { organizationId, collectionId, versionIds });
  }

  countByState(runIds: readonly RunId[]): Promise<Map<RunId, RunVersionCounts>> {
    return countVersions(this.database.forSystem(BY_IDS_ALONE), runIds);
  }
}
