import { existsSync, readFileSync } from 'node:fs';
import { PHI_CATEGORIES, type PhiCategory } from '../../../core/contract/finding.js';
import type { Block } from '../../../core/contract/block.js';
import type { ScreenedText } from '../../../core/screening/screen-reading.js';
import { MissingForBench } from '../../setting/missing.js';

/** One line of a labelled set (docs/screening.md has the format). */
export interface LabelledDocument {
  readonly id: string;
  /** What kind of text it is, such as `note`, `face-sheet`, `abstract`, `guideline`; figures are told apart by it. */
  readonly kind: string;
  readonly text: string;
  /** Patient data in the text, UTF-16 offsets; empty: the document must not be held. */
  readonly spans: readonly LabelledSpan[];
  /** `joined`: lines of a paragraph are read as one, as a plain text file is. `lines`: kept, as of forms and tables. */
  readonly layout: 'joined' | 'lines';
}

export interface LabelledSpan {
  readonly start: number;
  readonly end: number;
  readonly category: PhiCategory;
}

/** Errors: `MissingForBench` for a file that is not there; `Error` with the line that is none of the format. */
export function readLabelledSet(path: string): LabelledDocument[] {
  if (!existsSync(path)) throw new MissingForBench(`There is no labelled set at ${path}.`);
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line, index) => (line.trim() === '' ? [] : [documentOf(line, `${path}:${index + 1}`)]));
}

function documentOf(line: string, where: string): LabelledDocument {
  const given = JSON.parse(line) as Partial<LabelledDocument>;
  const { id, text, spans = [], kind = 'text', layout = 'joined' } = given;
  if (typeof id !== 'string' || typeof text !== 'string') throw new Error(`${where}: needs "id" and "text"`);
  for (const { start, end, category } of spans) {
    if (!(start >= 0 && start < end && end <= text.length))
      throw new Error(`${where}: a span lies outside of the text`);
    if (!PHI_CATEGORIES.includes(category)) throw new Error(`${where}: there is no category ${String(category)}`);
  }
  return { id, kind, text, spans, layout };
}

/** The text with its blocks, much as a reader makes them; offsets stay. */
export function screenedTextOf({ text, layout }: Pick<LabelledDocument, 'text' | 'layout'>): ScreenedText {
  // A single line break inside a paragraph is a space to a reader of running text, of the same length.
  const read = layout === 'lines' ? text : text.replace(/([^\n])\n(?!\n)/g, '$1 ');
  const blocks: Block[] = [];
  for (const match of read.matchAll(/[^\n](?:[^\n]|\n(?!\n))*/g)) {
    const isHeading = match[0].length < 60 && !match[0].includes('\n') && /^(?:#|[A-Z][^.:]*$)/.test(match[0]);
    const shared = { start: match.index, end: match.index + match[0].length, sectionPath: [], boxes: [] };
    blocks.push(isHeading ? { kind: 'heading', headingLevel: 2, ...shared } : { kind: 'paragraph', ...shared });
  }
  return { text: read, blocks };
}
