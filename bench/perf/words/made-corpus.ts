import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import type { StorableChunk } from '../../../infra/postgres/chunks/store-chunks.js';
import { pastTheGuards } from '../../../test/harness/past-the-guards.js';

/**
 * With these an abstract has 95 different words, 500 have about 6,000 and 5,000 about 20,000 (PubMed: 94; 7,000 and 13,000 to
 * 19,000, told from the sizes of segments).
 */
const WORDS_A_CHUNK = 115;
const VOCABULARY = 100_000;
const OFFSET = 60;
const EXPONENT = 1.7;
const SYLLABLES = ['ba', 'cor', 'di', 'fen', 'gol', 'ha', 'kin', 'lu', 'mer', 'no', 'pra', 'qui', 'ro', 'sta', 'tem', 'ul', 'vi', 'xo', 'zar', 'bri']; // prettier-ignore

/** Numbers from 0 to 1 that look random and are the same in every run (mulberry32). */
export function madeRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A rank by the law of Zipf and Mandelbrot: the k-th word is as frequent as 1 / (k + offset) ** exponent. */
export function madeRank(random: () => number): number {
  const power = 1 - EXPONENT;
  const [first, last] = [OFFSET ** power, (VOCABULARY + OFFSET) ** power];
  return Math.floor((first + random() * (last - first)) ** (1 / power) - OFFSET) + 1;
}

export function madeWord(rank: number): string {
  let word = '';
  for (let rest = rank; rest > 0 || word.length < 4; rest = Math.floor(rest / SYLLABLES.length)) {
    word += SYLLABLES[rest % SYLLABLES.length];
  }
  return word;
}

export interface MadeDocument {
  readonly documentId: string;
  readonly versionId: string;
  readonly chunk: StorableChunk;
}

/** Documents of one passage each, in the order of their chunks' ids. */
export function madeDocuments(collectionId: string, from: number, count: number): MadeDocument[] {
  const made = Array.from({ length: count }, (_, at): MadeDocument => {
    const random = madeRandom(7_919 * (from + at) + 1);
    const length = Math.round(WORDS_A_CHUNK * (0.5 + random()));
    const text = Array.from({ length }, () => madeWord(madeRank(random))).join(' ');
    const documentId = uuidOf(`document ${from + at}`);
    const inputSha256 = createHash('sha256').update(text).digest('hex');
    const chunkId = uuidOf(`chunk ${from + at}`);
    return {
      documentId,
      versionId: uuidOf(`version ${from + at}`),
      chunk: {
        chunkId,
        documentId,
        collectionId,
        textConfig: 'english',
        prefix: '',
        text,
        tokenCount: length,
        inputSha256,
      },
    };
  });
  return made.sort((a, b) => (a.chunk.chunkId < b.chunk.chunkId ? -1 : 1));
}

const MAKE_DOCUMENTS = `
  with made as (
    select * from unnest($3::uuid[], $4::uuid[]) m (document_id, version_id)
  ), documents as (
    insert into knowledge.documents (document_id, organization_id, collection_id, external_id, language)
    select document_id, $1, $2, document_id::text, 'en' from made
  )
  insert into knowledge.versions (version_id, organization_id, document_id, run_id, sequence, number, fingerprint, state,
    phi_status, source_sha256, page_count, language, published_at)
  select version_id, $1, document_id, '00000000-0000-4000-8000-000000000001', 1, 1, 'made', 'published', 'clear', 'made', 0, 'en', now()
  from made`;

const ATTACH = `
  insert into knowledge.version_chunks (version_id, ordinal, organization_id, chunk_no, start_offset, end_offset, pages,
    boxes, section_path)
  select m.version_id, 0, $1, c.chunk_no, 0, 4, '{}', '[]', '{}'
  from unnest($2::uuid[], $3::uuid[]) m (version_id, chunk_id) join knowledge.chunks c using (chunk_id)`;

const GO_LIVE = `
  update knowledge.documents d set live_version_id = m.version_id
  from unnest($1::uuid[], $2::uuid[]) m (document_id, version_id) where d.document_id = m.document_id`;

/** What a document is before its chunks are stored; past the catalog, as the ingest is not what is measured. */
export function makeDocuments(pool: Pool, tenant: readonly string[], made: readonly MadeDocument[]): Promise<void> {
  return pastTheGuards(pool, (client) =>
    client.query(MAKE_DOCUMENTS, [
      ...tenant,
      made.map(({ documentId }) => documentId),
      made.map(({ versionId }) => versionId),
    ]),
  );
}

/** Attaches the stored chunks to their versions; of the documents `live` goes live. */
export function attachDocuments(
  pool: Pool,
  organizationId: string,
  made: readonly MadeDocument[],
  live: readonly MadeDocument[],
): Promise<void> {
  return pastTheGuards(pool, async (client) => {
    await client.query(ATTACH, [
      organizationId,
      made.map(({ versionId }) => versionId),
      made.map(({ chunk }) => chunk.chunkId),
    ]);
    await client.query(GO_LIVE, [live.map(({ documentId }) => documentId), live.map(({ versionId }) => versionId)]);
  });
}

function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
