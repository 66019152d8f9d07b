-- What became of the words of a version's source, as counts and places (core/contract/word-account.ts, WordCounts); the words themselves lie
-- sealed with its reading. Null: read before there was a witness, or not read yet.
alter table knowledge.versions add column word_counts jsonb;
