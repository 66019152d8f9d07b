/**
 * What became of a word that a person can see in a source and the reading does not have. `furniture`: put aside on purpose, as it is no
 * text of the document. `hidden`: nobody sees it. `struck`: it is struck through or deleted. `lost`: nobody knows.
 */
export const WORD_FATES = ['furniture', 'hidden', 'struck', 'lost'] as const;
export type WordFate = (typeof WORD_FATES)[number];

/** Why words are not in a reading. */
export const ASIDE_REASONS = {
  navigation: 'Links and boxes that a site sets around its text.',
  'outside-main': 'Outside the part of the page that is marked as its main text.',
  control: 'Labels of buttons and fields of a page.',
  embedded: 'Words in drawings and other embedded content.',
  'running-line': 'A header, footer or page number that stands on many pages.',
  'line-number': 'Numbers that count the lines in the margin.',
  'slide-footer': 'Date, footer or number that stands on every slide.',
  contents: 'A table of contents.',
  references: 'The list of cited works.',
  apparatus: 'Details beside the text, such as affiliations, licences and identifiers.',
  'table-repeated': 'The head of a table that goes on overleaf, once more.',
  index: 'A column that counts the rows of a table.',
  'front-matter': 'Fields in front of the text.',
  'other-form': 'The same once more, in the form for other programs.',
  ruled: 'A line that is drawn with characters.',
  marked: 'Marked in the file as not to be shown.',
  style: 'Hidden by its style.',
  'layer-off': 'Drawn invisibly, or on a layer that is off.',
  'hidden-slide': 'On a slide that is not shown.',
  'speaker-notes': 'Notes for the speaker.',
  comment: 'Comments on the text.',
  struck: 'Struck through.',
  deleted: 'Deleted, and kept as a tracked change.',
  'left-to-ocr': 'In a text layer that text recognition replaced.',
  unexplained: 'Nothing tells why.',
} as const satisfies Readonly<Record<string, string>>;
export type AsideReason = keyof typeof ASIDE_REASONS;

/** Parts that a source consists of, as a person would name them. */
export const WORD_PARTS = ['text', 'notes', 'page', 'slide', 'chapter', 'row'] as const;
export type WordPart = (typeof WORD_PARTS)[number];

/** Where in a source words stand. */
export interface WordPlace {
  readonly part: WordPart;
  /** 1-based; absent of a part that there is only one of. */
  readonly number?: number;
}

/** Words of one place with one fate for one reason. */
export interface AsideWords {
  readonly fate: WordFate;
  readonly why: AsideReason;
  readonly place: WordPlace;
  readonly words: number;
  /** Most words in a row; single letters, as of formulas, are not counted. */
  readonly longestRun: number;
  /** Document text, runs parted by ` … `, cut where it is long. Leaves no sealed area but for who may see it. */
  readonly text: string;
}

/** What a library says that it did not understand of a file. */
export interface ReaderNotice {
  /** Constant words, and the name of an element of the format where there is one. */
  readonly notice: string;
  readonly times: number;
}

/** What became of every word that the witness saw in a source. */
export interface WordAccount {
  /** Of the program that read the source (`core/reading/fingerprint.ts`). */
  readonly pipelineVersion: number;
  /** That the witness saw, hidden ones too. */
  readonly words: number;
  /** Of these, how many are in the reading. */
  readonly read: number;
  /** Of the reading, how many the witness did not see: numbers of lists, descriptions of pictures, names of columns again. */
  readonly added: number;
  readonly aside: readonly AsideWords[];
  readonly notices: readonly ReaderNotice[];
}

/** What may leave the sealed areas of an account: counts and places. */
export interface WordCounts {
  readonly words: number;
  readonly read: number;
  readonly added: number;
  readonly furniture: number;
  readonly hidden: number;
  readonly struck: number;
  readonly lost: number;
  /** Places with more lost words than are allowed, at most {@link MAX_PLACES_TOLD}. */
  readonly lostAt: readonly (WordPlace & { readonly words: number })[];
}

export const MAX_PLACES_TOLD = 20;
