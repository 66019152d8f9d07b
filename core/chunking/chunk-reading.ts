import type { Tokenizer } from '../ports/embedder.js';
import type { Block } from '../contract/block.js';
import type { Reading } from '../contract/reading.js';
import type { Recommendation } from '../contract/recommendation.js';
import { isOfNice } from '../reading/facts/recommendation/nice-wording.js';
import { isBoilerplate, isOrnament } from './boilerplate.js';
import { boundPieces, cutsBond, disjoint } from './bound-pieces.js';
import { type Chunk, type ChunkingSettings, DEFAULT_CHUNKING } from '../contract/chunk.js';
import { chunkPlace } from './chunk-place.js';
import { type ChunkPrefix, chunkPrefix } from './chunk-prefix.js';
import { type GradedSection, gradedStatements } from './graded-statements.js';
import { overlapStart } from './overlap.js';
import { rememberingTokenizer } from './remembering-tokenizer.js';
import { type Piece, sectionPieces } from './section-pieces.js';
import { headingAlone, isAbove, type Section, sectionsOf } from './sections.js';
import { type SentenceCutter, sentenceCutter } from './sentences.js';
import { firstEndingBehind, type Span } from './span.js';
import { passageMarkdown } from './table-markdown.js';
import { MAX_CHARACTERS_A_TOKEN } from './token-size.js';
import { type WarnedText, warnedTexts } from './warned-texts.js';

/** Strategy and overlap are the default's where they are not given. */
export interface ChunkReadingOptions
  extends Pick<ChunkingSettings, 'maxTokens'>, Partial<Omit<ChunkingSettings, 'maxTokens'>> {
  readonly tokenizer: Tokenizer;
  /** What the document is called; its own metadata's title without one. */
  readonly title?: string;
  /** Awaited now and then, for whoever must not compute for long in one go. */
  readonly pause?: () => Promise<void>;
}

/** Fewer tokens than these leave no room for a sentence beside a prefix. */
const MIN_TOKENS = 24;

/** Share of a chunk that title and section path may take; more would drown the passage in its address. */
const PREFIX_SHARE = 1 / 4;

/**
 * Cuts a reading into passages by the collection's strategy: never across a section, at most `min(maxTokens, the model's
 * limit)` by the model's own tokenizer with prefix and special tokens. Every word of every block is in a chunk or its
 * prefix, and but for the overlap in the text of one chunk only. A heading opens the first chunk of its section where it
 * fits and stands in the prefix of the others; a heading that no chunk shows whole is a chunk of its own. The header row of
 * a table that is cut stands in the prefix, too, and so does the label of a warning that is cut. A recommendation stays with its
 * grade wherever both fit into one passage, and the passage says which grades it holds. Passages that say nothing (`boilerplate.ts`) are left out, unless there is
 * nothing else. The same reading gives the same chunks. Takes time linear in the text.
 * Errors: `RangeError` when `maxTokens` leaves no room for text.
 */
export async function chunkReading(reading: Reading, options: ChunkReadingOptions): Promise<Chunk[]> {
  const { title = reading.metadata.title } = options;
  const { strategy, overlapTokens, maxTokens } = { ...DEFAULT_CHUNKING, ...options };
  const tokenizer = rememberingTokenizer(options.tokenizer);
  const limit = Math.min(maxTokens, tokenizer.maxTokens) - tokenizer.specialTokens;
  if (!(limit + tokenizer.specialTokens >= MIN_TOKENS)) {
    throw new RangeError(`chunks need at least ${MIN_TOKENS} tokens`);
  }
  const cut: Cut = {
    reading,
    title,
    strategy,
    limit,
    // A model's limit may be less than what the setting was made for.
    overlapTokens: Math.min(overlapTokens, Math.floor((limit * (1 - PREFIX_SHARE)) / 2)),
    tokenizer,
    sentences: sentenceCutter(reading.language),
    isOfNice: isOfNice({ text: reading.text, title, issuer: reading.metadata.issuer }),
    pause: options.pause ?? (() => Promise.resolve()),
    lengthOf: (text) => Math.max(tokenizer.countTokens(text), Math.ceil(text.length / MAX_CHARACTERS_A_TOKEN)),
  };
  const passages: Passage[] = [];
  for (const section of sectionsOf(reading)) {
    for (const passage of await cutSection(cut, section)) passages.push(passage);
  }
  const telling = passages.filter((passage) => !passage.isBoilerplate);
  const kept = telling.length > 0 ? telling : passages;
  return kept.map(({ isBoilerplate: _isBoilerplate, shows: _shows, ...passage }, ordinal) => ({ ordinal, ...passage }));
}

