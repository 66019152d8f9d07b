/** One part of a document whose text is known before it is set. */
export type KnownPart =
  | { readonly kind: 'heading'; readonly text: string; readonly level: 1 | 2 | 3 }
  /** `notes` are set at the foot of the page on which the paragraph begins. */
  | { readonly kind: 'paragraph'; readonly text: string; readonly notes?: readonly string[]; readonly wide?: boolean }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | KnownTable
  | { readonly kind: 'figure'; readonly caption: string; readonly height: number }
  /** A new page, and how pages look from here on. */
  | { readonly kind: 'page'; readonly columns?: number; readonly sheet?: Sheet };

export interface KnownTable {
  readonly kind: 'table';
  readonly caption?: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Shares of the width; all equal without them. */
  readonly shares?: readonly number[];
  /** Above the columns, over the whole width of the page; only at the top of one. */
  readonly wide?: boolean;
  readonly ruled?: 'lines' | 'grid' | 'none';
  /** Set again above the rest of a table that goes on overleaf. */
  readonly repeatsHeader?: boolean;
}

/** `rotated`: drawn lying and marked to be shown turned; `sideways`: printed lying on an upright page. */
export type Sheet = 'portrait' | 'landscape' | 'rotated' | 'sideways';

export interface Look {
  readonly columns?: number;
  readonly sheet?: Sheet;
  /** `sans` has every character of Latin-1 and `≥ ≤ −`; `serif` is a standard font, which has no `≥`. */
  readonly face?: 'sans' | 'serif';
  readonly size?: number;
  readonly justified?: boolean;
  /** The character at the end of a line in the middle of a word. */
  readonly hyphen?: '-' | '\u2010' | '\u00AD';
  /** `fi` and `fl` as characters of their own, as typesetters put them. */
  readonly ligatures?: boolean;
  /** Paragraphs begin with an indent and no space between them, as in journals. */
  readonly indented?: boolean;
  /** What one operator shows. */
  readonly runs?: 'line' | 'word' | 'letter';
  /** Running lines; left pages and right pages may differ. `#` becomes the page's number, `##` the number of pages. */
  readonly header?: readonly string[];
  readonly footer?: readonly string[];
}

export interface KnownDocument {
  readonly name: string;
  readonly look: Look;
  readonly parts: readonly KnownPart[];
}

/** A document as it was set. */
export interface SetDocument {
  readonly name: string;
  readonly bytes: Uint8Array;
  /**
   * What a reader should find, in reading order: each part a line of its own, cells of a row apart by spaces, words
   * whole, a footnote behind the part that ends its page, running lines nowhere.
   */
  readonly truth: string;
  /** Where each part, and each row of a table, was set. */
  readonly places: readonly SetPlace[];
}

export interface SetPlace {
  /** The text of a part, an item of a list, or the cells of a row apart by spaces. */
  readonly text: string;
  /** 1-based, ascending. */
  readonly pages: readonly number[];
}
