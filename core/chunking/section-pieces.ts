import type { Block } from '../contract/block.js';
import type { ChunkingStrategy } from '../contract/chunk.js';
import { PassageSplitter } from './passage-splitter.js';
import type { SentenceCutter } from './sentences.js';
import { type Span, trimmed } from './span.js';

/** A stretch of the reading's text that stays together, without white space at its ends. */
export interface Piece extends Span {
  /** Those of which it holds something; one, but for pieces of running text that was cut without regard to blocks. */
  readonly blocks: readonly Block[];
  /** By {@link SectionPiecesInput.lengthOf}. */
  readonly length: number;
}

export interface SectionPiecesInput {
  readonly text: string;
  /** Of one section. */
  readonly blocks: readonly Block[];
  readonly strategy: ChunkingStrategy;
  /** Whether a text may be a passage of its own. */
  readonly fits: (text: string) => boolean;
  /** What a part may measure by {@link lengthOf} to fit, as far as lengths add up. */
  readonly maxLength: number;
  readonly lengthOf: (text: string) => number;
  readonly sentences: SentenceCutter;
  /** Awaited between two pieces. */
  readonly pause: () => Promise<void>;
}

/** Where text is cut that has no sentences to offer: clauses, words, and at last between characters. */
const WITHIN_SENTENCE = ['\n', '; ', ', ', ' ', ''];
/** LangChain's own, best place first. */
const RECURSIVE = ['\n\n', '\n', ' ', ''];

/** The pieces from which a section's passages are put together, in order, with nothing but white space between them. */
export async function sectionPieces(input: SectionPiecesInput): Promise<Piece[]> {
  const pieces: Piece[] = [];
  for (const run of runsOf(input.blocks, input.strategy)) {
    // One by one: a table may have more rows than a call takes arguments.
    for (const piece of await runPieces(input, run)) pieces.push(piece);
  }
  return pieces;
}

/** Blocks that are cut together: alone, but for running text under `recursive`. */
function runsOf(blocks: readonly Block[], strategy: ChunkingStrategy): Block[][] {
  if (strategy !== 'recursive') return blocks.map((block) => [block]);
  const runs: Block[][] = [];
  let open: Block[] | null = null;
  for (const block of blocks) {
    if (block.kind === 'table') {
      runs.push([block]);
      open = null;
    } else if (open) open.push(block);
    else runs.push((open = [block]));
  }
  return runs;
}

async function runPieces(input: SectionPiecesInput, run: readonly Block[]): Promise<Piece[]> {
  const { text, maxLength, lengthOf } = input;
  const [block] = run;
  const last = run.at(-1);
  if (!block || !last) return [];
  const pieces: Piece[] = [];
  let firstOpen = 0;
  const push = (span: Span): void => {
    // Pieces come in order: no block that ended before this one is looked at again.
    while ((run[firstOpen]?.end ?? Infinity) <= span.start) firstOpen++;
    let behind = firstOpen;
    while ((run[behind]?.start ?? Infinity) < span.end) behind++;
    const blocks = run.slice(firstOpen, behind);
    pieces.push({ blocks, ...span, length: lengthOf(text.slice(span.start, span.end)) });
  };
  const take = (span: Span): boolean => {
    if (span.end === span.start) return true;
    if (!input.fits(text.slice(span.start, span.end))) return false;
    push(span);
    return true;
  };
  const takeParts = async (span: Span, length: number, separators: readonly string[]): Promise<void> => {
    for (const part of await partsOf(input, span, length, separators)) {
      await input.pause();
      if (take(part)) continue;
      // Lengths do not add up for every tokenizer; a single character is taken whatever it measures.
      if (length > 1) await takeParts(part, Math.floor(length / 2), separators);
      else push(part);
    }
  };
  const whole = trimmed(text, { start: block.start, end: last.end });
  if (input.strategy === 'recursive' && block.kind !== 'table') {
    await takeParts(whole, maxLength, RECURSIVE);
    return pieces;
  }
  const isProse = block.kind === 'paragraph' || block.kind === 'caption';
  if (!(input.strategy === 'sentence' && isProse) && take(whole)) return pieces;
  for (const row of rowsOf(text, block)) {
    await input.pause();
    if (!(input.strategy === 'sentence' && isProse) && take(row)) continue;
    for (const sentence of sentencesOf(input, row)) {
      await input.pause();
      if (!take(sentence)) await takeParts(sentence, maxLength, WITHIN_SENTENCE);
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

/** Line breaks would end sentences by UAX #29, and here they do not. */
export function sentencesOf({ text, sentences }: Pick<SectionPiecesInput, 'text' | 'sentences'>, span: Span): Span[] {
  const spans: Span[] = [];
  let start = span.start;
  for (const sentence of sentences(text.slice(span.start, span.end).replaceAll('\n', ' '))) {
    const end = start + sentence.length;
    spans.push(trimmed(text, { start, end }));
    start = end;
  }
  return spans;
}

async function partsOf(
  { text, lengthOf }: SectionPiecesInput,
  span: Span,
  maxLength: number,
  separators: readonly string[],
): Promise<Span[]> {
  const splitter = new PassageSplitter({ maxLength, lengthOf, separators });
  const spans: Span[] = [];
  let from = span.start;
  // Parts come in order, with nothing but white space between them.
  for (const untrimmed of await splitter.splitText(text.slice(span.start, span.end))) {
    const part = untrimmed.trim();
    const start = trimmed(text, { start: from, end: span.end }).start;
    if (!text.startsWith(part, start)) throw new Error('the splitter changed the text');
    from = start + part.length;
    spans.push({ start, end: from });
  }
  return spans;
}
