import type { KnownDocument, KnownPart, KnownTable } from './known-text.js';
import { ENGLISH, ITEMS, NOTES, PORTUGUESE, UNITS } from './prose.js';

const heading = (text: string, level: 1 | 2 | 3 = 2): KnownPart => ({ kind: 'heading', text, level });
const text = (index: number, from: readonly string[] = ENGLISH): KnownPart => ({
  kind: 'paragraph',
  text: from[index % from.length] ?? '',
});
/** A paragraph whose last sentence carries the marks of its notes. */
const noted = (index: number, ...notes: readonly number[]): KnownPart => {
  const marks = notes.map((note) => NOTES[note]?.slice(0, 1) ?? '').join('');
  return {
    kind: 'paragraph',
    text: `${ENGLISH[index] ?? ''}${marks}`,
    notes: notes.map((note) => NOTES[note] ?? ''),
  };
};
const paragraphs = (...indexes: readonly number[]): KnownPart[] => indexes.map((index) => text(index));
const TITLE = 'Management of imaginary fever in adults';
const GUIDELINE_HEADER = ['Imaginary Health Board · Clinical guideline 12'];

const DOSES: KnownTable = {
  kind: 'table',
  caption: 'Table 1. Starting dose of fictamycin by age and weight',
  header: ['Age', 'Weight', 'Dose', 'Interval'],
  rows: [
    ['12 to 15 years', '35 to 50 kg', '0.5 mg/kg (maximum 25 mg)', 'every 12 hours'],
    ['16 to 64 years', '50 to 90 kg', '50 mg', 'every 12 hours'],
    ['65 years and over', 'any', '25 mg, then 37.5 mg after one week if tolerated', 'every 24 hours'],
    ['Renal impairment', 'any', 'half of the dose for age', 'every 24 hours'],
  ],
  shares: [3, 2.4, 4, 2.6],
};

/** More rows than a page holds. */
const LONG_TABLE: KnownTable = {
  kind: 'table',
  caption: 'Table 2. Interactions of fictamycin and what to do about them',
  header: ['Medicine', 'Effect', 'Recommendation'],
  rows: Array.from({ length: 26 }, (_, index) => [
    `${['Placebarone', 'Dolorex', 'Somnifer', 'Cardiamol', 'Lipidex'][index % 5] ?? ''} ${(index + 1) * 5} mg`,
    ['concentration doubled', 'concentration halved', 'sedation increased'][index % 3] ?? '',
    [
      'reduce the dose by half and monitor the electrocardiogram',
      'avoid the combination',
      'no change is needed but observe for drowsiness',
    ][index % 3] ?? '',
  ]),
  shares: [3, 3.4, 5],
  repeatsHeader: true,
};

const WIDE_TABLE: KnownTable = {
  kind: 'table',
  caption: 'Table 3. Pharmacokinetic parameters by group of patients',
  header: ['Group', 'Patients', 'Clearance (L/h)', 'Half-life (h)', 'Volume (L/kg)', 'Peak (mg/L)', 'Adjustment'],
  rows: [
    ['Healthy volunteers', '48', '12.4', '6.1', '0.84', '3.2', 'none'],
    ['Mild renal impairment', '36', '9.8', '8.0', '0.86', '3.9', 'none'],
    ['Moderate renal impairment', '31', '6.2', '12.7', '0.88', '5.4', 'half of the usual dose'],
    ['Severe renal impairment', '17', '3.1', '24.5', '0.91', '8.8', 'specialised centres only'],
    ['Hepatic impairment', '22', '7.4', '10.9', '1.02', '4.6', 'every 24 hours'],
    ['Over 75 years', '40', '8.8', '9.3', '0.87', '4.1', 'start with 25 mg'],
  ],
  shares: [4, 1.6, 2.4, 2.2, 2.2, 2, 4],
};

const DOSES_PT: KnownTable = {
  kind: 'table',
  caption: 'Quadro 1. Dose inicial de fictamicina por idade',
  header: ['Idade', 'Dose', 'Intervalo'],
  rows: [
    ['12 a 15 anos', '0,5 mg/kg (máximo 25 mg)', '12 em 12 horas'],
    ['16 a 64 anos', '50 mg', '12 em 12 horas'],
    ['65 anos ou mais', '25 mg', '24 em 24 horas'],
  ],
  shares: [3, 4, 3],
};

