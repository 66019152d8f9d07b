alter table knowledge.version_chunks
  -- The passage with its tables as Markdown, for those who read it; null where it holds none.
  add column markdown text;
