import type { PageBox } from './block.js';
import type { Recommendation } from './recommendation.js';

/**
 * `section`: blocks whole, neighbouring small ones together, long ones between sentences. `sentence`: as many whole
 * sentences as fit, wherever a paragraph ends. `recursive`: at paragraphs, else lines, else words, as LangChain's splitter
 * does. None of them crosses a section or cuts a table otherwise than between rows.
 */
export const CHUNKING_STRATEGIES = ['section', 'recursive', 'sentence'] as const;
export type ChunkingStrategy = (typeof CHUNKING_STRATEGIES)[number];

/** How a collection cuts its readings. */
export interface ChunkingSettings {
  readonly strategy: ChunkingStrategy;
  /** Upper bound of tokens a chunk, by the live model's own tokenizer, special tokens and prefix included. */
  readonly maxTokens: number;
  /** Most tokens that a chunk repeats of the one before it in its section, in whole sentences; less than half of `maxTokens`. */
  readonly overlapTokens: number;
}

/**
 * 256 tokens: what all-MiniLM-L6-v2 was trained with; it silently cuts what is longer than its input, and a chunk must not
 * lose its end. No overlap: sections and headings are the context of a chunk, and what is said twice is found twice.
 */
export const DEFAULT_CHUNKING: ChunkingSettings = { strategy: 'section', maxTokens: 256, overlapTokens: 0 };

/** A passage that is embedded and cited. `reading.text.slice(start, end) === text`. */
export interface Chunk {
  /** Position in the reading, from 0. */
  readonly ordinal: number;
  readonly text: string;
  /** What is embedded before the text (title and section), kept apart from what is cited; may be empty. */
  readonly prefix: string;
  /** First row of the table in whose middle the passage opens, for those who read it: its text has only rows without names. */
  readonly tableHeader?: string;
  /** The passage with its tables as Markdown; absent where it holds none. */
  readonly markdown?: string;
  /** The graded recommendations that it holds, in order; absent where it holds none. */
  readonly recommendations?: readonly Recommendation[];
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
