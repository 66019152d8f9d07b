import type { AccessScope } from '../../../core/ports/access-scope.js';
import type { DocumentListing, DocumentView } from '../../../core/ports/document-catalog.js';
import type { Queryable } from '../database.js';
import { isUuid, storableText } from '../storable.js';
import { scopeValues } from '../visibility.js';
import { REVIEW_STATUS } from './review-cycle.js';
import {
  DOCUMENT_COLUMNS,
  DOCUMENT_STATE,
  DOCUMENTS_WITH_VERSION,
  type DocumentRow,
  IN_SCOPE,
  toDocumentView,
} from './document-row.js';

// Of a held document nothing but its external id is searched: its title is not shown either. Before the version is looked up, what
// the document itself tells leaves few: a state other than `published` is of documents of which nothing is live, and a live one has
// its version's title.
const LIST_DOCUMENTS = `
  select ${DOCUMENT_COLUMNS} from ${DOCUMENTS_WITH_VERSION}
  where ${IN_SCOPE}
    and case when $8::text is null then d.deleted_at is null else ${DOCUMENT_STATE} = $8 end
    and ($8::text is null or $8 = 'published' or d.live_version_id is null)
    and ($4::uuid is null or d.collection_id = $4)
    and ($5::text is null or d.external_digest = knowledge.name_digest($5))
    and ($6::uuid is null or d.creation_no < (select creation_no from knowledge.documents where document_id = $6))
    and ($9::text is null or d.live_version_id is null or d.title is null
      or strpos(lower(d.external_id), lower($9)) > 0 or strpos(lower(d.title), lower($9)) > 0)
    and ($9::text is null or strpos(lower(d.external_id), lower($9)) > 0
      or (v.state <> 'held' and strpos(lower(coalesce(v.title, r.metadata ->> 'title')), lower($9)) > 0))
    and ($10::date is null or d.updated_at >= $10::date::timestamp at time zone 'UTC')
    and ($11::date is null or d.updated_at < ($11::date + 1)::timestamp at time zone 'UTC')
    and ($12::boolean is null or $12 = (d.superseded_from <= (now() at time zone 'utc')::date))
    and ($13::text is null or (v.version_id = d.live_version_id and $13 = ${REVIEW_STATUS}))
  order by d.creation_no desc
  limit $7`;

/** In order of creation, newest first. */
export async function listDocuments(
  database: Queryable,
  scope: AccessScope,
  listing: DocumentListing,
): Promise<DocumentView[]> {
  const { collectionId, after, externalId, named } = listing;
  if ([collectionId, after].some((id) => id !== undefined && !isUuid(id))) return [];
  const rows = await database.query<DocumentRow>('listDocuments', LIST_DOCUMENTS, [
    ...scopeValues(scope),
    collectionId ?? null,
    externalId === undefined ? null : storableText(externalId),
    after ?? null,
    listing.limit,
    listing.state ?? null,
    named === undefined ? null : storableText(named),
    listing.changedFrom ?? null,
    listing.changedTo ?? null,
    listing.superseded ?? null,
    listing.reviewStatus ?? null,
  ]);
  return rows.map(toDocumentView);
}
