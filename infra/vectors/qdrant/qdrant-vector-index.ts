import type { Schemas } from '@qdrant/js-client-rest';
import { Failure } from '../../../core/contract/failures.js';
import type { ChunkId, VectorIndexId } from '../../../core/contract/ids.js';
import type { AccessScope } from '../../../core/ports/access-scope.js';
import type {
  ScoredChunk,
  StaleVectors,
  VectorCandidates,
  VectorIndex,
  VectorIndexSpec,
  VectorItem,
  VectorQuery,
} from '../../../core/ports/vector-index.js';
import { type QdrantAnswer, type QdrantCall, QdrantRest } from './qdrant-rest.js';

export const QUANTIZATIONS = ['none', 'int8'] as const;
export type Quantization = (typeof QUANTIZATIONS)[number];

export interface QdrantVectorIndexOptions {
  readonly url: string;
  readonly apiKey: string | null;
  /** Collections of this installation begin with it: another one on the same server needs another. */
  readonly prefix: string;
  /** Of collections that are made from now on. `int8`: a quarter of the memory, rescored with the vectors themselves. */
  readonly quantization: Quantization;
  /** Candidates that a search goes through in the graph, at least; more finds more and takes longer. */
  readonly ef: number;
}

/** Searches run beside words, and fall back on them. */
const READ_TIMEOUT_MS = 3_000;
/** A write waits until it is on disk; an optimiser at work may hold it up. */
const WRITE_TIMEOUT_MS = 60_000;

/** Qdrant takes bodies of 32 MB by default; a number takes up to 14 characters. */
const MAX_NUMBERS_PER_CALL = 2_000_000;
/** Ids a look-up, 40 characters each. */
const IDS_PER_CALL = 1_000;

/** Up to so many vectors all are compared: about 2 ms of 384 dimensions, and nothing is missed. */
const EXACT_BELOW = 10_000;
/** How long the size of a collection is taken to be what it was. */
const SIZE_TTL_MS = 30_000;

/** Gone through for each one wanted, as in HNSW on Postgres. */
const EF_PER_CANDIDATE = 1.5;
/** With int8, so many times the wanted are taken by the small vectors and ordered by the whole ones. */
const OVERSAMPLING = 2;

/** Every field that a filter names. `is_tenant`: Qdrant keeps an organization's points together on disk. */
const PAYLOAD_INDEXES: readonly Schemas['CreateFieldIndex'][] = [
  { field_name: 'organization', field_schema: { type: 'keyword', is_tenant: true } },
  { field_name: 'collection', field_schema: { type: 'keyword' } },
  { field_name: 'document', field_schema: { type: 'uuid' } },
];

/**
 * Writes of one replica set in the order in which they were sent, whichever node takes them: a removal that follows an
 * insert must not be overtaken by it.
 */
const ORDERED = { wait: true, ordering: 'medium' } as const satisfies {
  wait: true;
  ordering: Schemas['WriteOrdering'];
};

/**
 * Qdrant 1.17 or later: a Qdrant collection for each vector index, a point for each chunk by its id, and its organization,
 * collection and document as indexed payload. Cosine, which Qdrant brings to unit length itself. Writes wait until they
 * are on disk. A large `insert` goes in several calls: where one fails the former ones stay, and inserting again adds the
 * rest. That a chunk is stored in Postgres is its caller's promise.
 */
export class QdrantVectorIndex implements VectorIndex {
  readonly #rest: QdrantRest;
  readonly #options: QdrantVectorIndexOptions;
  readonly #prepared = new Set<VectorIndexId>();
  readonly #sizes = new Map<VectorIndexId, { readonly points: number; readonly untilMs: number }>();

  constructor(options: QdrantVectorIndexOptions) {
    this.#options = options;
    this.#rest = new QdrantRest(options);
  }

