import { EstimatingTokenizer } from '../../../core/chunking/estimating-tokenizer.js';
import type { CollectionModels } from '../../../core/ports/collection-models.js';
import type { Tokenizer } from '../../../core/ports/embedder.js';
import type { TokenCounter, TokenCounters } from '../../../core/ports/token-counters.js';
import { getEncoding, TIKTOKEN_ENCODINGS, type TiktokenEncoding } from './tiktoken-encoding.js';

/** What counts where there is no tokenizer. */
export const ESTIMATE = 'estimate';

export interface KnownTokenCountersOptions {
  /** The stack's own model and its tokenizer; `null`: text mode. */
  readonly own: { readonly model: string; readonly tokenizer: Tokenizer } | null;
  readonly collectionModels: Pick<CollectionModels, 'names' | 'tokenizer'>;
}

/** The tokenizers of the stack's embedding models, OpenAI's public encodings, and an estimate for all others. */
export class KnownTokenCounters implements TokenCounters {
  readonly names: readonly string[];

  constructor(private readonly options: KnownTokenCountersOptions) {
    const { own, collectionModels } = options;
    this.names = [
      ...new Set([...(own ? [own.model] : []), ...collectionModels.names, ...TIKTOKEN_ENCODINGS, ESTIMATE]),
    ];
  }

  async byName(name: string): Promise<TokenCounter | null> {
    const { own, collectionModels } = this.options;
    if (own?.model === name) return counting(name, own.tokenizer);
    if (collectionModels.names.includes(name)) return counting(name, await collectionModels.tokenizer(name));
    if (isTiktokenEncoding(name)) {
      const encoding = await getEncoding(name);
      return { name, exact: true, countTokens: (text) => encoding.countTokens(text) };
    }
    return name === ESTIMATE ? counting(ESTIMATE, new EstimatingTokenizer()) : null;
  }

  async ofModel(model: string | null): Promise<TokenCounter> {
    const known = model ?? this.options.own?.model ?? ESTIMATE;
    return (await this.byName(known)) ?? counting(ESTIMATE, new EstimatingTokenizer());
  }
}

/** A model behind somebody's address keeps its tokenizer to itself: what measures in its place says that it estimates. */
function counting(name: string, tokenizer: Tokenizer): TokenCounter {
  const exact = !(tokenizer instanceof EstimatingTokenizer);
  return { name: exact ? name : ESTIMATE, exact, countTokens: (text) => tokenizer.countTokens(text) };
}

function isTiktokenEncoding(name: string): name is TiktokenEncoding {
  return (TIKTOKEN_ENCODINGS as readonly string[]).includes(name);
}
