import type { DraftBlock } from '../../../core/contract/block.js';
import { heading, paragraph } from '../../../test/fixtures/documents/draft-blocks.js';

/** A document, and questions that one of its passages answers. */
export interface LookAlikeDocument {
  readonly externalId: string;
  readonly title: string;
  readonly blocks: readonly DraftBlock[];
  readonly questions: readonly LookAlikeQuestion[];
}

export interface LookAlikeQuestion {
  readonly question: string;
  /** What the passage that answers it holds, in one line. */
  readonly answer: readonly string[];
}

const FIRST = [
  'abri',
  'bendo',
  'calu',
  'dora',
  'elti',
  'fosa',
  'gemo',
  'hydri',
  'ibu',
  'jani',
  'lefu',
  'meto',
  'nabu',
  'oxi',
  'pro',
  'rami',
];
const LAST = [
  'cillin',
  'clovir',
  'dronate',
  'floxacin',
  'gliptin',
  'lukast',
  'parin',
  'prazole',
  'setron',
  'tinib',
  'triptan',
  'zumab',
];
const FORMS = ['tablet', 'capsule', 'oral solution', 'vial'] as const;
const SYMPTOMS = ['dizziness', 'a rash', 'nausea', 'dry cough', 'swollen ankles', 'headache'];
const ENZYMES = ['CYP3A4', 'CYP2D6', 'CYP2C9', 'CYP2C19', 'CYP1A2'];

/** Invented names of medicines, all different; from `from` on. */
export function medicineNames(count: number, from = 0): string[] {
  return Array.from({ length: count }, (_, at) => {
    const index = from + at;
    const last = LAST[(index + Math.floor(index / FIRST.length)) % LAST.length] ?? '';
    return `${FIRST[index % FIRST.length] ?? ''}${last}`;
  });
}

/** All there are before names repeat. */
export const MEDICINE_NAMES = FIRST.length * LAST.length;

/**
 * Monographs of a formulary: the same sections in the same sentences, with the medicine in the title or in its sentences, and
 * other numbers.
 */
export function lookAlikeMonographs(count: number): LookAlikeDocument[] {
  return medicineNames(count).map((name, index): LookAlikeDocument => {
    const isInTitle = index % 2 === 0;
    const it = isInTitle ? 'This medicine' : `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
    const dose = `${5 * (1 + (index % 23))} mg ${1 + (index % 3)} times a day`;
    const enzyme = ENZYMES[index % ENZYMES.length] ?? '';
    const weeks = 1 + (index % 11);
    const form = FORMS[index % FORMS.length] ?? '';
    const symptom = SYMPTOMS[index % SYMPTOMS.length] ?? '';
    const title = isInTitle ? `Monograph: ${name}` : `Monograph ${index + 1} of the formulary`;
    return {
      externalId: `monograph-${index + 1}`,
      title,
      blocks: [
        heading(title, 1),
        heading('Dose', 2),
        paragraph(
          `${it} is given at ${dose}, as one ${form}. In older people begin with half of the dose and watch for ${symptom}.`,
        ),
        heading('Interactions', 2),
        paragraph(
          `${it} is metabolised by ${enzyme}; inhibitors of it raise concentrations by ${20 + (index % 13) * 10} %. Check other medicines first.`,
        ),
        heading('Pregnancy', 2),
        paragraph(
          `${it} is not given in pregnancy, and contraception is needed until ${weeks} weeks after the last dose.`,
        ),
      ],
      questions: [
        [
          { question: `What is the usual dose of ${name} in adults?`, answer: [dose] },
          { question: `interactions of ${name} with enzyme inhibitors`, answer: [enzyme] },
          { question: `How long after stopping ${name} is contraception needed?`, answer: [`${weeks} weeks`] },
        ][index % 3] ?? { question: '', answer: [] },
      ],
    };
  });
}