/** One document for each thing that readers stumble over, and some that hold several. */
export const KNOWN_DOCUMENTS: readonly KnownDocument[] = [
  {
    name: 'guideline, one column',
    look: { face: 'sans', header: GUIDELINE_HEADER, footer: ['Page # of ##'] },
    parts: [
      heading(TITLE, 1),
      heading('1 Definition'), ...paragraphs(0, 13, 11),
      heading('2 Treatment'), heading('2.1 First choice', 3), ...paragraphs(1, 2),
      { kind: 'list', items: ITEMS },
      heading('2.2 Safety', 3), ...paragraphs(6, 7),
      heading('3 Follow-up'), ...paragraphs(8, 3, 10),
    ],
  },
  {
    name: 'paper, two columns, hyphenated',
    look: { columns: 2, justified: true, hyphen: '-', indented: true, header: ['Imaginary fever · J Fict Med 2026;12:101–#', 'R. Nobody et al.'], footer: ['#'] },
    parts: [
      heading('Fictamycin for imaginary fever: a randomised trial', 1),
      { kind: 'paragraph', text: ENGLISH[4] ?? '', wide: true },
      heading('Introduction'), ...paragraphs(0, 11, 13, 10),
      heading('Methods'), ...paragraphs(1, 2, 3, 5, 9),
      heading('Results'), ...paragraphs(4, 12, 7, 6),
      { kind: 'figure', caption: 'Figure 1. Participants with the primary outcome by month of follow-up.', height: 110 },
      heading('Discussion'), ...paragraphs(8, 3, 12, 0, 5, 11),
    ],
  },
  {
    name: 'label, two columns, word by word',
    look: { columns: 2, face: 'sans', size: 9, runs: 'word', justified: true, hyphen: '-', footer: ['#'] },
    parts: [
      heading('FICTAMYCIN tablets: highlights of prescribing information', 1),
      heading('1 Indications and usage'), text(1), text(0),
      heading('2 Dosage and administration'), text(1), text(0, UNITS),
      { kind: 'list', items: ITEMS },
      { ...DOSES, header: ['Age', 'Dose'], rows: DOSES.rows.map((row) => [row[0] ?? '', row[2] ?? '']), shares: [3, 5] },
      heading('3 Warnings and precautions'), ...paragraphs(6, 7, 5),
      heading('4 Adverse reactions'), ...paragraphs(4, 9, 2),
      heading('5 Use in specific populations'), ...paragraphs(10, 5, 8),
    ],
  },
  {
    name: 'dose tables in the text',
    look: { face: 'sans', justified: true, header: GUIDELINE_HEADER, footer: ['#'] },
    parts: [
      heading('Dosing of fictamycin', 1), text(1), DOSES, text(5),
      { ...DOSES, caption: 'Table 2. The same doses, ruled', ruled: 'grid' }, text(9),
      { ...DOSES, caption: 'Table 3. The same doses, without rules', ruled: 'none' }, text(2), text(7),
    ],
  },
  {
    name: 'table over two pages, header again',
    look: { face: 'sans', header: GUIDELINE_HEADER, footer: ['Page # of ##'] },
    parts: [heading('Interactions', 1), ...paragraphs(7, 9, 5, 3), LONG_TABLE, ...paragraphs(8, 6, 10)],
  },
  {
    name: 'table over two pages, header once',
    look: { footer: ['#'] },
    parts: [
      heading('Interactions', 1), ...paragraphs(7, 9, 5, 3, 8),
      { ...LONG_TABLE, repeatsHeader: false, ruled: 'grid' }, ...paragraphs(6, 10),
    ],
  },
  {
    name: 'landscape table',
    look: { face: 'sans', header: GUIDELINE_HEADER, footer: ['Page # of ##'] },
    parts: [
      heading('Pharmacokinetics', 1), ...paragraphs(5, 7, 9),
      { kind: 'page', sheet: 'landscape' }, WIDE_TABLE, text(5),
      { kind: 'page', sheet: 'portrait' }, ...paragraphs(8, 3),
    ],
  },
  {
    name: 'landscape table on a turned page',
    look: { face: 'sans', header: GUIDELINE_HEADER, footer: ['Page # of ##'] },
    parts: [
      heading('Pharmacokinetics', 1), ...paragraphs(5, 7),
      { kind: 'page', sheet: 'rotated' }, WIDE_TABLE, text(9),
      { kind: 'page', sheet: 'portrait' }, ...paragraphs(8, 3),
    ],
  },
  {
    name: 'landscape table, printed sideways',
    look: { footer: ['#'] },
    parts: [
      heading('Pharmacokinetics', 1), ...paragraphs(5, 7),
      { kind: 'page', sheet: 'sideways' }, WIDE_TABLE, text(9),
      { kind: 'page', sheet: 'portrait' }, ...paragraphs(8, 3),
    ],
  },
  {
    name: 'landscape pages of two columns',
    look: { face: 'sans', sheet: 'landscape', columns: 2, justified: true, hyphen: '-', footer: ['#'] },
    parts: [
      heading('A pocket guide to imaginary fever', 1), ...paragraphs(0, 1, 2), DOSES, ...paragraphs(5, 6, 7, 8),
      heading('Prevention'), ...paragraphs(11, 12, 13, 3),
    ],
  },
  {
    name: 'Portuguese, two columns',
    look: { columns: 2, face: 'sans', justified: true, hyphen: '-', header: ['Direção Imaginária da Saúde'], footer: ['Página # de ##'] },
    parts: [
      heading('Tratamento da febre imaginária no adulto', 1),
      heading('1 Definição'), text(0, PORTUGUESE), text(4, PORTUGUESE),
      heading('2 Tratamento'), text(1, PORTUGUESE), text(2, PORTUGUESE), DOSES_PT, text(5, PORTUGUESE),
      heading('3 Segurança'), text(3, PORTUGUESE), text(0, PORTUGUESE), text(2, PORTUGUESE), text(4, PORTUGUESE), text(1, PORTUGUESE),
    ],
  },
  {
    name: 'Portuguese, one column, letter by letter',
    look: { runs: 'letter', hyphen: '-', justified: true, footer: ['#'] },
    parts: [
      heading('Tratamento da febre imaginária', 1), text(0, PORTUGUESE), text(1, PORTUGUESE), DOSES_PT,
      heading('Segurança'), text(3, PORTUGUESE), text(5, PORTUGUESE), text(2, PORTUGUESE), text(4, PORTUGUESE),
    ],
  },
  {
    name: 'ligatures and typographic hyphens',
    look: { face: 'sans', ligatures: true, hyphen: '\u2010', justified: true, columns: 2, footer: ['– # –'] },
    parts: [heading('Efficacy and benefits of fictamycin', 1), ...paragraphs(1, 3, 6, 8, 12, 13, 2, 4, 9, 11)],
  },
  {
    name: 'soft hyphens at line ends',
    look: { hyphen: '\u00AD', justified: true, footer: ['#'] },
    parts: [heading('Prevention of imaginary fever', 1), ...paragraphs(11, 3, 8, 12, 6, 13, 10)],
  },
  {
    name: 'superscripts and units',
    look: { face: 'sans', header: GUIDELINE_HEADER, footer: ['#'] },
    parts: [
      heading('Doses, limits and units', 1), text(0, UNITS), text(1, UNITS), text(2), text(5),
      {
        kind: 'table',
        caption: 'Table 1. When to act',
        header: ['Measurement', 'Limit', 'Action'],
        rows: [
          ['Neutrophils', '< 1.5 × 10⁹/L', 'interrupt treatment'],
          ['Lactate', '≥ 4 mmol/L', '0.5 mg/kg'],
          ['Filtration rate', '≤ 30 mL/min/1.73 m²', 'stop'],
          ['Viral load', '≥ 10⁵ copies/mL', 'refer'],
        ],
      },
      text(0, UNITS), text(9),
    ],
  },
  {
    name: 'footnotes, one column',
    look: { justified: true, hyphen: '-', header: ['Imaginary fever', 'Clinical guideline 12'], footer: ['#'] },
    parts: [
      heading(TITLE, 1), noted(0, 0), ...paragraphs(13, 1, 3), noted(2, 1), ...paragraphs(6, 7, 5, 8, 9, 10),
      noted(4, 2), ...paragraphs(11, 12),
    ],
  },
  {
    name: 'footnotes, two columns',
    look: { columns: 2, justified: true, hyphen: '-', indented: true, footer: ['#'] },
    parts: [
      heading(TITLE, 1), noted(0, 0), ...paragraphs(13, 1, 3, 6), noted(2, 1), ...paragraphs(7, 5, 8, 9, 10),
      noted(4, 2), ...paragraphs(11, 12, 3, 6, 7),
    ],
  },
  {
    name: 'two columns under a wide table',
    look: { columns: 2, justified: true, hyphen: '-', header: ['J Fict Med', 'Imaginary fever'], footer: ['#'] },
    parts: [
      heading('Pharmacokinetics of fictamycin', 1), ...paragraphs(5, 7, 9, 1, 2, 4, 12),
      { kind: 'page' }, { ...WIDE_TABLE, wide: true }, ...paragraphs(8, 3, 6, 10, 11, 13),
    ],
  },
  {
    name: 'newsletter, three columns',
    look: { columns: 3, face: 'sans', size: 9, hyphen: '-', footer: ['#'] },
    parts: [
      heading('News of imaginary medicine', 1), heading('Vaccination'), ...paragraphs(11, 3),
      heading('Trials'), ...paragraphs(4, 12, 0), heading('Safety'), ...paragraphs(6, 7, 9, 2), heading('Practice'), ...paragraphs(8, 13, 5),
    ],
  },
]; // prettier-ignore