interface Passage extends Omit<Chunk, 'ordinal'> {
  /** Apart from its heading; a piece cut off a longer block belongs to what the block says. */
  readonly isBoilerplate: boolean;
  readonly shows: ChunkPrefix['shows'];
}

interface Cut extends Pick<ChunkingSettings, 'strategy' | 'overlapTokens'> {
  readonly reading: Reading;
  readonly title: string | undefined;
  /** Tokens of prefix and text, special tokens not included. */
  readonly limit: number;
  readonly tokenizer: Tokenizer;
  readonly sentences: SentenceCutter;
  readonly isOfNice: boolean;
  readonly pause: () => Promise<void>;
  readonly lengthOf: (text: string) => number;
}

/** A heading that none of the section's passages shows is a passage of its own, in front of them and in the order of the text. */
async function cutSection(cut: Cut, section: Section): Promise<Passage[]> {
  const { heading, above } = section;
  const textOf = ({ start, end }: Block): string => cut.reading.text.slice(start, end);
  const ownPassages = async (headings: readonly Block[]): Promise<Passage[]> =>
    (await Promise.all(headings.map((one) => cutBody(cut, headingAlone(one))))).flat();

  let body = await cutBody(cut, section);
  const isShown = (one: Block): boolean =>
    body.some((passage) => !passage.isBoilerplate && (passage.start === one.start || passage.shows(textOf(one))));
  // Cut anew before the others are asked for: its title takes room from theirs in the prefix.
  const isAlone = heading !== null && !isShown(heading);
  if (isAlone) body = await cutBody(cut, { ...section, heading: null });
  const [first] = section.body;
  const unshown = above.filter((one) => !first || !isAbove(one, first) || !isShown(one));
  if (isAlone) unshown.push(heading);
  return [...(await ownPassages(unshown)), ...body];
}

async function cutBody(cut: Cut, section: Section): Promise<Passage[]> {
  const { heading, path, body } = section;
  // A heading that is the body need not be repeated above itself.
  const prefix = prefixOf(cut, body[0]?.kind === 'heading' ? path.slice(0, -1) : path);
  const { text: whole } = cut.reading;
  const graded = gradedStatements({ ...cut, text: whole, section });
  const warned = warnedTexts({ text: whole, blocks: body, sentences: cut.sentences });
  const bonds = disjoint([...graded.bonds, ...warned.map(({ start, firstEnd }) => ({ start, end: firstEnd }))]);
  const pieces = await piecesOf(cut, { blocks: body, prefix: prefix.text, bonds, warned });
  const passages: Passage[] = [];
  for (let from = 0, before = 0; from < pieces.length;) {
    await cut.pause();
    const opening = openingOf(cut, { pieces, before, from, prefix: prefix.text, bonds, warned });
    const { tableHeader, ...bounds } = opening;
    const to = endOfPassage(cut, { pieces, from, ...bounds });
    const last = pieces[to - 1];
    if (!last) break;
    const repeated = pieces.slice(before, from).filter((piece) => piece.end > opening.start);
    const blocks = [...new Set([...repeated, ...pieces.slice(from, to)].flatMap((piece) => piece.blocks))];
    const bare: Extent = { ...bounds, end: last.end, blocks, shows: prefix.shows };
    const headed = heading && from === 0 ? withHeading(cut, { bare, heading, path }) : null;
    const text = cut.reading.text.slice(bare.start, bare.end);
    const extent = headed && tokensOf(cut, headed) <= cut.limit ? headed : bare;
    const markdown = passageMarkdown({ ...extent, text: cut.reading.text, tableHeader });
    const recommendations = gradesWithin(graded, extent);
    passages.push({
      ...passageOf(cut, extent, path),
      ...(tableHeader === undefined ? {} : { tableHeader }),
      ...(markdown === undefined ? {} : { markdown }),
      ...(recommendations.length === 0 ? {} : { recommendations }),
      isBoilerplate:
        isOrnament(text) ||
        (isBoilerplate(text) && blocks.every((one) => isBoilerplate(cut.reading.text.slice(one.start, one.end)))),
      shows: extent.shows,
    });
    before = from;
    from = to;
  }
  return passages;
}

