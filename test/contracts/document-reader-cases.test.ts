import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Failure } from '../../core/contract/failures.js';
import type { TextFormat } from '../../core/contract/ingest-messages.js';
import type { Reading } from '../../core/contract/reading.js';
import { assemblePages } from '../../core/reading/assemble-pages.js';
import { PROJECT_ROOT } from '../../infra/entry-point.js';
import { childReader } from '../harness/child-reader.js';
import { expectExactOffsets, LIMITS } from './document-reader.contract.js';

const CASES = join(process.env['MEDINDEX_SHARED'] ?? join(PROJECT_ROOT, '..', 'shared'), 'cases');

interface Case {
  readonly file: string;
  /** Lines or parts of lines, in this order. */
  readonly says?: readonly string[];
  readonly saysNot?: readonly (string | RegExp)[];
  readonly headings?: readonly string[];
  /** Blocks of kind `table`, whole. */
  readonly tables?: readonly string[];
  readonly fails?: string;
}

/** What a reader of each file sees, and what nobody should be told by it. */
const FILES: readonly Case[] = [
  {
    file: '01-epub-self-closing.epub',
    headings: ['Fever', 'Sepsis bundle', 'Hypoglycaemia', 'Pain'],
    says: ['Measure the temperature again', 'ceftriaxone 2 g', 'dextrose 10 %', 'morphine 0.1 mg per kg'],
  },
  {
    file: '02-md-html-table.md',
    tables: ['Vaccine | Age\nVaccine | First dose | Second dose\nMeasles | 12 months | 18 months\nRotavirus | 2 months | 4 months'], // prettier-ignore
    says: ['≥ 2 °C and ≤ 8 °C', 'Dose ≥ 5 µg — see table.', '1 mg struck text'],
    saysNot: ['10 mg', '&ge;'],
  },
  {
    file: '03a-html-table-in-list.html',
    tables: ['Age | Dose | Volume\nUnder 6 months | 150 micrograms | 0.15 ml\n6 to 12 years | 300 micrograms | 0.3 ml\nOver 12 years | 500 micrograms | 0.5 ml'], // prettier-ignore
    says: ['1. Call for help.', '2. Give adrenaline into the thigh:', 'Under 6 months', '3. Repeat after 5 minutes.', 'Observe for six hours.'], // prettier-ignore
  },
  {
    file: '03c-jats-oasis-and-list-table.xml',
    tables: [
      'Weight | Dose | Interval\nunder 10 kg | 50 mg | 12 hours\n10 to 20 kg | 100 mg | 8 hours',
      'Dose | Volume\n50 mg | 2 ml\n100 mg | 4 ml',
    ],
    headings: ['Dosing by weight', 'Abstract', 'Results', 'Key points'],
    says: ['Halve in renal failure.', '1. Weigh the child.', '2. Choose the dose: 50 mg.', 'Table 2. Volumes', 'Never exceed 400 mg.'], // prettier-ignore
    saysNot: ['75 mg', 'We thank the reviewer'],
  },
  {
    file: '04-html-mathml.html',
    says: ['30 ml/min per 1.73 m².', 'Clearance is U×V/P and 10⁹ cells per litre.', 'KaTeX: 10⁶ units.'],
    saysNot: ['10^6'],
  },
  {
    file: '05a-html-accordion.html',
    headings: ['Metronidazole', 'Adult dose', 'Child dose', 'Contraindications'],
    says: ['Adult dose', '400 mg every 8 hours', 'Child dose', '7.5 mg per kg', 'Contraindications', 'Known allergy'],
  },
  {
    file: '06-html-charset-mismatch.html',
    says: ['TSH ≥ 10 mU/l: 25 µg daily – raise', 'Ménière’s disease'],
  },
  {
    file: '07-html-struck-text.html',
    says: ['Give morphine 1 mg intravenously.', 'Give digoxin 250 micrograms.', 'Give fentanyl 50 micrograms.', 'Give heparin 5 000 units.'], // prettier-ignore
    saysNot: ['10 mg', '250 mg', '50 mg', '50 000'],
  },
  {
    file: '08a-docx-numbering.docx',
    headings: ['3 Treatment of sepsis', '3.1 First hour', '3.2 Later care'],
    says: ['1. Take blood cultures.', '2. Give oxygen.', '3. Give 30 ml per kg', '4. Begin noradrenaline.', '(a) no fever', '(b) procalcitonin', '5. Hand over to the ward.'], // prettier-ignore
  },
  {
    file: '09-docx-fldsimple.docx',
    says: ['Maximum daily dose is 40 mg of citalopram (see Table 7).', 'Complex field: maximum 60 mg.', 'Do not give citalopram with pimozide.', 'Paragraph between.', 'give 20 mg in liver failure', 'Control: check the QT interval.', 'Custom: check potassium first.', 'Smart: sertraline is another choice.', 'give 50 mg of sertraline', 'Bidi override: monitor sodium.'], // prettier-ignore
    saysNot: ['200 mg', '80', 'DOCPROPERTY', /pimozide[^]*pimozide/],
  },
  {
    file: '10-docx-symbol-font.docx',
    says: ['Levothyroxine 50 µg once daily, in oedema 25 µg.', 'is ≥ 140 mmHg or ≤ 90 mmHg.', 'Block the β-receptor; by w:sym: 75 µg.'], // prettier-ignore
    saysNot: ['50 mg'],
  },
  {
    file: '11-docx-textbox.docx',
    says: ['Ordinary paragraph before.', 'never give undiluted potassium.', 'never give vincristine into the spine.', 'stop metformin before contrast.', 'Ordinary paragraph after.'], // prettier-ignore
    saysNot: [/potassium[^]*potassium/],
    tables: ['Drug | Age | Dose\nIbuprofen | 1 to 3 years | 100 mg\nIbuprofen | 4 to 6 years | 150 mg\nParacetamol | 1 to 3 years | 120 mg', 'Weight | Dose\n10 kg | 5 ml'], // prettier-ignore
  },
  {
    file: '12-docx-document2.docx',
    headings: ['Main part of another name'],
    says: ['Give nifedipine 10 mg by mouth.'],
  },
  {
    file: '13a-csv-two-columns.csv',
    tables: ['drug | maximum\nadrenaline | 0.5 mg\natropine, injection | 3 mg\nglucagon | 1 mg\nnaloxone | 2 mg'],
  },
  {
    file: '13b-csv-index-column.csv',
    tables: ['drug | dose | route\nadrenaline | 0.5 mg | intramuscular\natropine | 0.6 mg | intravenous\nglucagon | 1 mg | subcutaneous'], // prettier-ignore
  },
  {
    file: '13d-csv-stray-quote.csv',
    tables: ['item | size | use\ncentral line | 7 Fr | adult\nneedle 1" long | 21 G | adult\ntube | 3.5 mm | infant'],
  },
  {
    file: '14-pptx-order.pptx',
    headings: ['Fluids'],
    says: ['In children', 'Children: 20 ml', 'Infants: 10 ml', 'In adults', 'Adults: 2 litres', 'Adults over 70', 'Grouped: stop at crackles', 'Choice text'], // prettier-ignore
    saysNot: [/Choice text[^]*Choice text/],
  },
  { file: '15a-xfa-dynamic.pdf', fails: 'PDF_XFA_FORM' },
  { file: '15b-portfolio.pdf', fails: 'PDF_PORTFOLIO' },
  { file: '16a-freetext.pdf', says: ['Correction: the first dose is 20 mg in the elderly.'] },
  { file: '17-hidden-layer.pdf', says: ['250 mg'], saysNot: ['500 mg'] },
  { file: '19-line-numbers.pdf', tables: [], saysNot: [/^\d+$/m, / \| /] },
  { file: '23-jats-doi-only.xml', headings: ['Dosing by weight', 'Abstract', 'Results', 'Key points'] },
  {
    file: '24-html-nested-table.html',
    tables: ['Drug | Dose | Level\nGentamicin | 5 mg per kg | 1 mg/l\nVancomycin | under 70 kg: 1 g; 70 kg and over: 1.5 g | 15 mg/l\nAmikacin | 15 mg per kg | 5 mg/l'], // prettier-ignore
  },
  {
    file: '25-pubmed-latin1.xml',
    says: ['Effect of Ménière treatment at 5 µg', 'Müller cells were treated with 5 µg of drug.'],
  },
];

