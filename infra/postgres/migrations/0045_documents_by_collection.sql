-- The documents of a collection in the order of their ids, page by page (infra/postgres/rescreens/live-versions.ts). Under row-level
-- security the index by external digest does not serve this: comparing bytea may leak what it sees, comparing ids may not.
create index documents_by_collection on knowledge.documents (organization_id, collection_id, document_id);
