import { Tokenizer } from '@huggingface/tokenizers';
import { wordPieceEncoder, type WordPieceModel } from './word-piece.js';

/** What is used of a `Tokenizer` of `@huggingface/tokenizers`. */
export interface HuggingFaceTokenizer {
  encode(
    text: string,
    options?: {
      readonly add_special_tokens?: boolean;
      readonly text_pair?: string;
      readonly return_token_type_ids?: boolean;
    },
  ): { readonly ids: number[]; readonly token_type_ids?: number[] };
}

/** The step of a tokenizer that turns normalised words into tokens. */
interface WithModel {
  readonly model: { encode(words: readonly string[]): string[] };
}

/** The package's declarations refer to each other without file endings, which Node's resolution does not follow. */
const TokenizerClass = Tokenizer as unknown as new (
  tokenizer: object,
  config: object,
) => HuggingFaceTokenizer & WithModel;

export interface HuggingFaceTokenizerOptions {
  /** The package's own WordPiece loop instead of ours; only for comparing the two. */
  readonly ownWordPiece?: boolean;
}

/** From the parsed `tokenizer.json` and `tokenizer_config.json` of a model. */
export function huggingFaceTokenizer(
  tokenizer: object,
  config: object,
  options: HuggingFaceTokenizerOptions = {},
): HuggingFaceTokenizer {
  const made = new TokenizerClass(tokenizer, config);
  const model: unknown = 'model' in tokenizer ? tokenizer.model : undefined;
  if (isWordPiece(model) && !options.ownWordPiece) made.model.encode = wordPieceEncoder(model);
  return made;
}

function isWordPiece(model: unknown): model is WordPieceModel {
  return typeof model === 'object' && model !== null && 'type' in model && model.type === 'WordPiece';
}
