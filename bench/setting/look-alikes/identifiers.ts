import type { LookAlikeDocument } from './monographs.js';
import { paragraph } from '../../../test/fixtures/documents/draft-blocks.js';

interface Kind {
  readonly name: string;
  /** The nth identifier of its kind, as a document has it. */
  readonly identifier: (index: number) => string;
  /** A passage that has it. */
  readonly passage: (identifier: string, index: number) => string;
  /** How people ask for it. */
  readonly asked: readonly ((identifier: string) => string)[];
}

const GENES = ['BRCA1', 'BRCA2', 'MLH1', 'MSH2', 'CFTR', 'LDLR', 'TP53', 'PALB2'];
const BASES = ['A', 'C', 'G', 'T'];
const digits = (seed: number, count: number): string =>
  String((seed * 7_919 + 104_729) % 10 ** count).padStart(count, '0');
const letter = (index: number): string => String.fromCharCode(65 + (index % 26));

function variant(index: number): string {
  const gene = GENES[index % GENES.length] ?? '';
  const place = 68 + index * 37;
  const [from, to] = [BASES[index % 4] ?? '', BASES[(index + 1 + (index % 3)) % 4] ?? ''];
  return index % 3 === 0
    ? `${gene} c.${place}_${place + 1}del${from}${to}`
    : index % 3 === 1
      ? `${gene} c.${place}${from}>${to}`
      : `${gene} c.${place}dup${from}`;
}

const itself = (identifier: string): string => identifier;

const KINDS: readonly Kind[] = [
  {
    name: 'variant',
    identifier: variant,
    passage: (id, n) =>
      `${id} was found in ${3 + (n % 17)} families. The variant is classed as pathogenic, and carriers are offered surveillance every ${6 + (n % 7)} months.`,
    asked: [itself, (id) => `Is ${id} pathogenic?`, (id) => `surveillance for carriers of ${id}`],
  },
  {
    name: 'allele',
    identifier: (n) =>
      `HLA-${['A', 'B', 'C'][n % 3]}*${String(2 + ((n * 7) % 83)).padStart(2, '0')}:${String(1 + (n % 27)).padStart(2, '0')}`,
    passage: (id, n) =>
      `Carriers of ${id} have a risk of severe skin reactions of ${1 + (n % 9)} in 1,000. Test for the allele before treatment, and do not start when it is present.`,
    asked: [itself, (id) => `Which risk do carriers of ${id} have?`, (id) => id.replace('*', ' ')],
  },
  {
    name: 'trial',
    identifier: (n) => `NCT0${digits(n, 7)}`,
    passage: (id, n) =>
      `The trial (${id}) randomised ${200 + n * 13} adults to treatment or placebo for ${12 + (n % 40)} weeks. The primary outcome was met in the treated group.`,
    asked: [itself, (id) => `results of trial ${id}`, (id) => id.toLowerCase()],
  },
  {
    name: 'ICD-10',
    identifier: (n) => `${letter(n * 5)}${String(10 + ((n * 3) % 89))}.${n % 10}`,
    passage: (id, n) =>
      `${id} | Disease of the circulation, type ${n + 1} | billable | chronic condition, include the stage where it is known`,
    asked: [itself, (id) => `What does ICD-10 code ${id} stand for?`, (id) => `ICD ${id}`],
  },
  {
    name: 'ATC',
    identifier: (n) =>
      `${letter(n)}${String(1 + (n % 16)).padStart(2, '0')}${letter(n * 3)}${letter(n * 7)}${String(1 + (n % 60)).padStart(2, '0')}`,
    passage: (id, n) =>
      `ATC ${id}: defined daily dose ${10 * (1 + (n % 29))} mg by mouth. The group is reviewed every ${1 + (n % 5)} years.`,
    asked: [itself, (id) => `defined daily dose for ATC ${id}`],
  },
  {
    name: 'PMID',
    identifier: (n) => `${digits(n + 31, 8)}`,
    passage: (id, n) =>
      `PMID ${id}. Cohort study of ${100 + n * 7} patients with chronic disease; follow-up lasted ${1 + (n % 14)} years and one patient in ten was lost.`,
    asked: [(id) => `PMID ${id}`, (id) => `PMID:${id}`, itself],
  },
  {
    name: 'DOI',
    identifier: (n) =>
      `10.${1000 + ((n * 3) % 60)}/j.${['med', 'card', 'onc'][n % 3]}.${2010 + (n % 14)}.${digits(n, 5)}`,
    passage: (id, n) =>
      `doi:${id} Review of ${10 + n} trials in primary care; heterogeneity was high and the certainty of evidence is low to moderate.`,
    asked: [itself, (id) => `doi ${id}`, (id) => `https://doi.org/${id}`],
  },
  {
    name: 'device',
    identifier: (n) => `${letter(n)}${letter(n * 11)}-${2000 + n * 3}${letter(n * 5)}`,
    passage: (id, n) =>
      `Infusion pump ${id}: the battery lasts ${4 + (n % 20)} hours. Recall notice: replace the door latch before the next use and record the serial number.`,
    asked: [itself, (id) => `recall of infusion pump ${id}`, (id) => `How long does the battery of ${id} last?`],
  },
];

/** Passages that differ in one identifier and in numbers, `perKind` of each kind, and questions for each. */
export function lookAlikeIdentifiers(perKind: number): LookAlikeDocument[] {
  return KINDS.flatMap(({ name, identifier, passage, asked }) =>
    Array.from({ length: perKind }, (_, index): LookAlikeDocument => {
      const id = identifier(index);
      const title = `Register of ${name} entries, part ${index + 1}`;
      return {
        externalId: `${name}-${index + 1}`,
        title,
        blocks: [{ kind: 'heading', text: title, headingLevel: 1, boxes: [] }, paragraph(passage(id, index))],
        questions: [{ question: asked[index % asked.length]?.(id) ?? id, answer: [id] }],
      };
    }),
  );
}

/** The same questions for identifiers that {@link lookAlikeIdentifiers} does not make. */
export function absentIdentifiers(perKind: number): string[] {
  return KINDS.flatMap(({ identifier, asked }) =>
    Array.from({ length: perKind }, (_, at) => asked[at % asked.length]?.(identifier(500 + at)) ?? ''),
  );
}
