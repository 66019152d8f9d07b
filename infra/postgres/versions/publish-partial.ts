import type { DocumentId } from '../../../core/contract/ids.js';
import type { VersionState } from '../../../core/contract/states.js';
import type { AccessScope } from '../../../core/ports/access-scope.js';
import type { PartialPublication } from '../../../core/ports/version-catalog.js';
import { appendAudit } from '../audit/append-audit.js';
import type { DatabaseHandle } from '../database.js';
import { lockCollectionOf } from '../documents/lock-collection-of.js';
import { levelsUpTo } from '../safety-levels.js';
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
  where d.document_id = $1 and coalesce(v.safety_level, k.safety_level) = any ($2::text[])`;

// Open again for the moment of its publication; the publication judges it as any other.
const ALLOW_PARTIAL = `
  update knowledge.versions set partial = true, state = 'open', failure_code = null where version_id = $1`;

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
    if (newest.deleted) return { refusal: 'state', state: 'deleted' };
    if (newest.state === 'published' && newest.partial) return { versionId, failedPages, already: true };
    if (newest.state !== 'needs_attention') {
      return { refusal: 'state', state: newest.state === 'open' ? 'processing' : newest.state };
    }
    if (!newest.has_chunks) return { refusal: 'empty' };

    await tx.query('allowPartial', ALLOW_PARTIAL, [versionId]);
    const [outcome] = await publishWithin(tx, {
      organizationId: scope.organizationId,
      collectionId,
      versionIds: [versionId],
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
