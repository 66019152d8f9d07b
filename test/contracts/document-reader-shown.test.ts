import { PDFDocument, PDFName, PDFString, StandardFonts } from 'pdf-lib';
import { describe, expect, it } from 'vitest';
import type { TextFormat } from '../../core/contract/ingest-messages.js';
import { assemblePages } from '../../core/reading/assemble-pages.js';
import { bookFile, placedSlideFile, wordFile } from '../fixtures/documents/office-files.js';
import { childReader } from '../harness/child-reader.js';
import { expectExactOffsets, LIMITS } from './document-reader.contract.js';

const page = (body: string, head = '') => `<!DOCTYPE html><html><head><title>Care</title>${head}</head><body>${body}</body></html>`; // prettier-ignore
const p = (inner: string, properties = '') => `<w:p><w:pPr>${properties}</w:pPr>${inner}</w:p>`;
const r = (text: string, properties = '') => `<w:r><w:rPr>${properties}</w:rPr><w:t xml:space="preserve">${text}</w:t></w:r>`; // prettier-ignore
const wordNamespaces = 'xmlns:mc="mc" xmlns:wps="wps" xmlns:v="v"';
const box = (text: string) => `<wps:txbx><w:txbxContent>${p(r(text))}</w:txbxContent></wps:txbx>`;

