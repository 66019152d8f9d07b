import { Failure } from '../../../core/contract/failures.js';
import type { Recommendation } from '../../../core/contract/recommendation.js';
import type { OrganizationId } from '../../../core/contract/ids.js';
import type { VersionChunks } from '../../../core/ports/version-catalog.js';
import type { DatabaseHandle, Queryable } from '../database.js';
import { mergeIfMany } from '../lexical/merge-segments.js';
import { textConfig } from '../lexical/text-config.js';
import type { PostgresKind } from '../pool.js';
import { storableJson, storableText } from '../storable.js';
import { chunkId } from './chunk-id.js';
import { embeddingInput, inputSha256 } from './embedding-input.js';
import { storeChunks, type StorableChunk } from './store-chunks.js';
import { IS_OPEN } from '../versions/version-states.js';

/**
 * Chunks a transaction, and so at most of a segment. On PGlite all other clients wait for it: 64 chunks are 130 ms of a core
 * there. Elsewhere nobody waits, and the more chunks, the fewer rows of postings.
 */
const CHUNKS_PER_TRANSACTION: Record<PostgresKind, number> = { pglite: 64, native: 1_024 };

/**
 * An erasure of a former version of the document takes chunks that no version has, also those just stored. It takes some at
 * a time, so a second try nearly always finds them all; else the activity is tried again.
 */
const STORING_TRIES = 3;

const OPEN_VERSIONS = `
  select v.version_id, v.document_id, c.collection_id, coalesce(nullif(v.language, 'und'), c.language) as language,
    c.first_text_config
  from knowledge.versions v
  join knowledge.documents d using (document_id)
  join knowledge.collections c using (collection_id)
  where v.organization_id = $1 and v.version_id = any ($2::uuid[]) and v.${IS_OPEN}`;

const LOCK_OPEN_VERSIONS = `
  select version_id from knowledge.versions
  where version_id = any ($1::uuid[]) and ${IS_OPEN}
  order by version_id for no key update`;

// As the foreign key would lock them row by row, but before anything is attached: an erasure that removes chunks without a
// version, as these may still be, is waited for, and waits.
const LOCK_CHUNKS = `
  select c.chunk_no, m.chunk_no is not null as is_going
  from knowledge.chunks c left join knowledge.chunks_to_erase m using (chunk_no)
  where c.chunk_id = any ($1::uuid[])
  order by c.chunk_id for key share of c`;

const FORGET_VERSION_CHUNKS = `delete from knowledge.version_chunks where version_id = any ($1::uuid[])`;

const ATTACH_CHUNKS = `
  insert into knowledge.version_chunks (version_id, ordinal, organization_id, chunk_no, start_offset, end_offset, pages,
    boxes, section_path, table_header, markdown, recommendations)
  select a.version_id, a.ordinal, $1, c.chunk_no, a.start, a."end", a.pages, a.boxes, a.section_path,
    a.table_header, a.markdown, a.recommendations
  from jsonb_to_recordset($2::jsonb) a (version_id uuid, ordinal integer, chunk_id uuid, start integer, "end" integer,
    pages integer[], boxes jsonb, section_path text[], table_header text, markdown text,
    recommendations jsonb)
  join knowledge.chunks c using (chunk_id)`;

const STORE_TEXTS = `
  update knowledge.versions v set text = t.text
  from unnest($1::uuid[], $2::text[]) t (version_id, text)
  where v.version_id = t.version_id`;

interface OpenVersion {
  version_id: string;
  document_id: string;
  collection_id: string;
  language: string;
  first_text_config: string | null;
}

interface Attachment {
  readonly version_id: string;
  readonly ordinal: number;
  readonly chunk_id: string;
  readonly start: number;
  readonly end: number;
  readonly pages: readonly number[];
  readonly boxes: readonly unknown[];
  readonly section_path: readonly string[];
  readonly table_header: string | null;
  readonly markdown: string | null;
  readonly recommendations: readonly Recommendation[] | null;
}

/**
 * Chunks first, in small transactions, as nobody sees them; then, in one, which versions have them. Versions that are no
 * longer open are left as they are.
 */
