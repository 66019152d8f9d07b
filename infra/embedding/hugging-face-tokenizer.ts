import { Tokenizer } from '@huggingface/tokenizers';

/** What is used of a `Tokenizer` of `@huggingface/tokenizers`. */
export interface HuggingFaceTokenizer {
  encode(text: string, options?: { readonly add_special_tokens?: boolean }): { readonly ids: number[] };
}

/** The package's declarations refer to each other without file endings, which Node's resolution does not follow. */
const TokenizerClass = Tokenizer as unknown as new (tokenizer: object, config: object) => HuggingFaceTokenizer;

/** From the parsed `tokenizer.json` and `tokenizer_config.json` of a model. */
export function huggingFaceTokenizer(tokenizer: object, config: object): HuggingFaceTokenizer {
  return new TokenizerClass(tokenizer, config);
}
