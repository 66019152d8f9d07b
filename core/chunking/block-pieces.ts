import type { Block } from '../reading/block.js';
import { PassageSplitter } from './passage-splitter.js';
import { textSegments } from './text-segments.js';

/** A stretch of the reading's text that stays together, without white space at its ends. */
export interface Piece {
  readonly block: Block;
  /** Offsets into the reading's text. */
  readonly start: number;
  readonly end: number;
  /** By {@link BlockPiecesInput.lengthOf}. */
  readonly length: number;
}

export interface BlockPiecesInput {
  readonly text: string;
  readonly block: Block;
  /** Whether a text may be a passage of its own. */
  readonly fits: (text: string) => boolean;
  /** What a part may measure by {@link lengthOf} to fit, as far as lengths add up. */
  readonly maxLength: number;
  readonly lengthOf: (text: string) => number;
  readonly sentences: Intl.Segmenter;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** A block whole where it fits, otherwise its rows or sentences, and where one of these is too long, parts of it. */
export async function blockPieces(input: BlockPiecesInput): Promise<Piece[]> {
  const { text, block, maxLength, lengthOf } = input;
  const pieces: Piece[] = [];
  const push = (span: Span): void => {
    pieces.push({ block, ...span, length: lengthOf(text.slice(span.start, span.end)) });
  };
  const take = (span: Span): boolean => {
    if (span.end === span.start) return true;
    if (!input.fits(text.slice(span.start, span.end))) return false;
    push(span);
    return true;
  };
  const takeParts = async (span: Span, length: number): Promise<void> => {
    for (const part of await partsOf(input, span, length)) {
      if (take(part)) continue;
      // Lengths do not add up for every tokenizer; a single character is taken whatever it measures.
      if (length > 1) await takeParts(part, Math.floor(length / 2));
      else push(part);
    }
  };
  if (take(trimmed(text, block))) return pieces;
  for (const row of rowsOf(text, block)) {
    if (take(row)) continue;
    for (const sentence of sentencesOf(input, row)) {
      if (!take(sentence)) await takeParts(sentence, maxLength);
    }
  }
  return pieces;
}

/** Lines of blocks whose lines mean something; the lines of running text are only where the page was wide. */
function rowsOf(text: string, block: Block): Span[] {
  switch (block.kind) {
    case 'list':
    case 'table':
    case 'code': {
      const rows: Span[] = [];
      let start = block.start;
      for (const line of text.slice(block.start, block.end).split('\n')) {
        rows.push(trimmed(text, { start, end: start + line.length }));
        start += line.length + 1;
      }
      return rows;
    }
    case 'paragraph':
    case 'caption':
    case 'heading':
      return [trimmed(text, block)];
  }
}

/** By UAX #29 with the language's own rules. Line breaks would end sentences there, and here they do not. */
function sentencesOf({ text, sentences }: BlockPiecesInput, span: Span): Span[] {
  const spans: Span[] = [];
  let start = span.start;
  for (const sentence of textSegments(sentences, text.slice(span.start, span.end).replaceAll('\n', ' '))) {
    const end = start + sentence.length;
    spans.push(trimmed(text, { start, end }));
    start = end;
  }
  return spans;
}

async function partsOf({ text, lengthOf }: BlockPiecesInput, span: Span, maxLength: number): Promise<Span[]> {
  const splitter = new PassageSplitter({ maxLength, lengthOf });
  const spans: Span[] = [];
  let from = span.start;
  // Parts come in order, with nothing but white space between them.
  for (const part of await splitter.splitText(text.slice(span.start, span.end))) {
    const start = trimmed(text, { start: from, end: span.end }).start;
    if (!text.startsWith(part, start)) throw new Error('the splitter changed the text');
    from = start + part.length;
    spans.push({ start, end: from });
  }
  return spans;
}

const SPACE = /\s/;

function trimmed(text: string, { start, end }: Span): Span {
  while (start < end && SPACE.test(text.charAt(start))) start += 1;
  while (end > start && SPACE.test(text.charAt(end - 1))) end -= 1;
  return { start, end };
}
