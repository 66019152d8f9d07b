-- Documents in the language of their own text, and collections with an embedding model of their own.

alter table knowledge.collections
  -- Name of the model that the collection was made with; null: the stack's own.
  add column embedding_model text,
  -- The text-search configuration of the collection's first language. Ids of chunks that it stemmed do not name it, as they
  -- did not when it was the only one; those of all others do. Null: the collection's language was changed before, so that
  -- no id may go without.
  add column first_text_config text;
update knowledge.collections set first_text_config = text_configs[1] where cardinality(text_configs) = 1;

-- What did not say its language was taken to be in its collection's, and stemmed so; filters by language find it now.
update knowledge.versions v set language = k.language
from knowledge.documents d join knowledge.collections k using (collection_id)
where v.document_id = d.document_id and v.language = 'und';
update knowledge.documents d set language = k.language
from knowledge.collections k
where k.collection_id = d.collection_id and d.language = 'und';