/** Files of the kinds that hide words or add some, each with its lines as a person sees them. */
const FILES: readonly (readonly [kind: string, content: string | Uint8Array, lines: readonly string[]])[] = [
  [
    'struck by a rule, an id and a tag',
    page('<p>Give <span class="old">10 mg</span> <span id="x">9 mg</span> <s>8 mg</s> 1 mg.</p>', '<style>/* a */ @media print { span.old, #x { color: red; text-decoration: line-through } }</style>'), // prettier-ignore
    ['Give 1 mg.'],
  ],
  [
    'tabs whose panels are closed',
    page('<h1>Drug</h1><div role="tablist"><button role="tab" id="t1" aria-controls="p1">Adults</button><button role="tab" id="t2">Children</button></div><div role="tabpanel" id="p1"><p>400 mg</p></div><div role="tabpanel" aria-labelledby="t2" hidden><p>7 mg/kg</p></div>'), // prettier-ignore
    ['Drug', 'Adults', '400 mg', 'Children', '7 mg/kg'],
  ],
  [
    'details, and what opens when it is searched for',
    page('<h1>Drug</h1><details><summary>Adults</summary><p>400 mg</p></details><details><summary>Children</summary><p>7 mg/kg</p></details><h2>More</h2><div hidden="until-found"><p>Store cold.</p></div><div hidden>Menu</div>'), // prettier-ignore
    ['Drug', 'Adults', '400 mg', 'Children', '7 mg/kg', 'More', 'Store cold.'],
  ],
  [
    'a panel behind a button that no attribute names',
    page('<h1>Drug</h1><button class="accordion">Adults</button><div class="panel" style="display:none"><p>400 mg</p></div><button>Print</button>'), // prettier-ignore
    ['Drug', 'Adults', '400 mg'],
  ],
  [
    'numbers of lists',
    page('<ol type="a" start="2"><li>one</li><li value="5">two</li></ol><ol reversed><li>last</li><li>first</li></ol><ol style="list-style-type: upper-roman"><li>i</li></ol>'), // prettier-ignore
    ['b. one', 'e. two', '2. last', '1. first', 'I. i'],
  ],
  [
    'formulas with units, and with words set letter by letter',
    page('<p><math><mn>1.73</mn><msup><mi>m</mi><mn>2</mn></msup></math> and <math><msub><mi>VO</mi><mrow><mn>2</mn><mi>m</mi><mi>a</mi><mi>x</mi></mrow></msub></math></p>'), // prettier-ignore
    ['1.73 m² and VO_2max'],
  ],
  [
    'text behind a table within an item',
    page('<ol><li>Give:<table><tr><th>Age</th><th>Dose</th></tr><tr><td>Adult</td><td>1 g</td></tr></table>and wait.</li><li>Stop.</li></ol>'), // prettier-ignore
    ['1. Give:', 'Age | Dose', 'Adult | 1 g', 'and wait.', '2. Stop.'],
  ],
  [
    'Latin-1 that is said, in HTML',
    Buffer.from(page('<p>5 µg – für</p>', '<meta charset="iso-8859-1">').replace('–', '-'), 'latin1'),
    ['5 µg - für'],
  ],
  ['UTF-16 without a mark', Buffer.from('Größe 5 µg\n\nDosis 2 mg', 'utf16le'), ['Größe 5 µg', 'Dosis 2 mg']],
  [
    'Markdown with tags within its lines',
    '# Care\n\nGive <del>10 mg</del> 1 mg per m<sup>2</sup>.\n\n- one\n\n  | a | b |\n  | - | - |\n  | 1 | 2 |\n- two\n\n<table>\n<tr><th>Age</th><th>Dose</th></tr>\n\n<tr><td>Adult</td><td>\n\n**1 g**\n\n</td></tr>\n</table>\n', // prettier-ignore
    ['Care', 'Give 1 mg per m².', '- one', 'a | b', '1 | 2', '- two', 'Age | Dose', 'Adult | 1 g'],
  ],
  ['a separator line', 'sep=;\r\ndrug;max\r\nadrenaline;0,5\r\natropine;3\r\n', ['drug | max', 'adrenaline | 0,5', 'atropine | 3']], // prettier-ignore
  [
    'a table with a title, ragged rows and a doubled name',
    'Ward 3,,,\nMarch,,,\n,,,\ndrug,dose,dose,note\nadrenaline,0.5 mg,1 mg\natropine,0.6 mg,1 mg,"slow,\nby hand"\n',
    ['Ward 3', 'March', 'drug | dose | dose | note', 'adrenaline | 0.5 mg | 1 mg', 'atropine | 0.6 mg | 1 mg | slow, by hand'], // prettier-ignore
  ],
  ['a quote that does not close', 'a,b,c\n"1,2,3\n4,5,6\n', ['a | b | c', '"1 | 2 | 3', '4 | 5 | 6']],
  ['lines with one comma each', 'Give aspirin, then rest.\nCall, if needed.\nStop, when better.\n', ['Give aspirin, then rest. Call, if needed. Stop, when better.']], // prettier-ignore
  [
    'a table set with blanks',
    'Doses of the ward\n\nDrug         Adult    Child\n-----------  -------  -----\nadrenaline   0.5 mg   0.1 mg\nvitamin K    10 mg    1 mg\n\nTwo  blanks.\nThat  happens here.\nAnd so on.\n', // prettier-ignore
    ['Doses of the ward', 'Drug | Adult | Child', 'adrenaline | 0.5 mg | 0.1 mg', 'vitamin K | 10 mg | 1 mg', 'Two blanks. That happens here. And so on.'], // prettier-ignore
  ],
  [
    'XHTML of a book that closes elements in themselves, and CDATA',
    bookFile({ first: '<title/><script src="a.js"/><p>Before<a id="x"/> and <![CDATA[< 5 mg]]> after.</p>' }),
    ['Before and < 5 mg after.', 'Doses', 'Age | Dose', 'Adults | 40 mg'],
  ],
  [
    'a Word file with boxes, fields, signs and struck words',
    wordFile({
      body: [
        `<w:p ${wordNamespaces}>${r('Before.')}<w:r><mc:AlternateContent><mc:Choice Requires="wps">${box('In a box.')}</mc:Choice><mc:Fallback><v:textbox><w:txbxContent>${p(r('In a box.'))}</w:txbxContent></v:textbox></mc:Fallback></mc:AlternateContent></w:r></w:p>`,
        p(`${r('Max ')}<w:fldSimple w:instr="X">${r('40')}</w:fldSimple><w:bdo w:val="ltr">${r(' mg')}</w:bdo>${r(' 80 mg', '<w:dstrike/>')}`), // prettier-ignore
        p(`${r('25 ')}${r('m', '<w:rFonts w:ascii="Symbol"/>')}${r('g, ')}<w:r><w:sym w:font="Symbol" w:char="F0B3"/></w:r>${r(' 5')}`), // prettier-ignore
      ].join(''),
    }),
    ['Before.', 'In a box.', 'Max 40 mg', '25 µg, ≥ 5'],
  ],
  [
    'numbers of a Word file',
    wordFile({
      numbering: `<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="3"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1"/></w:lvl><w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="lowerRoman"/><w:lvlText w:val="%1.%2"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="7"/></w:lvlOverride></w:num>`,
      body: [
        ['1', 0, 'Scope', 'Heading1'],
        ['1', 1, 'first'],
        ['1', 1, 'second'],
        ['1', 0, 'Doses', 'Heading1'],
        ['1', 1, 'anew'],
        ['2', 0, 'seventh'],
      ].map(([id, level, text, style]) => p(r(String(text)), `${style === undefined ? '' : `<w:pStyle w:val="${style}"/>`}<w:numPr><w:ilvl w:val="${level}"/><w:numId w:val="${id}"/></w:numPr>`)).join(''), // prettier-ignore
    }),
    ['3 Scope', '3.i first', '3.ii second', '4 Doses', '4.i anew', '7 seventh'],
  ],
  [
    'a slide whose boxes were drawn in another order',
    placedSlideFile(),
    ['Fluids', 'Children', '1) 20 ml', '2) 10 ml', 'Adults', '2 litres per 10⁹', 'Stop.'],
  ],
];

