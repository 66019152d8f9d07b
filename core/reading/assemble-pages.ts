import type { DraftBlock, PageBox } from '../contract/block.js';
import { headingLevels } from './layout/heading-levels.js';
import { collectWords, joinLines, type WordsSeen } from './layout/line-joining.js';
import { listMarkerLength } from './layout/list-marker.js';
import { boxStartsOf, placeBlocks, type BlockToPlace } from './layout/place-blocks.js';
import type { AssembleOptions } from './assemble-text.js';
import {
  UNDETERMINED_LANGUAGE,
  type DocumentMetadata,
  type PageReading,
  type PageRecord,
  type Reading,
  type UnseenText,
} from '../contract/reading.js';
import { accountFor, type PutAside } from './witness/account-for.js';
import { joinAccounts, thenAssembled } from './witness/join-accounts.js';
import { withoutRunningLines } from './layout/running-lines.js';
import { withOutlineHeadings } from './layout/outline.js';
import type { WordAccount } from '../contract/word-account.js';
import type { OutlineEntry } from '../contract/reading.js';
import { GrowingTable, isContinuedCaption } from './layout/table-over-pages.js';
import { BETWEEN_CELLS, CELL_LINE_END } from './layout/table-rows.js';

/** A heading is at least this much larger than the document's body text when its own page could not tell. */
const HEADING_SIZE_RATIO = 1.2;
/** Longer texts in large type are lead paragraphs and quotations. */
const MAX_HEADING_CHARACTERS = 200;
const LINE_ENDS = new RegExp(`[\\n${CELL_LINE_END}]`);

/**
 * The reading of a document with pages, from its pages as they were read one by one: native, by OCR, blank or failed.
 * Running headers and footers go, headings are found (also by the file's bookmarks) and get their level over the whole
 * document, hyphenated words are mended, and
 * a paragraph or a table that runs over a page break becomes one block with boxes on both pages, footnotes behind it.
 * The ledger keeps every page.
 */
export function assemblePages(
  input: readonly PageReading[],
  metadata: DocumentMetadata,
  options: AssembleOptions & { readonly outline?: readonly OutlineEntry[] } = {},
): Reading {
  const ordered = [...input].sort((a, b) => a.page - b.page);
  const standing = withoutRunningLines(ordered);
  const pages = withOutlineHeadings(withHeadingsOfDocument(standing), options.outline ?? []);
  const seen = collectWords(linesOf(pages));
  const levels = headingLevels(pages.flatMap((page) => page.blocks).filter((block) => block.kind === 'heading'));
  const blocks: BlockToPlace[] = [];
  const putAside: PutAside[] = removedLines(ordered, standing);
  const repeated = (text: string) => putAside.push({ fate: 'furniture', why: 'table-repeated', text });
  // Held back until what ends their page is whole: a paragraph may go on overleaf.
  const notes: BlockToPlace[] = [];
  // The last block while it is a table that may go on.
  let growing: GrowingTable | null = null;
  const endTable = () => {
    if (growing) blocks[blocks.length - 1] = growing.block();
    growing = null;
  };
  for (const page of pages) {
    const flow = page.blocks.filter((block) => !block.note);
    for (const [index, draft] of flow.entries()) {
      const last = blocks.at(-1);
      const boxes = draft.boxes.map((box): PageBox => ({ page: page.page, ...box }));
      const before = flow[index - 1];
      if (last && isBehindBreak(before, draft) && continues(last, draft)) {
        const text = joinLines([...last.text.split('\n').slice(-1), ...draft.text.split('\n')], seen);
        const lead = last.text.split('\n').slice(0, -1);
        blocks[blocks.length - 1] = {
          ...last,
          text: [...lead, text].join('\n'),
          boxes: [...last.boxes, ...boxes],
          boxStarts: [...boxStartsOf(last), ...boxes.map(() => last.text.length)],
        };
        continue;
      }
      const next = flow[index + 1];
      const opens = isBehindBreak(before, draft);
      if (last?.kind === 'table') growing ??= new GrowingTable(last, repeated);
      if (opens && next && isContinuedCaption(draft) && growing?.goesOnWith(rowsOf(next), page.page)) {
        repeated(draft.text);
        continue;
      }
      const opensBelowCaption = before !== undefined && isContinuedCaption(before) && isBehindBreak(flow[index - 2], before); // prettier-ignore
      if ((opens || opensBelowCaption) && growing?.take(rowsOf(draft), page.page)) continue;
      endTable();
      blocks.push(...notes.splice(0), blockOf(draft, boxes));
    }
    for (const note of page.blocks.filter((block) => block.note)) {
      notes.push(blockOf(note, note.boxes.map((box): PageBox => ({ page: page.page, ...box })))); // prettier-ignore
    }
  }
  endTable();
  blocks.push(...notes);

  function rowsOf(draft: DraftBlock): DraftBlock {
    return { ...draft, text: reflow(draft, seen) };
  }

  function blockOf(draft: DraftBlock, boxes: readonly PageBox[]): BlockToPlace {
    const headingLevel = levels.get(draft);
    return {
      kind: draft.kind,
      text: reflow(draft, seen),
      ...(headingLevel === undefined ? {} : { headingLevel }),
      boxes,
    };
  }

  const language = options.language ?? UNDETERMINED_LANGUAGE;
  const unseen = [...ordered.flatMap((page) => page.unseen ?? []), ...runningLines(ordered, standing)];
  const placed = placeBlocks(blocks);
  const account = accountOf(ordered, placed.text, putAside);
  return {
    metadata,
    language,
    ...placed,
    pages: ordered.map(recordOf),
    ...(unseen.length > 0 ? { unseen } : {}),
    ...(account ? { account } : {}),
  };
}

