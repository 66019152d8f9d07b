import type { PageBox } from '../reading/block.js';

/** How a collection cuts its readings. */
export interface ChunkingSettings {
  /** Upper bound of tokens a chunk, by the live model's own tokenizer, special tokens and prefix included. */
  readonly maxTokens: number;
}

/** A passage that is embedded and cited. `reading.text.slice(start, end) === text`. */
export interface Chunk {
  /** Position in the reading, from 0. */
  readonly ordinal: number;
  readonly text: string;
  /** What is embedded before the text (title and section), kept apart from what is cited; may be empty. */
  readonly prefix: string;
  /** First row of the table in whose middle the passage opens, for those who read it: its text has only rows without names. */
  readonly tableHeader?: string;
  /** Offsets into the reading's text, in UTF-16 code units. */
  readonly start: number;
  readonly end: number;
  /** Tokens of prefix and text together, special tokens included. */
  readonly tokenCount: number;
  readonly sectionPath: readonly string[];
  /** 1-based, ascending; empty where the source has no pages. */
  readonly pages: readonly number[];
  readonly boxes: readonly PageBox[];
}
