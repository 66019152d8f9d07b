-- From when a guideline counts, and which one takes the place of which.
-- What is in force is told by two plain columns of the document, kept by publication and deletion, so that a search compares
-- two dates of a row that it reads in any case.

alter table knowledge.versions
  -- As the document says, or the upload.
  add column effective_from date,
  -- Documents whose place it takes, by document id or external id, as they were named.
  add column supersedes text[] not null default '{}',
  -- The effective date; without one, of a version that takes the place of others, the day of its publication by its issuer.
  add column in_force_from date;

alter table knowledge.documents
  -- Of the live version, as it says.
  add column effective_from date,
  -- The first day on which it counts: since ever, where nothing is said. One that takes the place of another counts since it
  -- came in at the latest: the other one had its time.
  add column in_force_from date not null default '-infinity',
  -- The first day on which it no longer counts, and whose doing that is.
  add column superseded_from date not null default 'infinity',
  add column superseded_by uuid;

-- What the live version of a document names, resolved. Rows of a deleted document stay: what replaced that one has replaced
-- its predecessors as well.
create table knowledge.supersessions (
  document_id uuid not null references knowledge.documents,
  ordinal integer not null,
  organization_id text not null,
  collection_id uuid not null,
  named text not null,
  -- Null: no such document yet.
  predecessor_id uuid references knowledge.documents,
  primary key (document_id, ordinal),
  foreign key (organization_id, collection_id) references knowledge.collections (organization_id, collection_id)
);
create index supersessions_by_predecessor on knowledge.supersessions (predecessor_id);
-- Names that wait for their document; also whether a collection has any supersession at all.
create index supersessions_by_name on knowledge.supersessions (collection_id, knowledge.name_digest(named));

-- A document of a collection by its id or, if none has that id, by its external id.
create function knowledge.document_named(collection_id uuid, named text) returns uuid
  language sql stable strict as $$
    select coalesce((
      select d.document_id from knowledge.documents d
      where d.document_id = case
          when $2 ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then $2::uuid end
        and d.collection_id = $1
    ), (
      select d.document_id from knowledge.documents d
      join knowledge.collections c on c.organization_id = d.organization_id and c.collection_id = d.collection_id
      where c.collection_id = $1 and knowledge.name_digest(d.external_id) = knowledge.name_digest($2)
    ))
  $$;

alter table knowledge.version_chunks
  -- First row of the table in whose middle a chunk opens, for those who read it.
  add column table_header text;