describe.skipIf(!existsSync(CASES))(
  'files that show faults, of ../shared/cases (skipped: the folder is not on this machine)',
  () => {
    const { reader } = childReader();

    async function read(path: string): Promise<Reading> {
      const { format, pageCount = 0, metadata } = await reader.inspect(path, LIMITS);
      if (format === 'pubmed-xml' || format === 'pmc-xml') {
        const { records, failures } = await reader.readRecords(path, { fromIndex: 0, limit: 10 }, LIMITS);
        expect(failures).toEqual([]);
        const [record] = records;
        if (!record) throw new Error('no record');
        return record.reading;
      }
      if (format === 'pdf') {
        return assemblePages(await reader.readPages(path, { from: 1, to: pageCount }, LIMITS), metadata);
      }
      return reader.readText(path, format as TextFormat, LIMITS);
    }

    it.each(FILES)('$file', async ({ file, says = [], saysNot = [], headings, tables, fails }) => {
      if (fails !== undefined) {
        await expect(read(join(CASES, file))).rejects.toMatchObject({ name: Failure.name, code: fails });
        return;
      }
      const reading = await read(join(CASES, file));
      expectExactOffsets(reading);
      const { text, blocks } = reading;
      const ofKind = (kind: string) =>
        blocks.filter((block) => block.kind === kind).map(({ start, end }) => text.slice(start, end));
      if (headings) expect(ofKind('heading')).toEqual(headings);
      if (tables) expect(ofKind('table')).toEqual(tables);
      let at = 0;
      for (const part of says) {
        expect(text.slice(at)).toContain(part);
        at = text.indexOf(part, at);
      }
      for (const part of saysNot) {
        if (typeof part === 'string') expect(text).not.toContain(part);
        else expect(text).not.toMatch(part);
      }
    });
  },
);
