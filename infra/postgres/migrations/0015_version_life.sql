-- A version's life is guarded by the database: its states move as core/publishing/version-life.ts says and in no other way,
-- and what was written of a version does not change after it ended.

alter table knowledge.versions
  drop constraint versions_state_check,
  -- `sanitized`: a person had it redacted, and another version goes on in its place. `erased`: its content is gone for good.
  add constraint versions_state_check check (state in
    ('open', 'published', 'held', 'needs_attention', 'superseded', 'failed', 'cancelled',
      'rejected', 'sanitized', 'archived', 'erased'));

create function knowledge.version_may_move(from_state text, to_state text) returns boolean
  language sql immutable parallel safe as $$
    select case from_state
      when 'open' then to_state in
        ('published', 'superseded', 'needs_attention', 'failed', 'held', 'cancelled', 'erased')
      when 'published' then to_state in ('superseded', 'archived')
      when 'needs_attention' then to_state in ('published', 'superseded', 'failed', 'erased')
      when 'held' then to_state in ('superseded', 'open', 'rejected', 'sanitized', 'erased')
      when 'superseded' then to_state in ('archived', 'erased')
      when 'failed' then to_state = 'erased'
      when 'cancelled' then to_state = 'erased'
      when 'rejected' then to_state = 'erased'
      when 'sanitized' then to_state = 'erased'
      when 'archived' then to_state = 'erased'
      else false
    end
  $$;

create function knowledge.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'refused: %', tg_argv[0];
end
$$;

create function knowledge.check_version_move() returns trigger language plpgsql as $$
begin
  if not knowledge.version_may_move(old.state, new.state) then
    raise exception 'refused: a version does not move from % to %', old.state, new.state;
  end if;
  return new;
end
$$;

create trigger versions_begin before insert on knowledge.versions
  for each row when (new.state not in ('open', 'superseded'))
  execute function knowledge.refuse_change('a version begins open, or superseded where it has no reading');
create trigger versions_move before update of state on knowledge.versions
  for each row when (old.state <> new.state)
  execute function knowledge.check_version_move();
-- What a version is. A trigger with a list of columns asks nothing of statements that do not name one of them.
create trigger versions_identity before update of version_id, organization_id, document_id, run_id, sequence, number,
    fingerprint, source_sha256, page_count, record_revision, opened_at on knowledge.versions
  for each row execute function knowledge.refuse_change('what a version is made from does not change');
-- What it says. It is written while the version is open, and taken away when it is erased.
create trigger versions_content before update of phi_status, title, authors, language, published_on, metadata,
    safety_level, text, reading_ref, effective_from, supersedes, in_force_from on knowledge.versions
  for each row when (old.state <> 'open' and not (old.state <> 'erased' and new.state = 'erased'))
  execute function knowledge.refuse_change('the content of a version does not change after it ended');
-- How it ended: said by the move itself.
create trigger versions_end before update of failure_code, partial, published_at on knowledge.versions
  for each row when (old.state <> 'open' and old.state = new.state)
  execute function knowledge.refuse_change('the end of a version does not change');

-- What belongs to a version: its ledger, its findings, and which chunks it has in which order. Once a statement, as a
-- version may have thousands of rows.
create function knowledge.check_parts_written() returns trigger language plpgsql as $$
begin
  if exists (
    select from (select distinct version_id from written) w join knowledge.versions v using (version_id)
    where v.state <> 'open') then
    raise exception 'refused: what belongs to a version does not change after it ended (%)', tg_table_name;
  end if;
  return null;
end
$$;
create function knowledge.check_parts_removed() returns trigger language plpgsql as $$
begin
  if exists (
    select from (select distinct version_id from removed) r join knowledge.versions v using (version_id)
    where v.state not in ('open', 'erased')) then
    raise exception 'refused: what belongs to a version is removed when it is erased (%)', tg_table_name;
  end if;
  return null;
end
$$;

create trigger pages_written after insert on knowledge.pages referencing new table as written
  for each statement execute function knowledge.check_parts_written();
create trigger pages_changed after update on knowledge.pages referencing new table as written
  for each statement execute function knowledge.check_parts_written();
create trigger pages_removed after delete on knowledge.pages referencing old table as removed
  for each statement execute function knowledge.check_parts_removed();
create trigger version_chunks_written after insert on knowledge.version_chunks referencing new table as written
  for each statement execute function knowledge.check_parts_written();
create trigger version_chunks_changed after update on knowledge.version_chunks referencing new table as written
  for each statement execute function knowledge.check_parts_written();
create trigger version_chunks_removed after delete on knowledge.version_chunks referencing old table as removed
  for each statement execute function knowledge.check_parts_removed();
create trigger findings_written after insert on compliance.findings referencing new table as written
  for each statement execute function knowledge.check_parts_written();
create trigger findings_changed after update on compliance.findings referencing new table as written
  for each statement execute function knowledge.check_parts_written();
create trigger findings_removed after delete on compliance.findings referencing old table as removed
  for each statement execute function knowledge.check_parts_removed();

-- A chunk is never changed: it is made, and erased with its document.
create trigger chunks_immutable before update on knowledge.chunks
  for each row execute function knowledge.refuse_change('a chunk does not change');
