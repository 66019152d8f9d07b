-- breaking: what is live can be held after all, when a later screen finds patient data in it (a run of the kind `rescreen`).

alter table knowledge.versions
  -- The version of the screen (core/screening/screen-version.ts); null: before this was recorded.
  add column screen_version integer,
  -- The rescreen that looked at it last.
  add column rescreen_run_id uuid,
  add foreign key (organization_id, rescreen_run_id) references knowledge.runs (organization_id, run_id);

-- The live version that a rescreen took out of the document. It alone may come back although its number is not above
-- live_sequence, until anything else goes live; what was accepted before it stays away.
alter table knowledge.documents
  add column taken_out_version_id uuid,
  add foreign key (organization_id, taken_out_version_id) references knowledge.versions (organization_id, version_id);

create or replace function knowledge.version_may_move(from_state text, to_state text) returns boolean
  language sql immutable parallel safe as $$
    select case from_state
      when 'open' then to_state in
        ('published', 'superseded', 'needs_attention', 'failed', 'held', 'cancelled', 'erased')
      when 'published' then to_state in ('superseded', 'archived', 'held')
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

-- What a version says is taken away when it is erased, or held after it was live.
drop trigger versions_content on knowledge.versions;
create trigger versions_content before update of title, authors, language, published_on, metadata,
    safety_level, text, reading_ref, effective_from, supersedes, in_force_from on knowledge.versions
  for each row when (old.state <> 'open' and not (old.state <> 'erased' and new.state = 'erased')
    and not (old.state = 'published' and new.state = 'held'))
  execute function knowledge.refuse_change('the content of a version does not change after it ended');
-- A later screen finds more, never less: it only makes a live version stricter.
create trigger versions_phi_status before update of phi_status on knowledge.versions
  for each row when (old.state <> 'open' and not (old.state <> 'erased' and new.state = 'erased')
    and not (old.state = 'published' and new.state = 'held')
    and not (old.state = 'published' and new.state = 'published' and new.phi_status = 'contains_phi'))
  execute function knowledge.refuse_change('the screening of a version does not change after it ended');

-- The findings of a live version are replaced by those of a rescreen.
create function knowledge.check_findings_written() returns trigger language plpgsql as $$
begin
  if exists (
    select from (select distinct version_id from written) w join knowledge.versions v using (version_id)
    where v.state not in ('open', 'published')) then
    raise exception 'refused: the findings of a version do not change after it ended';
  end if;
  return null;
end
$$;
create function knowledge.check_findings_removed() returns trigger language plpgsql as $$
begin
  if exists (
    select from (select distinct version_id from removed) r join knowledge.versions v using (version_id)
    where v.state not in ('open', 'published', 'erased')) then
    raise exception 'refused: the findings of a version are removed when it is erased';
  end if;
  return null;
end
$$;
drop trigger findings_written on compliance.findings;
drop trigger findings_removed on compliance.findings;
create trigger findings_written after insert on compliance.findings referencing new table as written
  for each statement execute function knowledge.check_findings_written();
create trigger findings_removed after delete on compliance.findings referencing old table as removed
  for each statement execute function knowledge.check_findings_removed();

-- The ledger of a live version can only become that of a held one.
create function knowledge.check_pages_changed() returns trigger language plpgsql as $$
begin
  if exists (
    select from (select version_id, bool_and(outcome = 'held') as all_held from written group by version_id) w
    join knowledge.versions v using (version_id)
    where v.state <> 'open' and not (v.state = 'published' and w.all_held)) then
    raise exception 'refused: what belongs to a version does not change after it ended (%)', tg_table_name;
  end if;
  return null;
end
$$;
drop trigger pages_changed on knowledge.pages;
create trigger pages_changed after update on knowledge.pages referencing new table as written
  for each statement execute function knowledge.check_pages_changed();

-- A held version that was live loses its passages, also when a newer one has taken its place meanwhile: it has no text any more.
create function knowledge.check_version_chunks_removed() returns trigger language plpgsql as $$
begin
  if exists (
    select from (select distinct version_id from removed) r join knowledge.versions v using (version_id)
    where v.state not in ('open', 'held', 'erased') and not (v.published_at is not null and v.text is null)) then
    raise exception 'refused: what belongs to a version is removed when it is held or erased (%)', tg_table_name;
  end if;
  return null;
end
$$;
drop trigger version_chunks_removed on knowledge.version_chunks;
create trigger version_chunks_removed after delete on knowledge.version_chunks referencing old table as removed
  for each statement execute function knowledge.check_version_chunks_removed();
