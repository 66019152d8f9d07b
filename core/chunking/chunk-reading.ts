import type { Tokenizer } from '../ports/embedder.js';
import type { Block } from '../reading/block.js';
import type { Reading } from '../reading/reading.js';
import { blockPieces, type Piece } from './block-pieces.js';
import type { Chunk, ChunkingSettings } from './chunk.js';
import { chunkPrefix } from './chunk-prefix.js';
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
 * fits and stands in the prefix of the others. The same reading gives the same chunks. Takes time linear in the text.
 * Errors: `RangeError` when `maxTokens` leaves no room for text.
 */
export async function chunkReading(reading: Reading, options: ChunkReadingOptions): Promise<Chunk[]> {
  const { tokenizer, title = reading.metadata.title } = options;
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
  const { tokenizer, reading, limit } = cut;
  const prefixOf = (path: readonly string[]): string =>
    chunkPrefix({ title: cut.title, path, maxTokens: Math.floor(limit * PREFIX_SHARE), tokenizer });
  const prefix = prefixOf(section.path);
  const room = limit - tokenizer.countTokens(prefix);

  const pieces: Piece[] = [];
  for (const block of section.body) pieces.push(...(await piecesOf(cut, block, room)));

  const passages: Passage[] = [];
  while (pieces.length > 0) {
    const taken = takePieces(cut, pieces, prefix, room);
    const blocks = [...new Set(taken.map((piece) => piece.block))];
    const [first, last] = [taken[0], taken.at(-1)];
    if (!first || !last) break;
    const bare = { start: first.start, end: last.end, prefix, blocks };
    const { heading } = section;
    const headed =
      heading && passages.length === 0
        ? { start: heading.start, end: last.end, prefix: prefixOf(section.path.slice(0, -1)), blocks: [heading, ...blocks] }
        : null;
    const tokensOf = (candidate: { start: number; end: number; prefix: string }): number =>
      tokenizer.countTokens(candidate.prefix + reading.text.slice(candidate.start, candidate.end));
    const { start, end, ...chosen } = headed && tokensOf(headed) <= limit ? headed : bare;
    passages.push({
      text: reading.text.slice(start, end),
      prefix: chosen.prefix,
      start,
      end,
      tokenCount: tokensOf({ start, end, prefix: chosen.prefix }) + tokenizer.specialTokens,
      sectionPath: section.path,
      ...placeOf(chosen.blocks),
    });
  }
  return passages;
}

/** Removes from the front of `pieces` as many as make one passage. */
function takePieces(cut: Cut, pieces: Piece[], prefix: string, room: number): Piece[] {
  let sum = 0;
  let count = 0;
  for (const { length } of pieces) {
    if (count > 0 && sum + length > room) break;
    sum += length;
    count += 1;
  }
  // The tokens of a whole are those of its parts where words are cut one by one; other tokenizers may count more.
  const tooLong = (): boolean =>
    cut.tokenizer.countTokens(prefix + cut.reading.text.slice(pieces[0]?.start, pieces[count - 1]?.end)) > cut.limit;
  while (count > 1 && tooLong()) count -= 1;
  return pieces.splice(0, count);
}

/** The pieces of a block, each of which fits beside the prefix. */
async function piecesOf(cut: Cut, block: Block, room: number): Promise<Piece[]> {
  const { reading, lengthOf, sentences } = cut;
  return blockPieces({ text: reading.text, block, maxLength: room, lengthOf, sentences });
}

/** Where the blocks of a passage stand: pages ascending, boxes in reading order. */
function placeOf(blocks: readonly Block[]): Pick<Chunk, 'pages' | 'boxes'> {
  const boxes = blocks.flatMap((block) => block.boxes);
  return { pages: [...new Set(boxes.map((box) => box.page))].sort((a, b) => a - b), boxes };
}

/** `und` and tags that this machine does not know give the rules of all languages. */
function sentenceSegmenter(language: string): Intl.Segmenter {
  try {
    return new Intl.Segmenter(language, { granularity: 'sentence' });
  } catch {
    return new Intl.Segmenter('und', { granularity: 'sentence' });
  }
}
