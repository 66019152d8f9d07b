/** SQL: whether a document `d` is one of those that a question expects; `expected` is a jsonb value. */
export function isExpected(expected: string): string {
  return `exists (
    select from jsonb_array_elements(${expected}) e
    where e ->> 'documentId' = d.document_id::text or e ->> 'externalId' = d.external_id
  )`;
}

export const REPLACEMENTS = `
  select v.version_id, v.run_id, d.document_id, d.external_id, d.live_version_id
  from knowledge.versions v join knowledge.documents d on d.document_id = v.document_id
  where v.organization_id = $1 and v.version_id = any ($2::uuid[])`;

export const LIVE_VERSIONS = `
  select d.document_id, d.live_version_id
  from knowledge.documents d
  where d.organization_id = $1 and d.collection_id = $2 and d.live_version_id is not null and ${isExpected('$3::jsonb')}`;

export const PASSAGES = `
  select c.text, vc.pages
  from knowledge.version_chunks vc join knowledge.chunks c on c.chunk_no = vc.chunk_no
  where vc.organization_id = $1 and vc.version_id = $2
  order by vc.ordinal`;

export const RECORD_GATE = `
  update knowledge.golden_questions set held_version = $4, held_run = $5, held_at = case when $4::uuid is not null then now() end
  where organization_id = $1 and golden_question_id = $2 and edition = $3
    and held_version is distinct from $4::uuid`;