  /** Asked for every batch: remembered. */
  async prepare(spec: VectorIndexSpec): Promise<void> {
    if (this.#prepared.has(spec.vectorIndexId)) return;
    const path = this.#path(spec);
    const { quantization } = this.#options;
    const body: Schemas['CreateCollection'] = {
      vectors: { size: spec.model.dimensions, distance: 'Cosine' },
      on_disk_payload: true,
      ...(quantization === 'int8' ? { quantization_config: { scalar: { type: 'int8', always_ram: true } } } : {}),
    };
    const made = await this.#call<boolean>({ method: 'PUT', path, body, timeoutMs: WRITE_TIMEOUT_MS });
    // 409, and 400 before 1.9: another one has made it.
    if (made.status >= 300 && !/already exists/i.test(made.refusal)) throw refused(made, 'PUT collection');
    for (const index of PAYLOAD_INDEXES) {
      await this.#write('PUT', `${path}/index`, index);
    }
    this.#prepared.add(spec.vectorIndexId);
  }

  async insert(spec: VectorIndexSpec, items: readonly VectorItem[]): Promise<void> {
    requireDimensions(
      spec,
      items.map(({ vector }) => vector),
    );
    const unique = [...new Map(items.map((item) => [item.chunkId, item])).values()];
    const perCall = Math.max(1, Math.floor(MAX_NUMBERS_PER_CALL / spec.model.dimensions));
    for (let at = 0; at < unique.length; at += perCall) {
      const points = unique.slice(at, at + perCall).map(({ chunkId, documentId, vector }) => ({
        id: chunkId,
        vector: Array.from(vector),
        payload: { organization: spec.organizationId, collection: spec.collectionId, document: documentId },
      }));
      const body: Schemas['PointsList'] = { points, update_mode: 'insert_only' };
      await this.#write('PUT', `${this.#path(spec)}/points`, body, spec);
    }
    this.#sizes.delete(spec.vectorIndexId);
  }

  async remove(spec: VectorIndexSpec, chunkIds: readonly ChunkId[]): Promise<void> {
    const ids = chunkIds.filter(isUuid);
    for (let at = 0; at < ids.length; at += IDS_PER_CALL) {
      const body: Schemas['PointIdsList'] = { points: ids.slice(at, at + IDS_PER_CALL) };
      await this.#write('POST', `${this.#path(spec)}/points/delete`, body, spec).catch(nothingThere);
    }
  }

  async missing(spec: VectorIndexSpec, chunkIds: readonly ChunkId[]): Promise<ChunkId[]> {
    const ids = chunkIds.filter(isUuid);
    const stored = new Set<string | number>();
    for (let at = 0; at < ids.length; at += IDS_PER_CALL) {
      const body: Schemas['PointRequest'] = {
        ids: ids.slice(at, at + IDS_PER_CALL),
        with_payload: false,
        with_vector: false,
      };
      // A replica that is behind would have a chunk embedded twice, or an erased one be taken for gone.
      const query = { consistency: 'majority' as const satisfies Schemas['ReadConsistency'] };
      const path = `${this.#path(spec)}/points`;
      const call = { method: 'POST', path, query, body, timeoutMs: WRITE_TIMEOUT_MS } as const;
      const records = await this.#result<Schemas['Record'][]>(call, spec).catch(nothingThere);
      for (const { id } of records ?? []) stored.add(id);
    }
    return ids.filter((id) => !stored.has(id));
  }

  /** A chunk of the same text may be stored again while its point goes: the point is then put back. */
  async removeStale(
    spec: VectorIndexSpec,
    after: string | null,
    stored: (chunkIds: readonly ChunkId[]) => Promise<readonly ChunkId[]>,
  ): Promise<StaleVectors> {
    const path = `${this.#path(spec)}/points`;
    const read = <Result>(call: string, body: object) =>
      this.#result<Result>({ method: 'POST', path: `${path}${call}`, body, timeoutMs: WRITE_TIMEOUT_MS }, spec);
    const scroll: Schemas['ScrollRequest'] = {
      limit: IDS_PER_CALL,
      with_payload: false,
      with_vector: false,
      ...(after === null ? {} : { offset: after }),
    };
    const page = await read<Schemas['ScrollResult']>('/scroll', scroll).catch(nothingThere);
    if (!page) return { removed: 0, next: null };
    const ids = page.points.map(({ id }) => String(id));
    const known = new Set(await stored(ids));
    const gone = ids.filter((id) => !known.has(id));
    const next = typeof page.next_page_offset === 'string' ? page.next_page_offset : null;
    if (gone.length === 0) return { removed: 0, next };
    const kept = await read<Schemas['Record'][]>('', { ids: gone, with_payload: true, with_vector: true });
    await this.remove(spec, gone);
    const back = new Set(await stored(gone));
    const items = kept.flatMap(({ id, vector, payload }) =>
      back.has(String(id)) && Array.isArray(vector) && typeof payload?.['document'] === 'string'
        ? [{ chunkId: String(id), documentId: payload['document'], vector: Float32Array.from(vector as number[]) }]
        : [],
    );
    await this.insert(spec, items);
    return { removed: gone.length - items.length, next };
  }

  async search(scope: AccessScope, spec: VectorIndexSpec, query: VectorQuery): Promise<VectorCandidates> {
    requireDimensions(spec, [query.vector]);
    const { documentIds, k } = query;
    if (!isInScope(scope, spec) || k <= 0 || documentIds?.length === 0) return { candidates: [], exact: true };
    const exact = query.exact === true || documentIds !== undefined || (await this.#size(spec)) <= EXACT_BELOW;
    const body: Schemas['QueryRequest'] = {
      query: Array.from(query.vector),
      filter: filterOf(spec, documentIds),
      params: exact ? { exact: true, quantization: { ignore: true } } : this.#approximate(k),
      limit: k,
      with_payload: false,
      with_vector: false,
    };
    const path = `${this.#path(spec)}/points/query`;
    const { points } = await this.#result<Schemas['QueryResponse']>(
      { method: 'POST', path, body, timeoutMs: READ_TIMEOUT_MS },
      spec,
    );
    const candidates = points.map(({ id, score }): ScoredChunk => ({ chunkId: String(id), score }));
    return { candidates: candidates.sort((a, b) => b.score - a.score || (a.chunkId < b.chunkId ? -1 : 1)), exact };
  }

  async count(spec: VectorIndexSpec): Promise<number> {
    const body: Schemas['CountRequest'] = { exact: true };
    const path = `${this.#path(spec)}/points/count`;
    const call = { method: 'POST', path, body, timeoutMs: WRITE_TIMEOUT_MS } as const;
    return (await this.#result<Schemas['CountResult']>(call, spec)).count;
  }

  /** Qdrant builds its graphs by itself. */
  async maintain(): Promise<VectorIndexSpec[]> {
    return [];
  }

  /**
   * Drops the collections that have this installation's prefix and are of no vector index of any organization. Collections
   * are listed before `knownIndexes` is asked, as an index is in the catalog before it has a collection. No schedule calls
   * it: a second installation with the same prefix would lose its vectors.
   */
  async dropOrphans(knownIndexes: () => Promise<ReadonlySet<VectorIndexId>>): Promise<void> {
    const listed = await this.#result<Schemas['CollectionsResponse']>({
      method: 'GET',
      path: '/collections',
      timeoutMs: WRITE_TIMEOUT_MS,
    });
    const known = await knownIndexes();
    const names = new Set([...known].map((id) => this.#name(id)));
    const own = new RegExp(`^${this.#options.prefix}_[0-9a-f]{32}$`);
    for (const { name } of listed.collections) if (own.test(name) && !names.has(name)) await this.#drop(name);
  }

  async drop(spec: VectorIndexSpec): Promise<void> {
    await this.#drop(this.#name(spec.vectorIndexId));
    this.#forget(spec);
  }

  async close(): Promise<void> {
    this.#rest.close();
  }

  #approximate(k: number): Schemas['SearchParams'] {
    const { ef, quantization } = this.#options;
    return {
      hnsw_ef: Math.max(ef, Math.ceil(k * EF_PER_CANDIDATE)),
      ...(quantization === 'int8' ? { quantization: { rescore: true, oversampling: OVERSAMPLING } } : {}),
    };
  }

  /** Points of the whole collection, or what they were a moment ago. */
  async #size(spec: VectorIndexSpec): Promise<number> {
    const known = this.#sizes.get(spec.vectorIndexId);
    if (known && known.untilMs > Date.now()) return known.points;
    const call = { method: 'GET', path: this.#path(spec), timeoutMs: READ_TIMEOUT_MS } as const;
    const { points_count: points } = await this.#result<Schemas['CollectionInfo']>(call, spec);
    // Not counted yet: as if it were large.
    const size = points ?? Infinity;
    this.#sizes.set(spec.vectorIndexId, { points: size, untilMs: Date.now() + SIZE_TTL_MS });
    return size;
  }

  async #drop(name: string): Promise<void> {
    const answer = await this.#call<boolean>({
      method: 'DELETE',
      path: `/collections/${name}`,
      timeoutMs: WRITE_TIMEOUT_MS,
    });
    if (answer.status >= 300 && answer.status !== 404) throw refused(answer, 'DELETE collection');
  }

  async #write(method: 'PUT' | 'POST', path: string, body: object, spec?: VectorIndexSpec): Promise<void> {
    await this.#result({ method, path, query: ORDERED, body, timeoutMs: WRITE_TIMEOUT_MS }, spec);
  }

  async #result<Result>(call: QdrantCall, spec?: VectorIndexSpec): Promise<Result> {
    const answer = await this.#call<Result>(call);
    if (answer.result !== undefined) return answer.result;
    // The server lost it, or somebody dropped it: prepared again by the next attempt to write, and no result meanwhile.
    if (answer.status === 404 && spec) {
      this.#forget(spec);
      throw new CollectionGone('VECTOR_STORE_UNAVAILABLE', {
        detail: `vectorIndex=${spec.vectorIndexId} is not there`,
      });
    }
    throw refused(answer, `${call.method} ${call.path.replace(/\/collections\/[^/]+/, '/collections/…')}`);
  }

  #call<Result>(call: QdrantCall): Promise<QdrantAnswer<Result>> {
    return this.#rest.call<Result>(call);
  }

  #forget(spec: VectorIndexSpec): void {
    this.#prepared.delete(spec.vectorIndexId);
    this.#sizes.delete(spec.vectorIndexId);
  }

  #path(spec: VectorIndexSpec): string {
    return `/collections/${this.#name(spec.vectorIndexId)}`;
  }

  #name(vectorIndexId: VectorIndexId): string {
    return `${this.#options.prefix}_${vectorIndexId.replaceAll('-', '').toLowerCase()}`;
  }
}

