import { calendarDay, statedDay } from '../../../core/reading/facts/calendar-day.js';
import type { VersionDescription } from '../../../core/ports/version-catalog.js';
import type { DatabaseHandle } from '../database.js';
import { storableJson } from '../storable.js';
import { IS_OPEN } from './version-states.js';

// The upload's title names its document; a source of many records was given one title for all, so there each record's
// own counts. What the file says of itself (PMID, DOI) outweighs free keys of the same name: anchors cite it.
const DESCRIBE_VERSIONS = `
  update knowledge.versions v set
    title = case when r.records_total > 0 or r.records_done > 0
      then coalesce(d.title, coalesce(d.uploaded, r.metadata) ->> 'title')
      else coalesce(coalesce(d.uploaded, r.metadata) ->> 'title', d.title) end,
    authors = d.authors,
    language = d.language,
    published_on = d.published_on,
    metadata = coalesce(coalesce(d.uploaded, r.metadata) -> 'custom', '{}') || d.metadata,
    effective_from = d.effective_from,
    supersedes = d.supersedes,
    in_force_from = d.in_force_from,
    reading_ref = d.reading_ref,
    word_counts = d.word_counts
  from jsonb_to_recordset($1::jsonb)
      d (version_id uuid, title text, authors text[], language text, published_on text, effective_from date,
        supersedes text[], in_force_from date, metadata jsonb, reading_ref jsonb, word_counts jsonb, uploaded jsonb),
    knowledge.runs r
  where v.version_id = d.version_id and r.run_id = v.run_id and v.${IS_OPEN}`;

export async function describeVersions(
  database: DatabaseHandle,
  versions: readonly VersionDescription[],
): Promise<void> {
  if (versions.length === 0) return;
  const rows = versions.map(({ versionId, metadata, language, readingRef, wordCounts, uploaded }) => {
    const { title, authors, publishedOn, effectiveFrom = '', supersedes = [], ...rest } = metadata;
    const effectiveOn = calendarDay(effectiveFrom) ?? null;
    return {
      version_id: versionId,
      title: title ?? null,
      authors: authors ?? [],
      language,
      published_on: publishedOn ?? null,
      effective_from: effectiveOn,
      supersedes,
      in_force_from: effectiveOn ?? (supersedes.length > 0 ? (statedDay(publishedOn ?? '') ?? null) : null),
      metadata: rest,
      reading_ref: readingRef,
      word_counts: wordCounts ?? null,
      uploaded: uploaded ?? null,
    };
  });
  await database.query('describeVersions', DESCRIBE_VERSIONS, [storableJson(rows)]);
}
