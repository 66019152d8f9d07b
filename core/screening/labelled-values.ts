import { boundedPattern } from './bounded-pattern.js';

/** Neither side of a label may touch a letter or digit. */
export const WORD_START = String.raw`(?<![\p{L}\p{N}])`;
export const WORD_END = String.raw`(?![\p{L}\p{N}])`;

/** A label does not end inside a word (`Tel` in `Telefone`); a digit may follow (`DOB02/03/1951`, `SS#123`). */
export const LABEL_END = String.raw`(?!(?<=\p{L})\p{L})`;

/** Hyphens and dashes as typesetters and OCR leave them. */
export const HYPHEN = String.raw`[-\u2010-\u2015\u2212]`;

/** A row of dots or blanks that leads from a label to its value, as forms are printed. */
const LEADER = String.raw`[ ]{0,3}(?:\.{3,60}|(?:\. ){3,30})[ ]{0,3}`;

/**
 * What may stand between a label and its value: punctuation, table bars and emphasis marks, a line break, a row of dots, `is`,
 * `. It's`. At most a dozen characters otherwise, so that a label speaks for its own value only.
 */
export const LOOSE_GAP = String.raw`(?:${LEADER}|[\s:=#|*_.)\]"\u2010-\u2015-]{0,6})(?:(?:is|was|reads|shows|it[’']s|é)[\s:=#*_"]{1,4})?`;

/** As `LOOSE_GAP`, with a colon, an equals sign or a table bar in it: for labels that are also ordinary words. */
export const COLON_GAP = String.raw`(?:${LEADER}|[\s*_")]{0,4}[:=|][\s*_"|]{0,6})`;

export interface LabelledValue {
  /** Offsets of the value, without its label. */
  readonly start: number;
  readonly end: number;
  readonly value: string;
  /** Offset of the label. */
  readonly labelStart: number;
}

/** Case-insensitive pattern of any of the labels (pattern sources) followed by the gap. */
export function labelPattern(labels: readonly string[], gap: string): RegExp {
  return boundedPattern(`${WORD_START}(?:${labels.join('|')})${LABEL_END}${gap}`, 'giu');
}

/** A pattern that matches a value exactly where a label's gap ends. */
export function valuePattern(source: string, flags = 'u'): RegExp {
  return boundedPattern(`${source}${WORD_END}`, `y${flags}`);
}

/** Values that directly follow a label, in order. Patterns come from `labelPattern` and `valuePattern`. */
export function* labelledValues(text: string, label: RegExp, value: RegExp): Generator<LabelledValue> {
  for (const match of text.matchAll(label)) {
    value.lastIndex = match.index + match[0].length;
    const found = value.exec(text);
    if (found) {
      yield { start: found.index, end: found.index + found[0].length, value: found[0], labelStart: match.index };
    }
  }
}
