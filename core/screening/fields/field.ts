import type { PhiCategory } from '../../contract/finding.js';

/** A kind of entry on forms and face sheets: its labels and what may stand there. Pattern sources, flags `iu`. */
export interface Field {
  readonly category: PhiCategory;
  readonly evidence: string;
  readonly labels: readonly string[];
  readonly value: string;
  /** Labels that are also ordinary words need a colon, a bar or a line of their own. */
  readonly needsColon: boolean;
  readonly score: number;
  /** In a note, letter or form about one patient, where an ambiguous label has one meaning. */
  readonly scoreInNote: number;
  /** A word of forms and slips in care: it also counts in a short text about somebody in care. */
  readonly isOfCare: boolean;
  /** Companies are numbered by it as people are: that a text is short does not make it a person's. */
  readonly isOfCompanies: boolean;
  readonly check?: ValueCheck;
}

/** The least score that a value earns by its form, 0 where that says nothing; `null` refuses the value. */
export type ValueCheck = (value: string) => number | null;

type FieldOptions = Partial<Pick<Field, 'needsColon' | 'scoreInNote' | 'isOfCare' | 'isOfCompanies' | 'check'>>;

/** A space in a label stands for one or two characters of white space. */
export function field(
  category: PhiCategory,
  evidence: string,
  score: number,
  labels: readonly string[],
  value: string,
  options: FieldOptions = {},
): Field {
  return {
    category,
    evidence,
    score,
    labels: labels.map((label) => label.replaceAll(' ', String.raw`\s{1,2}`)),
    value,
    needsColon: false,
    scoreInNote: score,
    isOfCare: false,
    isOfCompanies: false,
    ...options,
  };
}
