import type { Tokenizer } from '../ports/embedder.js';

const BETWEEN = ' › ';
const CUT = '…';

export interface ChunkPrefixInput {
  readonly title: string | undefined;
  /** Outermost first. */
  readonly path: readonly string[];
  readonly maxTokens: number;
  readonly tokenizer: Tokenizer;
}

/**
 * `title › section › subsection` and a line break, at most `maxTokens`; empty where there is neither. What is too long
 * loses its middle first, then the ends of title and innermost section: those two say most.
 */
export function chunkPrefix({ title, path, maxTokens, tokenizer }: ChunkPrefixInput): string {
  const fits = (parts: readonly string[]): boolean => tokenizer.countTokens(parts.join(BETWEEN)) <= maxTokens;
  let parts = [title ?? '', ...path].map((part) => part.replace(/\s+/g, ' ').trim()).filter((part) => part !== '');
  // Most documents open with their title as the outermost heading.
  if (parts.length > 1 && parts[0]?.toLowerCase() === parts[1]?.toLowerCase()) parts = parts.slice(1);
  while (parts.length > 2 && !fits(parts)) parts = [...parts.slice(0, 1), ...parts.slice(2)];
  if (parts.length > 0 && !fits(parts)) {
    const share = Math.floor((maxTokens - tokenizer.countTokens(BETWEEN)) / parts.length);
    parts = parts.map((part) => cut(part, share, tokenizer)).filter((part) => part !== '');
  }
  return parts.length === 0 || !fits(parts) ? '' : `${parts.join(BETWEEN)}\n`;
}

/** As many whole words as fit. */
function cut(text: string, maxTokens: number, tokenizer: Tokenizer): string {
  if (tokenizer.countTokens(text) <= maxTokens) return text;
  const words = text.split(' ');
  const kept: string[] = [];
  let left = maxTokens - tokenizer.countTokens(CUT);
  for (const word of words) {
    left -= tokenizer.countTokens(word);
    if (left < 0) break;
    kept.push(word);
  }
  return kept.length === 0 ? '' : `${kept.join(' ')} ${CUT}`;
}