/** The Qdrant collection of a vector index is not there: never made, dropped, or lost with its server. */
class CollectionGone extends Failure {}

/** Where there is no collection, nothing is stored and all is removed. */
function nothingThere(error: unknown): undefined {
  if (error instanceof CollectionGone) return undefined;
  throw error;
}

function filterOf(spec: VectorIndexSpec, documentIds: VectorQuery['documentIds']): Schemas['Filter'] {
  return {
    must: [
      { key: 'organization', match: { value: spec.organizationId } },
      { key: 'collection', match: { value: spec.collectionId } },
      ...(documentIds === undefined ? [] : [{ key: 'document', match: { any: [...documentIds] } }]),
    ],
  };
}

/** A call that this version of Qdrant does not understand, or a bug: trying again does not help. */
function refused({ status }: QdrantAnswer<unknown>, what: string): Error {
  return new Error(`Qdrant refused ${what} [status=${status}]`);
}

function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}

function isInScope(scope: AccessScope, spec: VectorIndexSpec): boolean {
  if (spec.organizationId !== scope.organizationId) return false;
  return scope.collections === 'all' || scope.collections.includes(spec.collectionId);
}

function requireDimensions(spec: VectorIndexSpec, vectors: readonly Float32Array[]): void {
  const { dimensions } = spec.model;
  const other = vectors.find((vector) => vector.length !== dimensions);
  if (other) throw new Failure('MODEL_MISMATCH', { detail: `indexed=${dimensions}, given=${other.length}` });
}
