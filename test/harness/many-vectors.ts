import { createHash, randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import type { Collection } from '../../core/ports/collection-catalog.js';
import type { VectorIndex, VectorIndexSpec } from '../../core/ports/vector-index.js';
import { pastTheGuards } from './past-the-guards.js';

/** Documents a statement; vectors are handed over in batches of about this many, too. */
const BATCH = 1_000;

// What an ingest leaves, with the run of one that was made properly.
const MAKE_DOCUMENTS = `
  with template as (
    select v.* from knowledge.versions v join knowledge.documents d on d.live_version_id = v.version_id
    where d.organization_id = $1 and d.collection_id = $2 limit 1
  ), made as (
    select * from unnest($3::uuid[], $4::uuid[], $5::jsonb[]) m (document_id, version_id, metadata)
  ), documents as (
    insert into knowledge.documents (document_id, organization_id, collection_id, external_id, language, metadata)
    select document_id, $1, $2, document_id::text, 'en', metadata from made
  )
  insert into knowledge.versions (version_id, organization_id, document_id, run_id, sequence, number, fingerprint, state,
    phi_status, source_sha256, page_count, language, published_at)
  select m.version_id, $1, m.document_id, t.run_id, t.sequence, 1, 'made', 'published', 'clear', t.source_sha256, 0, 'en', now()
  from made m, template t`;
const MAKE_LIVE = `
  update knowledge.documents d set live_version_id = m.version_id
  from unnest($1::uuid[], $2::uuid[]) m (document_id, version_id) where d.document_id = m.document_id`;
const MAKE_CHUNKS = `
  with made as (
    select * from unnest($3::uuid[], $4::uuid[], $5::uuid[], $6::integer[]) m (chunk_id, document_id, version_id, ordinal)
  ), stored as (
    insert into knowledge.chunks (chunk_id, organization_id, collection_id, document_id, prefix, text, token_count,
      input_sha256, words, term_count)
    select chunk_id, $1, $2, document_id, '', 'made', 1, chunk_id::text, '{}', 1 from made
    returning chunk_id, chunk_no
  )
  insert into knowledge.version_chunks (version_id, ordinal, organization_id, chunk_no, start_offset, end_offset, pages,
    boxes, section_path)
  select m.version_id, m.ordinal, $1, s.chunk_no, 0, 4, '{}', '[]', '{}'
  from made m join stored s using (chunk_id)`;
const COUNT_CHUNKS = `update knowledge.collections set live_chunks = live_chunks + $2 where collection_id = $1`;

export interface ManyVectors {
  /** In the order of the vectors. */
  readonly chunkIds: readonly string[];
}

/**
 * Live documents of some chunks each with made vectors, tens of thousands in a minute: written past the catalog. The
 * collection has a document already, whose run they share.
 */
export async function storeManyVectors(
  { pool, vectorIndex }: { pool: Pool; vectorIndex: VectorIndex },
  input: {
    collection: Collection;
    spec: VectorIndexSpec;
    vectors: readonly Float32Array[];
    chunksPerDocument: number;
    /** Of a document, by its number from 0. */
    metadataOf: (document: number) => Record<string, unknown>;
  },
): Promise<ManyVectors> {
  const { collection, spec, vectors, chunksPerDocument } = input;
  const chunkIds = vectors.map((_, at) => uuidOf(`${spec.vectorIndexId}/${at}`));
  const count = Math.ceil(vectors.length / chunksPerDocument);
  const documents = Array.from({ length: count }, (_, number) => ({
    documentId: randomUUID(),
    versionId: randomUUID(),
    metadata: input.metadataOf(number),
  }));
  const tenant = [collection.organizationId, collection.collectionId];
  for (let from = 0; from < count; from += BATCH) {
    const batch = documents.slice(from, from + BATCH);
    const documentIds = batch.map(({ documentId }) => documentId);
    const versionIds = batch.map(({ versionId }) => versionId);
    const metadata = batch.map((document) => JSON.stringify(document.metadata));
    await pastTheGuards(pool, (client) => client.query(MAKE_DOCUMENTS, [...tenant, documentIds, versionIds, metadata]));
    await pool.query(MAKE_LIVE, [documentIds, versionIds]);
  }
  for (let from = 0; from < vectors.length; from += BATCH) {
    const places = Array.from({ length: Math.min(BATCH, vectors.length - from) }, (_, at) => from + at);
    const items = places.map((place) => ({
      chunkId: chunkIds[place] ?? '',
      document: documents[Math.floor(place / chunksPerDocument)],
      vector: vectors[place] ?? new Float32Array(),
    }));
    await pastTheGuards(pool, (client) =>
      client.query(MAKE_CHUNKS, [
        ...tenant,
        items.map(({ chunkId }) => chunkId),
        items.map(({ document }) => document?.documentId),
        items.map(({ document }) => document?.versionId),
        places.map((place) => place % chunksPerDocument),
      ]),
    );
    await vectorIndex.insert(
      spec,
      items.map(({ chunkId, document, vector }) => ({ chunkId, documentId: document?.documentId ?? '', vector })),
    );
  }
  await pool.query(COUNT_CHUNKS, [collection.collectionId, vectors.length]);
  return { chunkIds };
}

function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}

/** Numbers from −.5 to .5 that look random and are the same in every run (Park & Miller 1988). */
export function madeNumbers(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647 - 0.5;
}

/** A unit vector around a centre; the larger the spread, the further away. */
export function madeVector(next: () => number, centre: Float32Array, spread: number): Float32Array {
  const vector = centre.map((value) => value + spread * next());
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}
