-- When somebody looked a live document over and found that it still holds: its review cycle runs from then on.

alter table knowledge.documents add column confirmed_at timestamptz;
