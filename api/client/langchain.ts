import { Document } from '@langchain/core/documents';
import { BaseRetriever, type BaseRetrieverInput } from '@langchain/core/retrievers';
import type { CitationBody, ContextRequest } from '../schemas/context.js';
import type { HitBody } from '../schemas/chunk.js';
import type { SearchRequest } from '../schemas/search.js';
import { type ClientOptions, MedindexClient } from './client.js';

export { type ClientOptions, MedindexClient } from './client.js';

export interface MedindexRetrieverInput extends BaseRetrieverInput {
  /** A client, or what one is made from. */
  readonly client: MedindexClient | ClientOptions;
  /** Collections, filters, `topK` and the like, the same for every question. */
  readonly search?: Omit<SearchRequest, 'query'>;
  /** Documents are the passages of a packed context instead of single hits: neighbours joined, tables whole, none twice. */
  readonly context?: Pick<ContextRequest, 'maxTokens' | 'tokenizer'>;
}

/** What a document's `metadata` says, so that an answer can cite it. */
export interface MedindexMetadata {
  readonly documentId: string;
  readonly externalId: string;
  readonly title: string | null;
  readonly collection: string;
  readonly sourceType: string;
  readonly chunkIds: readonly string[];
  readonly anchor: HitBody['anchor'];
  readonly recommendation: HitBody['recommendation'];
  readonly recommendations: HitBody['recommendations'];
  readonly publishedOn: string | null;
  readonly superseded: boolean;
  readonly reviewStatus: string;
  readonly partial: boolean;
  /** Of a hit. */
  readonly score?: number;
  /** Of a passage of a context. */
  readonly number?: number;
  readonly warnings?: CitationBody['warnings'];
}

/**
 * medindex as a retriever of LangChain.js: tables as Markdown in `pageContent`, the best first. Errors: `ApiRefusal`,
 * `ApiUnreachable`.
 */
export class MedindexRetriever extends BaseRetriever<MedindexMetadata & Record<string, unknown>> {
  static override lc_name(): string {
    return 'MedindexRetriever';
  }

  override lc_namespace = ['medindex', 'retrievers'];
  readonly #client: MedindexClient;
  readonly #search: Omit<SearchRequest, 'query'>;
  readonly #context: MedindexRetrieverInput['context'];

  constructor({ client, search = {}, context, ...fields }: MedindexRetrieverInput) {
    super(fields);
    this.#client = client instanceof MedindexClient ? client : new MedindexClient(client);
    this.#search = search;
    this.#context = context;
  }

  override async _getRelevantDocuments(query: string) {
    if (this.#context) {
      const { data } = await this.#client.context({ ...this.#search, ...this.#context, query });
      return data.citations.map(fromCitation);
    }
    const { data } = await this.#client.search({ ...this.#search, query });
    return data.hits.map(fromHit);
  }
}

type Retrieved = Document<MedindexMetadata & Record<string, unknown>>;

function fromHit(hit: HitBody): Retrieved {
  const metadata = { ...common(hit), chunkIds: [hit.chunkId], score: hit.score };
  return new Document({ id: hit.chunkId, pageContent: hit.markdown ?? hit.text, metadata });
}

function fromCitation(citation: CitationBody): Retrieved {
  const { number, chunkIds, warnings, text } = citation;
  const [first] = chunkIds;
  const metadata = { ...common(citation), chunkIds, number, warnings };
  return new Document({ ...(first === undefined ? {} : { id: first }), pageContent: text, metadata });
}

function common(one: HitBody | CitationBody) {
  const { documentId, externalId, title, collection, sourceType, anchor, publishedOn } = one;
  const { recommendation, recommendations, superseded, reviewStatus, partial } = one;
  return {
    documentId,
    externalId,
    title,
    collection,
    sourceType,
    anchor,
    recommendation,
    recommendations,
    publishedOn,
    superseded,
    reviewStatus,
    partial,
  };
}
