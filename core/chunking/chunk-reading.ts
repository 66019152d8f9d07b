import type { Tokenizer } from '../ports/embedder.js';
import type { Block } from '../reading/block.js';
import type { Reading } from '../reading/reading.js';
import { blockPieces, type Piece } from './block-pieces.js';
import type { Chunk, ChunkingSettings } from './chunk.js';
import { chunkPlace } from './chunk-place.js';
import { chunkPrefix } from './chunk-prefix.js';
import { rememberingTokenizer } from './remembering-tokenizer.js';
import { type Section, sectionsOf } from './sections.js';

export interface ChunkReadingOptions extends ChunkingSettings {
  readonly tokenizer: Tokenizer;
  /** What the document is called; its own metadata's title without one. */
  readonly title?: string;
}

/** Fewer tokens than these leave no room for a sentence beside a prefix. */
const MIN_TOKENS = 24;

/** Share of a chunk that title and section path may take; more would drown the passage in its address. */
const PREFIX_SHARE = 1 / 4;

/**
 * Characters that count as a token at least. English prose has 4.7 a token; a tokenizer that takes a megabyte without
 * spaces for one unknown word must not make one passage of it.
 */
const MAX_CHARACTERS_A_TOKEN = 10;

/**
 * Cuts a reading into passages: never across a section, at most `min(maxTokens, the model's limit)` by the model's own
 * tokenizer with prefix and special tokens, neighbouring small blocks together, long blocks between sentences. Every
 * character of every block but headings is in exactly one chunk; a heading opens the first chunk of its section where it
 * fits and stands in the prefix of the others, and so does the header row of a table that is cut. The same reading gives the same chunks. Takes time linear in the text.
 * Errors: `RangeError` when `maxTokens` leaves no room for text.
 */
export async function chunkReading(reading: Reading, options: ChunkReadingOptions): Promise<Chunk[]> {
  const { title = reading.metadata.title } = options;
  const tokenizer = rememberingTokenizer(options.tokenizer);
  const limit = Math.min(options.maxTokens, tokenizer.maxTokens) - tokenizer.specialTokens;
  if (!(limit + tokenizer.specialTokens >= MIN_TOKENS)) {
    throw new RangeError(`chunks need at least ${MIN_TOKENS} tokens`);
  }
  const cut: Cut = {
    reading,
    title,
    limit,
    tokenizer,
    sentences: sentenceSegmenter(reading.language),
    lengthOf: (text) => Math.max(tokenizer.countTokens(text), Math.ceil(text.length / MAX_CHARACTERS_A_TOKEN)),
  };
  const passages: Passage[] = [];
  for (const section of sectionsOf(reading)) passages.push(...(await cutSection(cut, section)));
  return passages.map((passage, ordinal) => ({ ordinal, ...passage }));
}

type Passage = Omit<Chunk, 'ordinal'>;

interface Cut {
  readonly reading: Reading;
  readonly title: string | undefined;
  /** Tokens of prefix and text, special tokens not included. */
  readonly limit: number;
  readonly tokenizer: Tokenizer;
  readonly sentences: Intl.Segmenter;
  readonly lengthOf: (text: string) => number;
}

async function cutSection(cut: Cut, section: Section): Promise<Passage[]> {
  const { heading, path } = section;
  const prefix = prefixOf(cut, path);
  const pieces = await piecesOf(cut, section.body, prefix);
  const passages: Passage[] = [];
  for (let from = 0; from < pieces.length;) {
    const tableHeader = tableHeaderOf(cut, pieces[from]);
    const own = withTableHeader(cut, { first: pieces[from], prefix, tableHeader });
    const to = endOfPassage(cut, { pieces, from, prefix: own });
    const [first, last] = [pieces[from], pieces[to - 1]];
    if (!first || !last) break;
    const blocks = [...new Set(pieces.slice(from, to).map((piece) => piece.block))];
    const bare: Extent = { start: first.start, end: last.end, prefix: own, blocks };
    const headed: Extent | null =
      heading && from === 0
        ? { ...bare, start: heading.start, prefix: prefixOf(cut, path.slice(0, -1)), blocks: [heading, ...blocks] }
        : null;
    const passage = passageOf(cut, headed && tokensOf(cut, headed) <= cut.limit ? headed : bare, path);
    passages.push(tableHeader === undefined ? passage : { ...passage, tableHeader });
    from = to;
  }
  return passages;
}

