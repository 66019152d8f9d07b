import { createHash } from 'node:crypto';
import { chunkReading } from '../../core/chunking/chunk-reading.js';
import { DEFAULT_ORGANIZATION } from '../../core/contract/ids.js';
import type { Catalog } from '../../core/ports/catalog.js';
import type { Embedder, Tokenizer } from '../../core/ports/embedder.js';
import type { VectorIndex } from '../../core/ports/vector-index.js';
import { assembleText } from '../../core/reading/assemble-text.js';
import { DEFAULT_CHUNKING } from '../../core/chunking/chunk.js';
import type { Passage } from './liveqa.js';

/** As many as an ingest embeds and publishes at a time, roughly. */
const BATCH = 500;

export interface IndexPassagesInput {
  readonly catalog: Catalog;
  readonly vectorIndex: VectorIndex;
  readonly embedder: Embedder;
  readonly tokenizer: Tokenizer;
  readonly collectionId: string;
  readonly passages: readonly Passage[];
}

/** Publishes each passage as a document, by the calls that the activities make: chunked, indexed by words and by vectors. */
export async function indexPassages(input: IndexPassagesInput): Promise<number> {
  const { catalog, collectionId } = input;
  const sha256 = createHash('sha256').update(JSON.stringify(input.passages)).digest('hex');
  const object = { key: `sources/${DEFAULT_ORGANIZATION}/liveqa`, sha256, sizeBytes: 0 };
  const { run } = await catalog.runs.accept({
    organizationId: DEFAULT_ORGANIZATION,
    collectionId,
    sourceKey: 'bench:liveqa',
    fileName: 'liveqa.jsonl',
    object,
    metadata: { custom: {} },
  });
  let chunks = 0;
  for (let from = 0; from < input.passages.length; from += BATCH) {
    const batch = input.passages.slice(from, from + BATCH);
    const opened = await catalog.versions.open({
      organizationId: DEFAULT_ORGANIZATION,
      runId: run.runId,
      items: batch.map((passage, place) => ({
        externalId: passage.id,
        fingerprint: passage.id,
        recordIndex: from + place,
        pageCount: 0,
      })),
    });
    const versionIds = opened.map(({ versionId }) => versionId);
    const readings = batch.map(({ title, text }) =>
      assembleText(
        [
          { kind: 'heading', headingLevel: 1, text: title, boxes: [] },
          { kind: 'paragraph', text, boxes: [] },
        ],
        { title },
        { language: 'en' },
      ),
    );
    const describing = opened.map(({ versionId }, place) => ({
      versionId,
      metadata: readings[place]?.metadata ?? {},
      language: 'en',
      readingRef: object,
    }));
    await catalog.versions.describe(describing);
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

async function embedVersions(input: IndexPassagesInput, versionIds: readonly string[]): Promise<number> {
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
