/** A rectangle on a page in PDF points (1/72 inch), origin at the top left of the page as it is displayed. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A box together with its page (1-based). */
export interface PageBox extends Box {
  readonly page: number;
}

export const BLOCK_KINDS = ['heading', 'paragraph', 'list', 'table', 'caption', 'code'] as const;
export type BlockKind = (typeof BLOCK_KINDS)[number];

/** A block as a reader found it on one page or in one text, before it has its place in the whole reading. */
export interface DraftBlock {
  readonly kind: BlockKind;
  /** Never empty; lines inside are separated by `\n`. */
  readonly text: string;
  /** 1 (most important) to 6; headings only. */
  readonly headingLevel?: number;
  /** Of the bookmark that names this heading; 1 is outermost. */
  readonly outlineLevel?: number;
  /** Font size in points; used to tell headings of a whole document apart. */
  readonly fontSize?: number;
  /** Whether the whole block is set in bold; tells headings of one size apart. */
  readonly bold?: boolean;
  /** A footnote: kept, behind what its page ends with, and never in the middle of the running text. */
  readonly note?: boolean;
  /** Where it stands on its page; empty where the source has no pages. */
  readonly boxes: readonly Box[];
}

/** The smallest laid-out unit of a reading. `reading.text.slice(start, end)` is its text. */
export interface Block {
  readonly kind: BlockKind;
  /** Offsets into the reading's text, in UTF-16 code units. */
  readonly start: number;
  readonly end: number;
  readonly headingLevel?: number;
  /** Titles of the headings above it, outermost first; a heading's own title is the last of its own path. */
  readonly sectionPath: readonly string[];
  readonly boxes: readonly PageBox[];
  /**
   * Where in the reading's text begins what stands in each of the boxes, ascending: of a block that runs over columns or
   * pages. Absent: all boxes hold all of it.
   */
  readonly boxStarts?: readonly number[];
}
