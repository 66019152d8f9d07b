import { BaseRetriever, type BaseRetrieverInput } from '@langchain/core/retrievers';
import type { ContextRequest } from '../../schemas/context.js';
import type { SearchRequest } from '../../schemas/search.js';
import { type ClientOptions, MedindexClient } from '../client.js';
import { type Answer, fromCitation, fromHit, type MedindexMetadata } from './documents.js';

export interface MedindexRetrieverInput extends BaseRetrieverInput {
  /** A client, or what one is made from. */
  readonly client: MedindexClient | ClientOptions;
  /** Collections, filters, `topK` and the like, the same for every question. */
  readonly search?: Omit<SearchRequest, 'query'>;
  /** Documents are the passages of a packed context instead of single hits: neighbours joined, tables whole, none twice. */
  readonly context?: Pick<ContextRequest, 'maxTokens' | 'tokenizer'>;
  /**
   * No documents where nothing that was found is likely to answer. Default false: the nearest passages, whose `metadata.answerable` is
   * false then.
   */
  readonly answersOnly?: boolean;
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

  readonly #answersOnly: boolean;

  constructor({ client, search = {}, context, answersOnly = false, ...fields }: MedindexRetrieverInput) {
    super(fields);
    this.#client = client instanceof MedindexClient ? client : new MedindexClient(client);
    this.#search = search;
    this.#context = context;
    this.#answersOnly = answersOnly;
  }

  #isLeftOut({ answerable }: Answer): boolean {
    return this.#answersOnly && answerable === false;
  }

  override async _getRelevantDocuments(query: string) {
    if (this.#context) {
      const { data } = await this.#client.context({ ...this.#search, ...this.#context, query });
      return this.#isLeftOut(data) ? [] : data.citations.map((citation) => fromCitation(citation, data));
    }
    const { data } = await this.#client.search({ ...this.#search, query });
    return this.#isLeftOut(data) ? [] : data.hits.map((hit) => fromHit(hit, data));
  }
}
