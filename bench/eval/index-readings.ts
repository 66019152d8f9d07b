import { createHash } from 'node:crypto';
import { chunkReading } from '../../core/chunking/chunk-reading.js';
import { originalKey } from '../../core/contract/object-keys.js';
import { DEFAULT_ORGANIZATION } from '../../core/contract/ids.js';
import type { Catalog } from '../../core/ports/catalog.js';
import type { Embedder, Tokenizer } from '../../core/ports/embedder.js';
import type { VectorIndex } from '../../core/ports/vector-index.js';
import { assembleText } from '../../core/reading/assemble-text.js';
import { DEFAULT_CHUNKING } from '../../core/contract/chunk.js';
import type { Reading } from '../../core/contract/reading.js';

/** As many as an ingest embeds and publishes at a time, roughly. */
const BATCH = 500;

/** A document that has been read. */
export interface ReadDocument {
  readonly externalId: string;
  readonly reading: Reading;
}

export interface IndexReadingsInput {
  readonly catalog: Catalog;
  readonly vectorIndex: VectorIndex;
  readonly embedder: Embedder;
  readonly tokenizer: Tokenizer;
  readonly collectionId: string;
  readonly documents: readonly ReadDocument[];
}

/** Publishes documents by the calls that the activities make: chunked, indexed by words and by vectors. */
export async function indexReadings(input: IndexReadingsInput): Promise<number> {
  const { catalog, collectionId } = input;
  const sha256 = createHash('sha256').update(JSON.stringify(input.documents)).digest('hex');
  const object = { key: originalKey(DEFAULT_ORGANIZATION, 'bench'), sha256, sizeBytes: 0 };
  const { run } = await catalog.runs.accept({
    organizationId: DEFAULT_ORGANIZATION,
    collectionId,
    sourceKey: 'bench:readings',
    fileName: 'readings.json',
    object,
    metadata: { custom: {} },
    actor: 'system',
  });
  let chunks = 0;
  for (let from = 0; from < input.documents.length; from += BATCH) {
    const batch = input.documents.slice(from, from + BATCH);
    const opened = await catalog.versions.open({
      organizationId: DEFAULT_ORGANIZATION,
      runId: run.runId,
      items: batch.map(({ externalId, reading }, place) => ({
        externalId,
        fingerprint: externalId,
        recordIndex: from + place,
        pageCount: reading.pages.length,
      })),
    });
    const versionIds = opened.map(({ versionId }) => versionId);
    const readings = batch.map(({ reading }) => ({ ...reading, language: 'en' }));
    const describing = opened.map(({ versionId }, place) => ({
      versionId,
      metadata: readings[place]?.metadata ?? {},
      language: 'en',
      readingRef: object,
    }));
    await catalog.versions.describe(describing);
    for (const [place, { versionId }] of opened.entries()) {
      await catalog.versions.recordPages(versionId, readings[place]?.pages ?? []);
    }
    await catalog.versions.recordScreening(
      versionIds.map((versionId) => ({ versionId, phiStatus: 'clear' as const, findings: [] })),
    );
    const saved = await Promise.all(
      opened.map(async ({ versionId, documentId }, place) => {
        const reading = readings[place] ?? assembleText([], {});
        const cut = await chunkReading(reading, { ...DEFAULT_CHUNKING, tokenizer: input.tokenizer });
        return { versionId, documentId, text: reading.text, chunks: cut };
      }),
    );
    await catalog.versions.saveChunks(DEFAULT_ORGANIZATION, saved);
    chunks += await embedVersions(input, versionIds);
    await catalog.versions.publish(DEFAULT_ORGANIZATION, collectionId, versionIds);
  }
  await catalog.runs.finish([{ runId: run.runId, state: 'published' }]);
  return chunks;
}

async function embedVersions(input: IndexReadingsInput, versionIds: readonly string[]): Promise<number> {
  const { catalog, vectorIndex, embedder, collectionId } = input;
  const spec = await catalog.collections.ensureVectorIndex(DEFAULT_ORGANIZATION, collectionId, embedder.model);
  await vectorIndex.prepare(spec);
  const pending = await catalog.versions.pendingEmbeddings(spec, versionIds, 100 * BATCH);
  const vectors = await embedder.embed(
    pending.map((chunk) => chunk.input),
    'passage',
  );
  const items = pending.map(({ chunkId, documentId }, place) => {
    const vector = vectors[place];
    if (!vector) throw new Error('a chunk was left without a vector');
    return { chunkId, documentId, vector };
  });
  await vectorIndex.insert(spec, items);
  return items.length;
}