/** Of the statements that a passage holds, or parts of; the heading's where none of them is graded. */
function gradesWithin({ recommendations, reaches, ofHeading }: GradedSection, { start, end }: Span): Recommendation[] {
  const own: Recommendation[] = [];
  for (let at = firstEndingBehind(reaches, start); (reaches[at]?.start ?? Infinity) < end; at++)
    own.push(...recommendations.slice(at, at + 1).filter((one) => one.end > start));
  return own.length > 0 ? own : ofHeading.map((grade) => ({ ...grade, start, end }));
}

/** A passage before it is written down. */
interface Extent {
  readonly start: number;
  readonly end: number;
  readonly prefix: string;
  readonly shows: ChunkPrefix['shows'];
  readonly blocks: readonly Block[];
}

/** The heading is in the text, so the prefix need not name it. */
function withHeading(
  cut: Cut,
  { bare, heading, path }: { bare: Extent; heading: Block; path: readonly string[] },
): Extent {
  const { text: prefix, shows } = prefixOf(cut, path.slice(0, -1));
  return { ...bare, start: heading.start, prefix, shows, blocks: [heading, ...bare.blocks] };
}

function passageOf(cut: Cut, extent: Extent, sectionPath: readonly string[]): Omit<Chunk, 'ordinal'> {
  const { start, end, prefix } = extent;
  // Pieces that were cut without regard to blocks bring some that lie before what is repeated of them.
  const blocks = extent.blocks.filter((block) => block.start < end && block.end > start);
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

function prefixOf({ title, limit, tokenizer }: Cut, path: readonly string[]): ChunkPrefix {
  return chunkPrefix({ title, path, maxTokens: Math.floor(limit * PREFIX_SHARE), tokenizer });
}

interface OpeningInput {
  readonly pieces: readonly Piece[];
  /** First piece of the passage before. */
  readonly before: number;
  readonly from: number;
  readonly prefix: string;
  readonly bonds: readonly Span[];
  readonly warned: readonly WarnedText[];
}

interface Opening extends Pick<Extent, 'start' | 'prefix'> {
  readonly tableHeader?: string;
}

/** How a passage begins: with the end of the one before it, or with the header of the table in whose middle it opens. */
function openingOf(cut: Cut, input: OpeningInput): Opening {
  const first = input.pieces[input.from];
  if (!first) return { start: 0, prefix: input.prefix };
  const own = { start: first.start, prefix: input.prefix + warningAbove(input.warned, first.start) };
  const tableHeader = tableHeaderOf(cut, first);
  if (tableHeader !== undefined) {
    const prefix = withTableHeader(cut, { first, prefix: own.prefix, tableHeader });
    return { start: first.start, prefix, tableHeader };
  }
  const { overlapTokens, strategy, sentences, tokenizer } = cut;
  const { text } = cut.reading;
  const start = overlapStart({ ...input, text, strategy, isWhole: (at) => !cutsBond(input.bonds, at), overlapTokens, sentences, countTokens: (part) => tokenizer.countTokens(part) }); // prettier-ignore
  if (start === own.start) return own;
  const repeating = { start, prefix: input.prefix + warningAbove(input.warned, start) };
  return tokensOf(cut, { ...repeating, end: first.end }) <= cut.limit ? repeating : own;
}

/** The label of the warning in whose middle a passage opens, as a line of its prefix. */
function warningAbove(warned: readonly WarnedText[], start: number): string {
  const one = warned[firstEndingBehind(warned, start)];
  return one && one.start < start ? `${one.label}\n` : '';
}

/** Of a passage that opens in the middle of a table. */
function tableHeaderOf({ reading }: Cut, first: Piece): string | undefined {
  const [block] = first.blocks;
  if (block?.kind !== 'table' || first.start === block.start) return undefined;
  const lineEnd = reading.text.indexOf('\n', block.start);
  const header = reading.text.slice(block.start, lineEnd < 0 ? block.end : Math.min(lineEnd, block.end));
  // One row that is too long for a passage is nobody's header.
  return first.start < block.start + header.length ? undefined : header;
}

/** The table's header belongs to what its rows say. */
function withTableHeader(
  cut: Cut,
  { first, prefix, tableHeader }: { first: Piece; prefix: string; tableHeader: string },
): string {
  const own = `${prefix}${tableHeader}\n`;
  const affordable = cut.tokenizer.countTokens(own) <= cut.limit * PREFIX_SHARE * 2;
  return affordable && tokensOf(cut, { prefix: own, start: first.start, end: first.end }) <= cut.limit ? own : prefix;
}

/** The pieces of a section's blocks, each of which fits beside the prefix and what is repeated, no bond cut where it fits. */
async function piecesOf(
  cut: Cut,
  { blocks, bonds, warned, ...given }: { blocks: readonly Block[] } & Pick<OpeningInput, 'prefix' | 'bonds' | 'warned'>,
): Promise<Piece[]> {
  const { reading, tokenizer, lengthOf, sentences, strategy, pause } = cut;
  const prefix = given.prefix + longestLabel(warned);
  const limit = cut.limit - cut.overlapTokens;
  const maxLength = limit - tokenizer.countTokens(prefix);
  const fits = (text: string): boolean =>
    // Without asking where the answer is known: a megabyte is not counted only to learn that it is too long.
    text.length <= maxLength * MAX_CHARACTERS_A_TOKEN &&
    lengthOf(text) <= maxLength &&
    tokenizer.countTokens(prefix + text) <= limit;
  const { text } = reading;
  const pieces = await sectionPieces({ text, blocks, strategy, fits, maxLength, lengthOf, sentences, pause });
  return boundPieces({ text, pieces, bonds, fits, lengthOf });
}

function longestLabel(warned: readonly WarnedText[]): string {
  const longest = warned.reduce((most, { label }) => (label.length > most.length ? label : most), '');
  return longest === '' ? '' : `${longest}\n`;
}

/** Index behind the last of the pieces that make one passage with `pieces[from]`. */
function endOfPassage(
  cut: Cut,
  input: { pieces: readonly Piece[]; from: number; start: number; prefix: string },
): number {
  const { pieces, from, start, prefix } = input;
  const own = pieces[from]?.start ?? start;
  const opening = prefix + cut.reading.text.slice(start, own);
  const room = cut.limit - cut.tokenizer.countTokens(opening);
  let to = from;
  for (let sum = 0; to < pieces.length; to++) {
    sum += pieces[to]?.length ?? 0;
    if (to > from && sum > room) break;
  }
  // The tokens of a whole are those of its parts where words are cut one by one; other tokenizers may count more.
  while (to > from + 1 && tokensOf(cut, { prefix, start, end: pieces[to - 1]?.end ?? start }) > cut.limit) to -= 1;
  return to;
}