export async function saveChunks(
  database: DatabaseHandle,
  organizationId: OrganizationId,
  versions: readonly VersionChunks[],
): Promise<void> {
  const given = new Map(versions.map((version) => [version.versionId, version]));
  const open = await database.query<OpenVersion>('openVersions', OPEN_VERSIONS, [organizationId, [...given.keys()]]);
  const chunks = new Map<string, StorableChunk>();
  const attachments: Attachment[] = [];
  for (const row of open) {
    const version = given.get(row.version_id);
    if (version) addChunks({ row, version, chunks, attachments });
  }

  const stored = [...chunks.values()].sort((a, b) => (a.chunkId < b.chunkId ? -1 : 1));
  const chunksPerTransaction = CHUNKS_PER_TRANSACTION[database.kind];
  for (let tries = 0; tries < STORING_TRIES; tries++) {
    for (let at = 0; at < stored.length; at += chunksPerTransaction) {
      await storeChunks(database, organizationId, stored.slice(at, at + chunksPerTransaction));
    }
    const attached = await database.transaction('attachChunks', (tx) => attach(tx, organizationId, given, attachments));
    if (!attached) continue;
    for (const collectionId of new Set(stored.map((chunk) => chunk.collectionId))) {
      await mergeIfMany(database, organizationId, collectionId);
    }
    return;
  }
  throw new Failure('ERASURE_UNDER_WAY');
}

function addChunks(input: {
  row: OpenVersion;
  version: VersionChunks;
  chunks: Map<string, StorableChunk>;
  attachments: Attachment[];
}): void {
  const { row, version } = input;
  const repetitions = new Map<string, number>();
  const config = textConfig(row.language);
  const ownConfig = config === row.first_text_config ? null : config;
  for (const chunk of version.chunks) {
    const text = storableText(chunk.text);
    const prefix = storableText(chunk.prefix);
    const { sectionPath } = chunk;
    const content = JSON.stringify([sectionPath, prefix, text]);
    const repetition = repetitions.get(content) ?? 0;
    repetitions.set(content, repetition + 1);
    const id = chunkId({
      documentId: row.document_id,
      sectionPath,
      prefix,
      text,
      repetition,
      textConfig: ownConfig,
    });
    input.chunks.set(id, {
      chunkId: id,
      documentId: row.document_id,
      collectionId: row.collection_id,
      textConfig: config,
      prefix,
      text,
      tokenCount: chunk.tokenCount,
      inputSha256: inputSha256(embeddingInput({ prefix, text })),
    });
    input.attachments.push({
      version_id: row.version_id,
      ordinal: chunk.ordinal,
      chunk_id: id,
      start: chunk.start,
      end: chunk.end,
      pages: chunk.pages,
      boxes: chunk.boxes,
      section_path: sectionPath,
      table_header: chunk.tableHeader ?? null,
      markdown: chunk.markdown ?? null,
      recommendations: chunk.recommendations ?? null,
    });
  }
}

/**
 * Replaces what an earlier try attached, so that a version has exactly the chunks given last. `false`: an erasure took some
 * of the chunks, or is about to, and nothing was attached.
 */
async function attach(
  tx: Queryable,
  organizationId: OrganizationId,
  versions: ReadonlyMap<string, VersionChunks>,
  attachments: readonly Attachment[],
): Promise<boolean> {
  const locked = await tx.query<{ version_id: string }>('lockOpenVersions', LOCK_OPEN_VERSIONS, [[...versions.keys()]]);
  const open = new Set(locked.map((row) => row.version_id));
  if (open.size === 0) return true;
  const attached = attachments.filter((attachment) => open.has(attachment.version_id));
  const chunkIds = new Set(attached.map((attachment) => attachment.chunk_id));
  const chunks = await tx.query<{ is_going: boolean }>('lockChunks', LOCK_CHUNKS, [[...chunkIds]]);
  if (chunks.length < chunkIds.size || chunks.some((chunk) => chunk.is_going)) return false;
  await tx.query('forgetVersionChunks', FORGET_VERSION_CHUNKS, [[...open]]);
  await tx.query('attachChunks', ATTACH_CHUNKS, [organizationId, storableJson(attached)]);
  await tx.query('storeTexts', STORE_TEXTS, [
    [...open],
    [...open].map((versionId) => storableText(versions.get(versionId)?.text ?? '')),
  ]);
  return true;
}