describe('what a reader of the file sees', () => {
  const { reader, files } = childReader();

  it.each(FILES)('%s', async (_kind, content, lines) => {
    const path = files.write('file', content);
    const { format } = await reader.inspect(path, LIMITS);
    const reading = await reader.readText(path, format as TextFormat, LIMITS);
    expectExactOffsets(reading);
    expect(reading.text.split(/\n+/).map((line) => line.trim())).toEqual(lines);
  });

  async function pdfText(pdf: PDFDocument): Promise<{ text: string; unseen: string }> {
    const path = files.write('file.pdf', await pdf.save());
    const { pageCount = 0, metadata } = await reader.inspect(path, LIMITS);
    const { text, unseen = [] } = assemblePages(await reader.readPages(path, { from: 1, to: pageCount }, LIMITS), metadata); // prettier-ignore
    return { text, unseen: unseen.map((one) => one.text).join('\n') };
  }

  it('a PDF without its layers that are off, even where they lie under the others', async () => {
    const pdf = await PDFDocument.create();
    const font = await pdf.embedFont(StandardFonts.Helvetica);
    const layer = (name: string) => pdf.context.register(pdf.context.obj({ Type: 'OCG', Name: PDFString.of(name) }));
    const [old, valid] = [layer('old'), layer('valid')];
    pdf.catalog.set(PDFName.of('OCProperties'), pdf.context.obj({ OCGs: [old, valid], D: { OFF: [old] } }));
    const sheet = pdf.addPage([595, 842]);
    sheet.node.newFontDictionary('F1', font.ref);
    const resources = sheet.node.Resources();
    resources?.set(PDFName.of('Properties'), pdf.context.obj({ Old: old, Valid: valid }));
    const show = (name: string, text: string) => `/OC /${name} BDC BT /F1 12 Tf 72 700 Td (${text}) Tj ET EMC\n`;
    const stream = pdf.context.flateStream(
      `${show('Old', 'The maximum is 500 mg.')}${show('Valid', 'The maximum is 250 mg.')}`,
    );
    sheet.node.addContentStream(pdf.context.register(stream));
    expect(await pdfText(pdf)).toEqual({ text: 'The maximum is 250 mg.', unseen: 'The maximum is 500 mg.' });
  });

  it('a PDF with what was typed on its page, where there is nothing else', async () => {
    const pdf = await PDFDocument.create();
    const sheet = pdf.addPage([595, 842]);
    const typed = { Type: 'Annot', Subtype: 'FreeText', Rect: [72, 600, 400, 620], F: 4, Contents: PDFString.of('Correction: 20 mg.'), DA: PDFString.of('/Helv 12 Tf 0 g') }; // prettier-ignore
    sheet.node.set(PDFName.of('Annots'), pdf.context.obj([pdf.context.register(pdf.context.obj(typed))]));
    expect(await pdfText(pdf)).toEqual({ text: 'Correction: 20 mg.', unseen: '' });
  });

  it('a PDF without the numbers of its lines, and with those of its tables', async () => {
    const numbered = async (lines: readonly string[]) => {
      const pdf = await PDFDocument.create();
      const font = await pdf.embedFont(StandardFonts.Helvetica);
      const sheet = pdf.addPage([595, 842]);
      for (const [index, line] of lines.entries()) {
        const y = 760 - index * 18;
        sheet.drawText(String(index + 8), { x: 50 - font.widthOfTextAtSize(String(index + 8), 9), y, size: 9, font });
        for (const [column, cell] of line.split('|').entries()) sheet.drawText(cell, { x: 72 + column * 200, y, size: 11, font }); // prettier-ignore
      }
      return (await pdfText(pdf)).text;
    };
    const prose = ['Patients with kidney injury who received', 'furosemide in intensive care were', 'assigned to a dose of forty or of', 'eighty mg every eight hours, and the', 'groups did not differ in age or in', 'weight at entry.']; // prettier-ignore
    expect((await numbered(prose)).replace(/\s+/g, ' ')).toBe(prose.join(' '));
    const rows = ['adrenaline|half a mg', 'atropine|three mg', 'glucagon|one mg', 'naloxone|two mg', 'oxytocin|five units', 'vitamin k|ten mg']; // prettier-ignore
    expect(await numbered(rows)).toContain('9 | atropine | three mg');
  });

  it('a PDF with letters set apart, and with letters drawn twice', async () => {
    const pdf = await PDFDocument.create();
    const font = await pdf.embedFont(StandardFonts.Helvetica);
    const sheet = pdf.addPage([595, 842]);
    sheet.node.newFontDictionary('F1', font.ref);
    const width = (letter: string) => Math.round(font.widthOfTextAtSize(letter, 1000));
    const twice = Array.from('Maximum dose 250 mg', (letter) => `(${letter}) ${width(letter) - 20} (${letter}) 20`).join(' '); // prettier-ignore
    const apart = 'BT /F1 14 Tf 6 Tc 72 700 Td (TREATMENT OF SEPSIS) Tj ET';
    const stream = pdf.context.flateStream(`${apart} BT /F1 14 Tf 0 Tc 72 600 Td [${twice}] TJ ET`);
    sheet.node.addContentStream(pdf.context.register(stream));
    expect((await pdfText(pdf)).text.split(/\n+/)).toEqual(['TREATMENT OF SEPSIS', 'Maximum dose 250 mg']);
  });
});
