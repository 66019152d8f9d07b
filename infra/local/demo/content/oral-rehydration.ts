import { DEMONSTRATION_NOTE, type PageContent } from '../page-content.js';

/** Text-layer PDF of a drug label with two tables. Figures are those of the WHO's reduced-osmolarity solution. */
export const ORAL_REHYDRATION: PageContent = {
  title: 'Oral rehydration salts: prescribing information',
  runningHeader: 'Demonstration label  |  Oral rehydration salts, powder for oral solution',
  pages: [
    [
      { kind: 'title', text: 'Oral rehydration salts' },
      { kind: 'note', text: DEMONSTRATION_NOTE },
      { kind: 'heading', text: '1 INDICATIONS AND USAGE' },
      {
        kind: 'paragraph',
        text: 'Oral rehydration salts replace water and electrolytes that are lost in acute diarrhoea, in children and adults. They treat dehydration; they do not shorten diarrhoea.',
      },
      { kind: 'heading', text: '2 COMPOSITION' },
      {
        kind: 'table',
        caption: 'Table 1. Reduced-osmolarity solution, one sachet in 1 litre of clean water',
        header: ['Component', 'Concentration'],
        rows: [
          ['Sodium', '75 mmol/L'],
          ['Chloride', '65 mmol/L'],
          ['Glucose, anhydrous', '75 mmol/L'],
          ['Potassium', '20 mmol/L'],
          ['Citrate', '10 mmol/L'],
          ['Total osmolarity', '245 mOsm/L'],
        ],
        columns: [0.6, 0.4],
      },
    ],
    [
      { kind: 'heading', text: '3 DOSAGE AND ADMINISTRATION' },
      { kind: 'heading', text: '3.1 No signs of dehydration' },
      {
        kind: 'paragraph',
        text: 'Give after each loose stool: 50 mL to 100 mL under 2 years of age, 100 mL to 200 mL from 2 to 10 years, and as much as wanted above that age.',
      },
      { kind: 'heading', text: '3.2 Some dehydration' },
      {
        kind: 'paragraph',
        text: 'Give 75 mL for each kilogram of body weight in the first four hours. Where the weight is not known, use the table.',
      },
      {
        kind: 'table',
        caption: 'Table 2. Solution to give in the first four hours',
        header: ['Body weight', 'Age where weight is unknown', 'Volume'],
        rows: [
          ['less than 6 kg', 'up to 4 months', '200 to 400 mL'],
          ['6 to less than 10 kg', '4 to 12 months', '400 to 700 mL'],
          ['10 to less than 12 kg', '12 months to 2 years', '700 to 900 mL'],
          ['12 to 19 kg', '2 to 5 years', '900 to 1400 mL'],
        ],
        columns: [0.34, 0.38, 0.28],
      },
      {
        kind: 'paragraph',
        text: 'Give small sips by cup or spoon. If the child vomits, wait ten minutes and go on more slowly. Go on with breastfeeding throughout. Reassess after four hours.',
      },
    ],
    [
      { kind: 'heading', text: '4 CONTRAINDICATIONS' },
      {
        kind: 'list',
        items: [
          'Shock or severe dehydration, which needs intravenous fluid.',
          'Reduced consciousness, or a swallow that is not safe.',
          'Intestinal obstruction or paralytic ileus.',
        ],
      },
      { kind: 'heading', text: '5 WARNINGS AND PRECAUTIONS' },
      {
        kind: 'paragraph',
        text: 'Dissolve one sachet in exactly one litre of clean water. A solution that is too strong can cause high blood sodium. Do not add sugar, salt or juice, and do not boil it after mixing.',
      },
      { kind: 'heading', text: '6 STORAGE' },
      {
        kind: 'paragraph',
        text: 'Keep sachets dry and below 30 °C. Discard what is left of a prepared solution after 24 hours.',
      },
    ],
  ],
};
