import { Tiktoken, type TiktokenBPE } from 'js-tiktoken/lite';

/** OpenAI's encodings that language models use now: GPT-4o and later, GPT-4 and 3.5 (and the text-embedding models). */
export const TIKTOKEN_ENCODINGS = ['o200k_base', 'cl100k_base'] as const;
export type TiktokenEncoding = (typeof TIKTOKEN_ENCODINGS)[number];

/** Ranks are 1 to 2 MB of text: read when they are first needed. */
const RANKS: Readonly<Record<TiktokenEncoding, () => Promise<{ default: TiktokenBPE }>>> = {
  o200k_base: () => import('js-tiktoken/ranks/o200k_base'),
  cl100k_base: () => import('js-tiktoken/ranks/cl100k_base'),
};

/** What has no gap is cut into steps of so many characters: merging takes time by the square of its length. */
const MAX_RUN = 512;
const LONG_RUN = new RegExp(`\\S{${MAX_RUN}}(?=\\S)`, 'gu');

const opened = new Map<TiktokenEncoding, Promise<TiktokenCounter>>();

export interface TiktokenCounter {
  countTokens(text: string): number;
}

/** Loaded once a process. Names of special tokens in a text count as the text that they are. */
export function getEncoding(name: TiktokenEncoding): Promise<TiktokenCounter> {
  const counter = opened.get(name) ?? open(name);
  opened.set(name, counter);
  return counter;
}

async function open(name: TiktokenEncoding): Promise<TiktokenCounter> {
  const encoding = new Tiktoken((await RANKS[name]()).default);
  // A cut adds a token at most, so that the count stays on the high side.
  return { countTokens: (text) => encoding.encode(text.replace(LONG_RUN, '$& '), [], []).length };
}
