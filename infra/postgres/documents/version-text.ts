import type { DocumentId, VersionId } from '../../../core/contract/ids.js';
import type { AccessScope } from '../../../core/ports/access-scope.js';
import type { TextPlace, VersionChoice, VersionText } from '../../../core/ports/document-catalog.js';
import type { Queryable } from '../database.js';
import { isUuid } from '../storable.js';
import { scopeValues, VERSION_SEEN } from '../visibility.js';
import { DOCUMENTS_WITH_VERSION, IN_SCOPE } from './document-row.js';

interface VersionTextRow {
  version_id: VersionId;
  number: number;
  language: string;
  published_at: Date;
  contains_phi: boolean;
  text: string | null;
  places: TextPlace[] | null;
}

// $5: "live", "id", "number" or "before"; $6 the id, $7 the number. Of a document that can be found today, versions that were
// published once: neither what is held nor what was withdrawn is told by way of its former versions. What a rescreen took out,
// and no review let pass, has no text any more; the versions before it may say the same, and are not told either.
const VERSION_TEXT = `
  select one.version_id, one.number, one.language, one.published_at, one.phi_status = 'contains_phi' as contains_phi, one.text,
    (select json_agg(json_build_object(
        'start', vc.start_offset, 'end', vc.end_offset, 'pages', vc.pages, 'sectionPath', vc.section_path)
        order by vc.ordinal)
      from knowledge.version_chunks vc where vc.version_id = one.version_id) as places
  from ${DOCUMENTS_WITH_VERSION}
  join knowledge.versions one on one.document_id = d.document_id
  where ${IN_SCOPE} and d.document_id = $4 and d.live_version_id is not null
    and one.state in ('published', 'superseded') and one.published_at is not null
    and not exists (
      select from knowledge.versions taken
      where taken.document_id = d.document_id and taken.number >= one.number and taken.published_at is not null
        and taken.text is null and taken.state <> 'erased')
    and case $5::text
      when 'live' then one.version_id = d.live_version_id
      when 'id' then one.version_id = $6::uuid
      when 'number' then one.number = $7::integer
      else one.number < $7::integer
    end
    and exists (
      select from knowledge.versions v join knowledge.runs r using (run_id)
      where v.version_id = one.version_id and ${VERSION_SEEN})
  order by one.number desc
  limit 1`;

/** The text of a version with where its parts stand; `null`: no such version in scope, or it was never published. */
export async function readVersionText(
  database: Queryable,
  scope: AccessScope,
  documentId: DocumentId,
  choice: VersionChoice,
): Promise<VersionText | null> {
  const [which, versionId, number] = parametersOf(choice);
  if (!isUuid(documentId) || (versionId !== null && !isUuid(versionId))) return null;
  const [row] = await database.query<VersionTextRow>('versionText', VERSION_TEXT, [
    ...scopeValues(scope),
    documentId,
    which,
    versionId,
    number,
  ]);
  if (!row) return null;
  return {
    versionId: row.version_id,
    number: row.number,
    language: row.language,
    publishedAt: row.published_at,
    containsPhi: row.contains_phi,
    text: row.text,
    places: row.places ?? [],
  };
}

function parametersOf(choice: VersionChoice): [which: string, versionId: VersionId | null, number: number | null] {
  if (choice === 'live') return ['live', null, null];
  if ('versionId' in choice) return ['id', choice.versionId, null];
  return 'number' in choice ? ['number', null, choice.number] : ['before', null, choice.before];
}
