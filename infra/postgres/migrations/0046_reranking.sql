-- The hits of a collection are put before the reranker, where the system has one.
alter table knowledge.collections add column rerank boolean not null default true;
