import { chunkReading } from '../../core/chunking/chunk-reading.js';
import type { FailureCode } from '../../core/contract/failures.js';
import type { VersionId } from '../../core/contract/ids.js';
import type { BatchStep, ChunkBatchResult } from '../../core/contract/ingest-messages.js';
import type { Collection } from '../../core/ports/collection-catalog.js';
import type { Tokenizer } from '../../core/ports/embedder.js';
import type { VersionChunks } from '../../core/ports/version-catalog.js';
import type { ReadingBatch } from '../../core/contract/reading.js';
import { readArtefact } from '../artefacts.js';
import { computeOn, unlessUnworkable } from '../computing.js';
import type { ChunkingDependencies } from '../dependencies.js';
import { withHeartbeat } from '../heartbeat.js';
import { loadCollection } from '../run-context.js';

/** The collection's own model's; without models (text mode) what is cut must fit one that comes later. */
function tokenizerOf(
  { embeddingModel }: Collection,
  { tokenizer, collectionModels }: Pick<ChunkingDependencies, 'tokenizer' | 'collectionModels'>,
): Tokenizer | Promise<Tokenizer> {
  const isThere = embeddingModel !== null && collectionModels.names.includes(embeddingModel);
  return isThere ? collectionModels.tokenizer(embeddingModel) : tokenizer;
}

interface ChunkedVersion extends VersionChunks {
  readonly hasFailedPages: boolean;
}

/**
 * Cuts screened readings into chunks and stores them with their lexical postings, invisible until publication. May run
 * twice: chunk ids follow from their content.
 */
export function createChunkBatch({ catalog, objects, ...models }: ChunkingDependencies) {
  return async function chunkBatch({ batch: ref, versionIds }: BatchStep): Promise<ChunkBatchResult> {
    const collection = await loadCollection(catalog, ref);
    await catalog.runs.recordProgress(ref.runIds, { stage: 'chunk' });
    return withHeartbeat(async () => {
      const tokenizer = await tokenizerOf(collection, models);
      const wanted = new Set(versionIds);
      const batch = await readArtefact<ReadingBatch>(objects, ref.readings);
      const chunked: ChunkedVersion[] = [];
      const unworkable: { versionId: VersionId; code: FailureCode }[] = [];
      for (const { versionId, documentId, reading } of batch.readings) {
        if (!wanted.has(versionId)) continue;
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
      await catalog.versions.saveChunks(ref.organizationId, filled);
      return {
        versionIds: filled.map((version) => version.versionId),
        chunks: filled.reduce((sum, version) => sum + version.chunks.length, 0),
      };
    });
  };
}
