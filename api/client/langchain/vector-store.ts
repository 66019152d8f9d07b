import { Embeddings } from '@langchain/core/embeddings';
import { VectorStore } from '@langchain/core/vectorstores';
import type { SearchFilters, SearchRequest } from '../../schemas/search.js';
import { type ClientOptions, MedindexClient } from '../client.js';
import { fromHit, type Retrieved } from './documents.js';

export interface MedindexVectorStoreInput {
  /** A client, or what one is made from. */
  readonly client: MedindexClient | ClientOptions;
  /** Collections, filters and the like, the same for every question. */
  readonly search?: Omit<SearchRequest, 'query' | 'topK'>;
}

/** What LangChain's own stores give by default. */
const DEFAULT_K = 4;

/**
 * medindex in the shape of a vector store of LangChain.js, for code that takes nothing else. It reads only: documents come in by
 * uploads and syncs, where they are read, screened for patient data and kept in versions. Questions are embedded by the
 * system, so no embedding model is needed here. Errors: `ApiRefusal`, `ApiUnreachable`; `ReadsOnly` for what it does not do.
 */
export class MedindexVectorStore extends VectorStore {
  static override lc_name(): string {
    return 'MedindexVectorStore';
  }

  declare FilterType: SearchFilters;
  override lc_namespace = ['medindex', 'vectorstores'];
  readonly #client: MedindexClient;
  readonly #search: Omit<SearchRequest, 'query' | 'topK'>;

  constructor({ client, search = {} }: MedindexVectorStoreInput) {
    super(new EmbeddedByTheSystem({}), {});
    this.#client = client instanceof MedindexClient ? client : new MedindexClient(client);
    this.#search = search;
  }

  override _vectorstoreType(): string {
    return 'medindex';
  }

  /**
   * The best passages, each with its `relevance`: 0…1 by one scale for all questions, so a threshold on it means something; 0
   * where it cannot be told (`metadata.relevance` is null then). `filter` is added to the filters of the store.
   */
  override async similaritySearchWithScore(
    query: string,
    k = DEFAULT_K,
    filter?: SearchFilters,
  ): Promise<[Retrieved, number][]> {
    const filters = { ...this.#search.filters, ...filter };
    const { data } = await this.#client.search({ ...this.#search, query, topK: k, filters });
    return data.hits.map((hit) => [fromHit(hit, data), hit.relevance ?? 0]);
  }

  override async similaritySearch(query: string, k = DEFAULT_K, filter?: SearchFilters): Promise<Retrieved[]> {
    return (await this.similaritySearchWithScore(query, k, filter)).map(([document]) => document);
  }

  override similaritySearchVectorWithScore(): Promise<[Retrieved, number][]> {
    return refuse('medindex is asked with a question, not with a vector: similaritySearchWithScore(question).');
  }

  override addDocuments(): Promise<string[]> {
    return refuse(TAKES_FILES);
  }

  override addVectors(): Promise<string[]> {
    return refuse(TAKES_FILES);
  }

  override delete(): Promise<void> {
    return refuse('medindex deletes documents, with a receipt, and not passages: client.deleteDocument(documentId).');
  }
}

const TAKES_FILES =
  'medindex takes files, which it reads, screens and keeps in versions: npx medindex upload, or POST /v1/documents.';

/** What a store that only reads was asked to do otherwise; the sentence says what does it. */
export class ReadsOnly extends Error {
  override readonly name = 'ReadsOnly';
}

function refuse(sentence: string): Promise<never> {
  return Promise.reject(new ReadsOnly(sentence));
}

/** What the base class wants to have. */
class EmbeddedByTheSystem extends Embeddings {
  override embedDocuments(): Promise<number[][]> {
    return refuse(TAKES_FILES);
  }

  override embedQuery(): Promise<number[]> {
    return refuse('medindex embeds questions itself; its vectors are not handed out.');
  }
}