/** What became of the words of all pages; `undefined` where pages were read before there was a witness. */
function accountOf(
  pages: readonly PageReading[],
  text: string,
  putAside: readonly PutAside[],
): WordAccount | undefined {
  if (pages.some(({ blocks, account }) => blocks.length > 0 && !account)) return undefined;
  const seen = pages.map(({ page, blocks }) => ({
    text: blocks.map((block) => block.text).join('\n'),
    place: { part: 'page' as const, number: page },
  }));
  const ofPages = joinAccounts(pages.flatMap(({ account }) => account ?? []));
  return thenAssembled(ofPages, accountFor({ seen, read: text, putAside }));
}

/** Each line that a page is without, as often as it is. */
function removedLines(before: readonly PageReading[], after: readonly PageReading[]): PutAside[] {
  return before.flatMap((page, index) => {
    const kept = after[index];
    if (!kept || kept.blocks === page.blocks) return [];
    const left = new Map<string, number>();
    for (const line of linesOf([kept])) left.set(line, (left.get(line) ?? 0) + 1);
    return [...linesOf([page])].flatMap((text): PutAside[] => {
      const stands = left.get(text) ?? 0;
      left.set(text, stands - 1);
      return stands > 0 ? [] : [{ fate: 'furniture', why: 'running-line', text }];
    });
  });
}

/** Headers and footers that the text is without, each once. */
function runningLines(before: readonly PageReading[], after: readonly PageReading[]): UnseenText[] {
  const told = new Set<string>();
  return before.flatMap((page, index) => {
    const kept = after[index];
    if (!kept || kept.blocks === page.blocks) return [];
    const standing = new Set(kept.blocks.flatMap((block) => block.text.split('\n')));
    const left = page.blocks
      .flatMap((block) => block.text.split('\n'))
      .filter((line) => !standing.has(line) && line.trim().length > 3 && !told.has(line));
    for (const line of left) told.add(line);
    return left.length === 0 ? [] : [{ page: page.page, from: 'running-line' as const, text: left.join('\n') }];
  });
}

function recordOf({
  blocks: _blocks,
  pictures: _pictures,
  unseen: _unseen,
  account: _account,
  ...record
}: PageReading): PageRecord {
  return record;
}

function* linesOf(pages: readonly PageReading[]): Generator<string> {
  for (const page of pages) for (const block of page.blocks) yield* block.text.split(LINE_ENDS);
}

/** Lines become running text, but for tables (a row a line), code, and lists (an item a line). */
function reflow(block: DraftBlock, seen: WordsSeen): string {
  const lines = block.text.split('\n');
  switch (block.kind) {
    case 'table':
      return eachCell(block.text, (cell) => joinLines(cell.split(CELL_LINE_END), seen));
    case 'code':
      return block.text;
    case 'list': {
      const items: string[][] = [];
      for (const line of lines) {
        if (items.length === 0 || listMarkerLength(line) > 0) items.push([line]);
        else items.at(-1)?.push(line);
      }
      return items.map((item) => joinLines(item, seen)).join('\n');
    }
    case 'heading':
    case 'paragraph':
    case 'caption':
      return joinLines(lines, seen);
  }
}

function eachCell(table: string, change: (cell: string) => string): string {
  if (!table.includes(CELL_LINE_END)) return table;
  const rows = table.split('\n').map((row) => row.split(BETWEEN_CELLS).map(change).join(BETWEEN_CELLS));
  return rows.join('\n');
}

/** First on its page, or at the top of a column: higher up than the block before it. */
function isBehindBreak(before: DraftBlock | undefined, block: DraftBlock): boolean {
  const [above] = before?.boxes ?? [];
  const [box] = block.boxes;
  return (
    before === undefined ||
    (above !== undefined && box !== undefined && box.y + box.height <= above.y + above.height / 2)
  );
}

/** Whether a block goes on where the one before the break stopped: in the middle of a sentence or of a word. */
function continues(last: BlockToPlace, next: DraftBlock): boolean {
  if (next.kind !== 'paragraph' || (last.kind !== 'paragraph' && last.kind !== 'list')) return false;
  const first = next.text.trimStart();
  if (listMarkerLength(first) > 0) return false;
  const open = !/[.!?:;]["”’)\]\d¹²³⁰-⁹]*$/u.test(last.text.trimEnd());
  return open && /^[\p{Ll}(]/u.test(first);
}

/**
 * A page with large type only (a title page, the opening of a chapter) cannot tell its headings by itself: its short
 * paragraphs become headings when they are clearly larger than the body text of the whole document.
 */
function withHeadingsOfDocument(pages: readonly PageReading[]): PageReading[] {
  const charactersBySize = new Map<number, number>();
  for (const page of pages) {
    for (const block of page.blocks) {
      if (block.fontSize === undefined || block.kind === 'heading') continue;
      const size = Math.round(block.fontSize * 2) / 2;
      charactersBySize.set(size, (charactersBySize.get(size) ?? 0) + block.text.length);
    }
  }
  const bodySize = [...charactersBySize].sort((a, b) => b[1] - a[1])[0]?.[0];
  if (bodySize === undefined) return [...pages];
  return pages.map((page) => ({
    ...page,
    blocks: page.blocks.map((block) =>
      block.kind === 'paragraph' &&
      (block.fontSize ?? 0) >= bodySize * HEADING_SIZE_RATIO &&
      block.text.length <= MAX_HEADING_CHARACTERS &&
      /\p{L}{2}/u.test(block.text) &&
      !/[.;,]$/.test(block.text)
        ? { ...block, kind: 'heading' as const }
        : block,
    ),
  }));
}
