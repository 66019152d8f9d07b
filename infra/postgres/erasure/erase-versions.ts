import type { ErasureBatch } from '../../../core/ports/erasure-catalog.js';
import type { DatabaseHandle } from '../database.js';
import { IS_DUE } from './due-erasures.js';

export const LOCK_DOCUMENTS = `
  select document_id from knowledge.documents
  where organization_id = $1 and document_id = any ($2::uuid[])
  order by document_id for no key update`;

// Those that the deletion covers and nobody reads any more. The live version came after the deletion; it is named again all
// the same, so that no mistake elsewhere can ever take a live one.
const ERASE_VERSIONS = `
  with going as (
    select v.version_id
    from knowledge.versions v
    join knowledge.documents d on d.document_id = v.document_id and d.live_version_id is distinct from v.version_id
    join knowledge.runs r on r.run_id = v.run_id and r.state <> 'running'
    where v.organization_id = $1 and v.document_id = any ($2::uuid[]) and v.state <> 'erased'
      and exists (
        select from knowledge.erasures e join knowledge.collections c on c.collection_id = e.collection_id
        where e.document_id = v.document_id and v.sequence <= e.up_to_sequence and ${IS_DUE})
    order by v.version_id
    for no key update of v
  ), erased as (
    update knowledge.versions v set
      state = 'erased', erased_at = clock_timestamp(), text = null, title = null, authors = '{}', language = null,
      published_on = null, metadata = '{}', reading_ref = null, effective_from = null, in_force_from = null, supersedes = '{}'
    from going where v.version_id = going.version_id
    returning v.document_id
  ), counted as (
    select document_id, count(*) as versions from erased group by document_id
  )
  update knowledge.erasures e set versions = e.versions + counted.versions
  from counted
  where e.document_id = counted.document_id and e.up_to_sequence = (
    select max(o.up_to_sequence) from knowledge.erasures o where o.document_id = e.document_id and o.finished_at is null)`;

// What a document shows is its last live version's: it goes with the newest of its deletions, unless a later version is live.
const ERASE_DOCUMENTS = `
  update knowledge.documents d set
    title = null, authors = '{}', language = null, published_on = null, metadata = '{}', effective_from = null
  where d.organization_id = $1 and d.document_id = any ($2::uuid[]) and d.deleted_at is not null
    and not exists (
      select from knowledge.erasures e join knowledge.collections c on c.collection_id = e.collection_id
      where e.document_id = d.document_id and e.finished_at is null and not (${IS_DUE}))`;

// A name that was a file's, or where the file lay, is kept as its digest. A version that came since has the same name.
const ERASE_FILE_NAMES = `
  update knowledge.documents d set external_id = 'erased:' || encode(knowledge.name_digest(d.external_id), 'hex')
  where d.organization_id = $1 and d.document_id = any ($2::uuid[]) and d.external_id !~ '^erased:'
    and not exists (
      select from knowledge.versions v where v.document_id = d.document_id and v.state <> 'erased')
    and (d.external_id ~ '^[a-zA-Z][a-zA-Z0-9+.-]*://' or exists (
      select from knowledge.run_items i join knowledge.runs r using (run_id)
      where i.document_id = d.document_id and r.file_name = d.external_id))`;

// Which documents it took the place of still counts for those; what it called them does not.
const FORGET_NAMES = `
  update knowledge.supersessions s set named = 'erased:' || encode(knowledge.name_digest(s.named), 'hex')
  from knowledge.documents d
  where d.document_id = s.document_id and d.organization_id = $1 and d.document_id = any ($2::uuid[])
    and d.deleted_at is not null and s.named !~ '^erased:'`;

// Hashes tell no word to who lacks the keys; still nobody needs those of a document that is gone.
const FORGET_FALSE_ALARMS = `
  delete from compliance.remembered_spans s using knowledge.documents d
  where s.organization_id = $1 and s.document_id = d.document_id and d.document_id = any ($2::uuid[])
    and d.deleted_at is not null`;

// What a chat service told from it goes with it; that it was told, and to whom, stays for the recall.
const FORGET_ANSWERS = `
  update knowledge.answers a set sealed = null
  where a.organization_id = $1 and a.sealed is not null and exists (
    select from knowledge.answer_citations c join knowledge.versions v using (version_id)
    where c.answer_id = a.answer_id and c.document_id = any ($2::uuid[]) and v.state = 'erased')`;

/** First of all steps: what is erased can get no chunk any more. Nothing of it is live, so searches notice nothing. */
export async function eraseVersions(
  database: DatabaseHandle,
  { organizationId, documentIds }: ErasureBatch,
): Promise<void> {
  await database.transaction('eraseVersions', async (tx) => {
    const documents = [organizationId, documentIds];
    await tx.query('lockDocuments', LOCK_DOCUMENTS, documents);
    await tx.query('eraseVersions', ERASE_VERSIONS, documents);
    await tx.query('eraseDocuments', ERASE_DOCUMENTS, documents);
    await tx.query('eraseFileNames', ERASE_FILE_NAMES, documents);
    await tx.query('forgetNames', FORGET_NAMES, documents);
    await tx.query('forgetFalseAlarms', FORGET_FALSE_ALARMS, documents);
    await tx.query('forgetAnswers', FORGET_ANSWERS, documents);
  });
}
