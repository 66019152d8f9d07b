import { chunkReading } from '../../core/chunking/chunk-reading.js';
import type { FailureCode } from '../../core/contract/failures.js';
import type { VersionId } from '../../core/contract/ids.js';
import type { BatchRef, BatchStep, ChunkBatchResult } from '../../core/contract/ingest-messages.js';
import type { VersionReading } from '../../core/contract/reading.js';
import type { Collection } from '../../core/ports/collection-catalog.js';
import type { Tokenizer } from '../../core/ports/embedder.js';
import type { VersionChunks } from '../../core/ports/version-catalog.js';
import { computeOn, planComputing, unlessUnworkable } from '../computing.js';
import type { ChunkingDependencies } from '../dependencies.js';
import { cancellable } from '../heartbeat.js';
import { loadCollection } from '../run-context.js';
import { readReadings } from '../version-readings.js';

/** The step alone: for ingests that began when screening and cutting were two activities (`prepareBatch` does both). */
export function createChunkBatch(deps: ChunkingDependencies) {
  const chunkReadings = createChunkReadings(deps);
  return async function chunkBatch({ batch, versionIds }: BatchStep): Promise<ChunkBatchResult> {
    const collection = await loadCollection(deps.catalog, batch);
    return cancellable(async () => {
      const readings = await readReadings(deps.objects, { readings: batch.readings, versionIds });
      return chunkReadings(batch, collection, readings);
    });
  };
}

interface ChunkedVersion extends VersionChunks {
  readonly hasFailedPages: boolean;
}

/**
 * Cuts screened readings into chunks and stores them with their lexical postings, invisible until publication. May run
 * twice: chunk ids follow from their content.
 */
export function createChunkReadings({ catalog, ...models }: ChunkingDependencies) {
  return async function chunkReadings(
    batch: BatchRef,
    collection: Collection,
    readings: readonly VersionReading[],
  ): Promise<ChunkBatchResult> {
    await catalog.runs.recordProgress(batch.runIds, { stage: 'chunk' });
    const tokenizer = await tokenizerFor(collection, models);
    const chunked: ChunkedVersion[] = [];
    const unworkable: { versionId: VersionId; code: FailureCode }[] = [];
    planComputing(readings.map(({ versionId }) => versionId));
    for (const { versionId, documentId, reading } of readings) {
      const chunks = await unlessUnworkable(() =>
        computeOn(versionId, (pause) => chunkReading(reading, { ...collection.chunking, tokenizer, pause })),
      );
      if (chunks === null) {
        unworkable.push({ versionId, code: 'TEXT_UNWORKABLE' });
        continue;
      }
      chunked.push({
        versionId,
        documentId,
        text: reading.text,
        hasFailedPages: reading.pages.some((page) => page.outcome === 'failed'),
        chunks,
      });
    }
    await catalog.versions.fail(unworkable);

    // A document without any text is never published as if it had been read; one with failed pages needs attention.
    const empty = chunked.filter(({ chunks, hasFailedPages }) => chunks.length === 0 && !hasFailedPages);
    await catalog.versions.fail(empty.map(({ versionId }) => ({ versionId, code: 'NO_TEXT_FOUND' as const })));

    const filled = chunked.filter((version) => !empty.includes(version));
    await catalog.versions.saveChunks(batch.organizationId, filled);
    return {
      versionIds: filled.map((version) => version.versionId),
      chunks: filled.reduce((sum, version) => sum + version.chunks.length, 0),
    };
  };
}

/**
 * The tokenizer of the collection's own model, so that no chunk is longer than its model reads. Where that model is not
 * there (text mode, for instance), the stack's own tokenizer measures.
 */
function tokenizerFor(
  { embeddingModel }: Collection,
  { tokenizer, collectionModels }: Pick<ChunkingDependencies, 'tokenizer' | 'collectionModels'>,
): Tokenizer | Promise<Tokenizer> {
  const isThere = embeddingModel !== null && collectionModels.names.includes(embeddingModel);
  return isThere ? collectionModels.tokenizer(embeddingModel) : tokenizer;
}
