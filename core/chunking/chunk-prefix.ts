import type { Tokenizer } from '../ports/embedder.js';
import { isWarning } from '../reading/facts/warning-label.js';
import { MAX_CHARACTERS_A_TOKEN } from './token-size.js';

const BETWEEN = ' › ';
const CUT = '…';
/** A longer heading is a paragraph in the dress of one: it would take the place of the title in every passage below it. */
const MAX_HEADING_CHARACTERS = 200;

export interface ChunkPrefixInput {
  readonly title: string | undefined;
  /** Outermost first. */
  readonly path: readonly string[];
  readonly maxTokens: number;
  readonly tokenizer: Tokenizer;
}

export interface ChunkPrefix {
  /** Ends with a line break; empty where there is neither title nor path, or no room. */
  readonly text: string;
  /** Whether the prefix shows all words of this heading. */
  readonly shows: (heading: string) => boolean;
}

/**
 * `title › section › subsection` and a line break, at most `maxTokens`. A prefix that is too long loses its middle first,
 * then the ends of title and innermost section: those two say most. A heading that warns stays, whatever stands between. Of a very long heading only the beginning is shown.
 */
export function chunkPrefix({ title, path, maxTokens, tokenizer }: ChunkPrefixInput): ChunkPrefix {
  // A tokenizer may take a megabyte without spaces for one token; and a megabyte is not counted to learn that it is too long.
  const maxCharacters = maxTokens * MAX_CHARACTERS_A_TOKEN;
  const fits = (parts: readonly string[]): boolean => {
    const text = parts.join(BETWEEN);
    return text.length <= maxCharacters && tokenizer.countTokens(text) <= maxTokens;
  };
  let parts = [title ?? '', ...path.map(shortened)]
    .map((part) => inOneLine(part, maxCharacters))
    .filter((part) => part !== '');
  // Most documents open with their title as the outermost heading.
  if (parts.length > 1 && parts[0]?.toLowerCase() === parts[1]?.toLowerCase()) parts = parts.slice(1);
  while (parts.length > 2 && !fits(parts)) {
    const between = parts.findIndex((part, at) => at > 0 && at < parts.length - 1 && !isWarning(part));
    const least = between > 0 ? between : isWarning(parts[0] ?? '') ? 1 : 0;
    parts = parts.filter((_, at) => at !== least);
  }
  if (parts.length > 0 && !fits(parts)) {
    const share = Math.floor((maxTokens - tokenizer.countTokens(BETWEEN)) / parts.length);
    parts = parts.map((part) => cut(part, share, tokenizer)).filter((part) => part !== '');
  }
  if (!fits(parts)) parts = [];
  return {
    text: parts.length === 0 ? '' : `${parts.join(BETWEEN)}\n`,
    shows: (heading) => parts.includes(inOneLine(heading, maxCharacters)),
  };
}

/** As many whole words of a heading as a prefix shows. A heading that is not shown whole is a passage of its own. */
function shortened(heading: string): string {
  const text = inOneLine(heading, MAX_HEADING_CHARACTERS);
  if (text.length <= MAX_HEADING_CHARACTERS) return text;
  const end = text.lastIndexOf(' ', MAX_HEADING_CHARACTERS - 1);
  return end <= 0 ? '' : `${text.slice(0, end)} ${CUT}`;
}

/** One character more than can be shown is enough to see that a text is too long. */
function inOneLine(text: string, maxCharacters: number): string {
  return text
    .slice(0, 2 * maxCharacters)
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, maxCharacters + 1)
    .toWellFormed();
}

/** As many whole words as fit. */
function cut(text: string, maxTokens: number, tokenizer: Tokenizer): string {
  const maxCharacters = maxTokens * MAX_CHARACTERS_A_TOKEN;
  if (text.length <= maxCharacters && tokenizer.countTokens(text) <= maxTokens) return text;
  const words = text.split(' ');
  const kept: string[] = [];
  let left = maxTokens - tokenizer.countTokens(CUT);
  let characters = maxCharacters;
  for (const word of words) {
    characters -= word.length + 1;
    left -= characters < 0 ? left + 1 : tokenizer.countTokens(word);
    if (left < 0) break;
    kept.push(word);
  }
  return kept.length === 0 ? '' : `${kept.join(' ')} ${CUT}`;
}
