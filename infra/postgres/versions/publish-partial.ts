import type { DocumentId } from '../../../core/contract/ids.js';
import type { VersionState } from '../../../core/contract/states.js';
import type { AccessScope } from '../../../core/ports/access-scope.js';
import type { PartialPublication } from '../../../core/ports/version-catalog.js';
import { judgePartialPublication } from '../../../core/publishing/judge-partial-publication.js';
import { appendAudit } from '../audit/append-audit.js';
import type { DatabaseHandle } from '../database.js';
import { lockCollectionOf } from '../documents/lock-collection-of.js';
import { levelsUpTo, withinLevels } from '../safety-levels.js';
import { isUuid } from '../storable.js';
import { publishWithin } from './publish-versions.js';

const LOCK_DOCUMENT = `select document_id from knowledge.documents where document_id = $1 for no key update`;

const NEWEST_VERSION = `
  select v.version_id, v.state, v.partial, d.deleted_at is not null as deleted,
    (select count(*) from knowledge.pages p where p.version_id = v.version_id and p.outcome = 'failed') as failed_pages,
    exists (select from knowledge.version_chunks vc where vc.version_id = v.version_id) as has_chunks
  from knowledge.documents d
  join knowledge.collections k using (collection_id)
  cross join lateral (
    select * from knowledge.versions newest where newest.document_id = d.document_id
    order by newest.sequence desc, newest.number desc limit 1
  ) v
  where d.document_id = $1 and ${withinLevels('v.safety_level', 'k.safety_level', '$2')}`;

interface NewestVersion {
  version_id: string;
  state: VersionState;
  partial: boolean;
  deleted: boolean;
  failed_pages: number;
  has_chunks: boolean;
}

export async function publishPartial(
  database: DatabaseHandle,
  input: { scope: AccessScope; documentId: DocumentId; actor: string },
): Promise<PartialPublication | null> {
  const { scope, documentId, actor } = input;
  if (!isUuid(documentId)) return null;
  return database.transaction('publishPartial', async (tx): Promise<PartialPublication | null> => {
    const collectionId = await lockCollectionOf(tx, scope, documentId);
    if (collectionId === null) return null;
    await tx.query('lockDocument', LOCK_DOCUMENT, [documentId]);
    const levels = levelsUpTo(scope.safetyLevel);
    const [newest] = await tx.query<NewestVersion>('newestVersion', NEWEST_VERSION, [documentId, levels]);
    if (!newest) return null;
    const { version_id: versionId, failed_pages: failedPages } = newest;
    const { state, partial, deleted, has_chunks: hasChunks } = newest;
    const verdict = judgePartialPublication({ state, partial, deleted, hasChunks });
    if (verdict === 'already') return { versionId, failedPages, already: true };
    if (verdict === 'empty') return { refusal: 'empty' };
    if (verdict !== 'publish') return { refusal: 'state', state: verdict.state };

    const [outcome] = await publishWithin(tx, {
      organizationId: scope.organizationId,
      collectionId,
      versionIds: [versionId],
      partial: true,
    });
    if (outcome?.state !== 'published') return { refusal: 'state', state: outcome?.state ?? 'failed' };
    await appendAudit(tx, {
      organizationId: scope.organizationId,
      actor,
      action: 'document.published_partial',
      subject: documentId,
      details: { versionId, failedPages },
    });
    return { versionId, failedPages, already: false };
  });
}
