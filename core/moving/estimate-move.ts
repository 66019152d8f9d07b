import type { CollectionId, OrganizationId } from '../contract/ids.js';
import type { Embedder } from '../ports/embedder.js';
import type { VectorIndexCatalog } from '../ports/vector-index-catalog.js';
import type { VectorStore } from '../ports/vector-index.js';
import { bytesPerNumber } from './vector-bytes.js';

/** Chunks that are embedded to see how long it takes: a second or two of a small model on one core. */
const SAMPLE = 16;

/** What a move costs. */
export interface MoveEstimate {
  readonly chunks: number;
  /** As they were counted when the chunks were cut. */
  readonly tokens: number;
  /** Chunks of more tokens than the new model reads: it sees their beginning only. */
  readonly tooLong: number;
  /** Of embedding, by a measured sample; `null`: there is nothing to measure. Vectors that are known already take no time. */
  readonly seconds: number | null;
  /** Of the vectors themselves; an approximate index takes as much again. */
  readonly bytes: number;
}

export interface EstimateMoveInput {
  readonly organizationId: OrganizationId;
  readonly collectionId: CollectionId;
  readonly model: Embedder;
  readonly store: VectorStore;
  /** The collection is embedded by this model already: its vectors are copied. */
  readonly isKnown: boolean;
  /** Milliseconds of a clock that never goes back. */
  readonly nowMs: () => number;
  readonly signal?: AbortSignal;
}

/** Counts what is stored, and embeds a few chunks of it to see how long all of them take. */
export async function estimateMove(
  catalog: Pick<VectorIndexCatalog, 'size' | 'chunksBehind' | 'embeddingInputs'>,
  input: EstimateMoveInput,
): Promise<MoveEstimate> {
  const { organizationId, collectionId, model, store, isKnown } = input;
  const { dimensions, maxTokens } = model.model;
  const { chunks, tokens, longer } = await catalog.size(organizationId, collectionId, maxTokens);
  const bytes = chunks * dimensions * bytesPerNumber(store, dimensions);
  const seconds = isKnown || chunks === 0 ? 0 : await secondsFor(catalog, input, tokens);
  return { chunks, tokens, tooLong: longer, seconds, bytes };
}

async function secondsFor(
  catalog: Pick<VectorIndexCatalog, 'chunksBehind' | 'embeddingInputs'>,
  { organizationId, collectionId, model, nowMs, signal }: EstimateMoveInput,
  tokens: number,
): Promise<number | null> {
  const page = await catalog.chunksBehind({ organizationId, collectionId }, 0, SAMPLE);
  const chunkIds = page.map(({ chunkId }) => chunkId);
  const sample = await catalog.embeddingInputs(organizationId, chunkIds);
  const sampled = sample.reduce((sum, { tokenCount }) => sum + tokenCount, 0);
  if (sampled === 0) return null;
  const texts = sample.map(({ input }) => input);
  // The first text pays for what is loaded at first use.
  await model.embed(texts.slice(0, 1), 'passage', signal);
  const startedMs = nowMs();
  await model.embed(texts, 'passage', signal);
  return ((nowMs() - startedMs) / 1_000) * (tokens / sampled);
}
