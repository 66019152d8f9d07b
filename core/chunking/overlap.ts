import type { ChunkingStrategy } from '../contract/chunk.js';
import { type Piece, sentencesOf } from './section-pieces.js';
import type { SentenceCutter } from './sentences.js';

export interface OverlapInput {
  readonly text: string;
  readonly strategy: ChunkingStrategy;
  /** Of one section, in order. */
  readonly pieces: readonly Piece[];
  /** First piece of the passage before, and of the one that is to repeat its end. */
  readonly before: number;
  readonly from: number;
  readonly overlapTokens: number;
  readonly countTokens: (text: string) => number;
  readonly sentences: SentenceCutter;
  /** Whether a text may begin here: not in the middle of what stays together. */
  readonly isWhole: (offset: number) => boolean;
}

/**
 * Where a passage begins that repeats the end of the one before it: the earliest sentence (under `recursive`, word) from
 * which on there are at most `overlapTokens`. Never the whole of the passage before, nor a row of a table, whose header
 * goes with it instead. The passage's own beginning where nothing can be repeated.
 */
export function overlapStart(input: OverlapInput): number {
  const { text, pieces, before, from, overlapTokens, countTokens } = input;
  const own = pieces[from]?.start ?? 0;
  const floor = pieces[before]?.start ?? own;
  const boundaries: number[] = [];
  let left = overlapTokens;
  let next = own;
  for (const boundary of overlapTokens > 0 ? boundariesBehind(input) : []) {
    left -= countTokens(text.slice(boundary, next));
    if (boundary <= floor || left < 0) break;
    if (input.isWhole(boundary)) boundaries.push(boundary);
    next = boundary;
  }
  // Lengths do not add up for every tokenizer.
  for (let start = boundaries.pop(); start !== undefined; start = boundaries.pop()) {
    if (countTokens(text.slice(start, own)) <= overlapTokens) return start;
  }
  return own;
}

/** Where a repetition may begin, last first, back to the passage before or to a table. */
function* boundariesBehind(input: OverlapInput): Generator<number> {
  for (let at = input.from - 1; at >= input.before; at--) {
    const piece = input.pieces[at];
    if (!piece || piece.blocks.some(({ kind }) => kind === 'table' || kind === 'code')) return;
    yield* input.strategy === 'recursive' ? words(input.text, piece) : sentences(input, piece);
  }
}

function* words(text: string, { start, end }: Piece): Generator<number> {
  for (let at = end - 1; at > start; at--) {
    if (/\s/.test(text.charAt(at - 1)) && !/\s/.test(text.charAt(at))) yield at;
  }
  yield start;
}

function sentences(input: OverlapInput, piece: Piece): number[] {
  return sentencesOf(input, piece)
    .filter(({ start, end }) => end > start)
    .map((sentence) => sentence.start)
    .reverse();
}