/** A passage before it is written down. */
interface Extent {
  readonly start: number;
  readonly end: number;
  readonly prefix: string;
  readonly blocks: readonly Block[];
}

function passageOf(cut: Cut, extent: Extent, sectionPath: readonly string[]): Passage {
  const { start, end, prefix, blocks } = extent;
  return {
    text: cut.reading.text.slice(start, end),
    prefix,
    start,
    end,
    tokenCount: tokensOf(cut, extent) + cut.tokenizer.specialTokens,
    sectionPath,
    ...chunkPlace(blocks, { start, end }),
  };
}

function tokensOf(
  { tokenizer, reading }: Cut,
  { prefix, start, end }: Pick<Extent, 'prefix' | 'start' | 'end'>,
): number {
  return tokenizer.countTokens(prefix + reading.text.slice(start, end));
}

function prefixOf({ title, limit, tokenizer }: Cut, path: readonly string[]): string {
  return chunkPrefix({ title, path, maxTokens: Math.floor(limit * PREFIX_SHARE), tokenizer });
}

/** Of a passage that opens in the middle of a table. */
function tableHeaderOf({ reading }: Cut, first: Piece | undefined): string | undefined {
  if (first?.block.kind !== 'table' || first.start === first.block.start) return undefined;
  const [header = ''] = reading.text.slice(first.block.start, first.block.end).split('\n');
  // One row that is too long for a passage is nobody's header.
  return first.start < first.block.start + header.length ? undefined : header;
}

/** The table's header belongs to what its rows say. */
function withTableHeader(
  cut: Cut,
  { first, prefix, tableHeader }: { first: Piece | undefined; prefix: string; tableHeader: string | undefined },
): string {
  if (first === undefined || tableHeader === undefined) return prefix;
  const own = `${prefix}${tableHeader}\n`;
  const affordable = cut.tokenizer.countTokens(own) <= cut.limit * PREFIX_SHARE * 2;
  return affordable && tokensOf(cut, { prefix: own, start: first.start, end: first.end }) <= cut.limit ? own : prefix;
}

/** The pieces of a section's blocks, each of which fits beside the prefix. */
async function piecesOf(cut: Cut, body: readonly Block[], prefix: string): Promise<Piece[]> {
  const { reading, tokenizer, limit, lengthOf, sentences } = cut;
  const pieces: Piece[] = [];
  const maxLength = limit - tokenizer.countTokens(prefix);
  const fits = (text: string): boolean =>
    // Without asking where the answer is known: a megabyte is not counted only to learn that it is too long.
    text.length <= maxLength * MAX_CHARACTERS_A_TOKEN &&
    lengthOf(text) <= maxLength &&
    tokenizer.countTokens(prefix + text) <= limit;
  for (const block of body) {
    const found = await blockPieces({ text: reading.text, block, fits, maxLength, lengthOf, sentences });
    for (const piece of found) pieces.push(piece);
  }
  return pieces;
}

/** Index behind the last of the pieces that make one passage with `pieces[from]`. */
function endOfPassage(
  cut: Cut,
  { pieces, from, prefix }: { pieces: readonly Piece[]; from: number; prefix: string },
): number {
  const room = cut.limit - cut.tokenizer.countTokens(prefix);
  let to = from;
  for (let sum = 0; to < pieces.length; to++) {
    sum += pieces[to]?.length ?? 0;
    if (to > from && sum > room) break;
  }
  // The tokens of a whole are those of its parts where words are cut one by one; other tokenizers may count more.
  const start = pieces[from]?.start ?? 0;
  while (to > from + 1 && tokensOf(cut, { prefix, start, end: pieces[to - 1]?.end ?? start }) > cut.limit) to -= 1;
  return to;
}

/** `und` and tags that this machine does not know give the rules of all languages. */
function sentenceSegmenter(language: string): Intl.Segmenter {
  try {
    return new Intl.Segmenter(language, { granularity: 'sentence' });
  } catch {
    return new Intl.Segmenter('und', { granularity: 'sentence' });
  }
}
