import type { ChunkId, OrganizationId } from '../contract/ids.js';
import type { ErasureBatch } from './erasure-catalog.js';

/**
 * Tells what nobody needs: what a crash left between two stores, and what came late to something erased. Every method may
 * be called twice. What a running run, an upload under way or a version that is not erased may need is never answered.
 */
export interface OrphanCatalog {
  /** All of the database. */
  organizations(): Promise<OrganizationId[]>;
  /** Of these keys those that nothing needs, in their order. Keys of other making are left out. */
  unneededObjects(organizationId: OrganizationId, keys: readonly string[]): Promise<string[]>;
  /** Some documents of one collection with chunks, stored before then, that no version has; `null`: there are none. */
  detachedChunks(organizationId: OrganizationId, before: Date): Promise<ErasureBatch | null>;
  /** Of these chunks those that are stored. */
  storedChunks(organizationId: OrganizationId, chunkIds: readonly ChunkId[]): Promise<ChunkId[]>;
  /** Removes at most `limit` cached embeddings, kept since before then, of texts that no chunk has; answers how many. */
  eraseEmbeddings(organizationId: OrganizationId, before: Date, limit: number): Promise<number>;
}
