import { describe, expect, it } from 'vitest';
import type { TextFormat } from '../../core/contract/ingest-messages.js';
import { bookFile, chart, diagram, wordFile } from '../fixtures/documents/office-files.js';
import { childReader } from '../harness/child-reader.js';
import { expectExactOffsets, LIMITS } from './document-reader.contract.js';

const page = (body: string, head = '') => `<!DOCTYPE html><html><head><title>Care</title>${head}</head><body>${body}</body></html>`; // prettier-ignore
const p = (inner: string, properties = '') => `<w:p><w:pPr>${properties}</w:pPr>${inner}</w:p>`;
const r = (text: string, properties = '') => `<w:r><w:rPr>${properties}</w:rPr><w:t xml:space="preserve">${text}</w:t></w:r>`; // prettier-ignore
const field = (kind: string, inner = '') => `<w:r><w:fldChar w:fldCharType="${kind}">${inner}</w:fldChar></w:r>`;
const instruction = (text: string) => `<w:r><w:instrText xml:space="preserve">${text}</w:instrText></w:r>`;
const cells = (...texts: string[]) => `<w:tr>${texts.map((text) => `<w:tc>${text}</w:tc>`).join('')}</w:tr>`;
const level = (format: string, text: string) => `<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="${format}"/><w:lvlText w:val="${text}"/></w:lvl>`; // prettier-ignore
const numbered = (text: string, id: number) => p(r(text), `<w:numPr><w:ilvl w:val="0"/><w:numId w:val="${id}"/></w:numPr>`); // prettier-ignore
const style = (rules: string) => `<style>${rules}</style>`;

/** Files in the ways of other programs, each with its lines as a person sees them. */
const FILES: readonly (readonly [kind: string, content: string | Uint8Array, lines: readonly string[]])[] = [
  ['decimal commas between semicolons', 'drug;maximum\nparacetamol;4,0 g\nibuprofen;2,4 g\naspirin;3,0 g\n', ['drug | maximum', 'paracetamol | 4,0 g', 'ibuprofen | 2,4 g', 'aspirin | 3,0 g']], // prettier-ignore
  ['a table of one row', 'drug,dose\nadrenaline,1 mg\n', ['drug | dose', 'adrenaline | 1 mg']],
  ['columns and rows behind the table that are blank', 'drug,dose,,\nadrenaline,1 mg,,\n,,,\natropine,2 mg,,\n', ['drug | dose', 'adrenaline | 1 mg', 'atropine | 2 mg']], // prettier-ignore
  ['a cell without a value', '"drug","dose"\n"A, slow","1 mg"\n"","2 ""units"""\n"B","3 mg"\n', ['drug | dose', 'A, slow | 1 mg', '| 2 "units"', 'B | 3 mg']], // prettier-ignore
  ['comments before a table', '# doses, of the ward\n# 2026\ndrug,dose,route\nA,1 mg,po\nB,2 mg,iv\n', ['doses of the ward', '2026', 'drug | dose | route', 'A | 1 mg | po', 'B | 2 mg | iv']], // prettier-ignore
  ['a note behind a table', 'drug,dose,route\nA,1 mg,po\nB,2 mg,iv\nC,3 mg,iv\n\nSource: list, page 2\n', ['drug | dose | route', 'A | 1 mg | po', 'B | 2 mg | iv', 'C | 3 mg | iv', 'Source: list | page 2']], // prettier-ignore
  ['groups over columns of one name', ',Adults,,Children,\nDrug,Start,Max,Start,Max\nA,1 mg,2 mg,3 mg,4 mg\n', ['Drug | Adults Start | Adults Max | Children Start | Children Max', 'A | 1 mg | 2 mg | 3 mg | 4 mg']], // prettier-ignore
  [
    'what a rule strikes or hides where it stands in another element',
    page('<div class="gone"><p>Withdrawn 9 mg.</p></div><p>Give 1 mg.</p><ul class="old"><li>8 mg</li></ul><p class="note">Note.</p><p class="off">Never 7 mg.</p>', style('div.gone p, .old > li { text-decoration: line-through red } .off { display: none }')), // prettier-ignore
    ['Give 1 mg.', 'Note.'],
  ],
  [
    'what a rule hides and a script may show',
    page('<p class="off">Give 7 mg.</p><script>show()</script>', style('.off { display: none }')),
    ['Give 7 mg.'],
  ],
  [
    'what a rule hides until a box is opened',
    page('<input type="checkbox" id="a"><p class="off">Give 7 mg.</p>', style('.off { display: none } #a:checked ~ .off { display: block }')), // prettier-ignore
    ['Give 7 mg.'],
  ],
  [
    'numbers that a style sheet counts, and words that it writes',
    page('<h2>Scope</h2><ol class="l"><li>Adults<ol class="l"><li>Renal</li><li>Hepatic</li></ol></li><li>Children</li></ol><h2>Doses</h2><p class="w">Stop <b class="mg">5</b></p>', style('body{counter-reset:h} h2{counter-increment:h} h2::before{content:counter(h, upper-roman) ". "} ol.l{counter-reset:i;list-style:none} ol.l>li{counter-increment:i} ol.l>li:before{content:counters(i,".") " "} .w::before{content:"Warning: "} .mg::after{content:" mg"}')), // prettier-ignore
    ['I. Scope', '1 Adults', '1.1 Renal', '1.2 Hepatic', '2 Children', 'II. Doses', 'Warning: Stop 5 mg'],
  ],
  [
    'tables by their roles and by their looks',
    page('<div role="table"><div role="row"><span role="columnheader">Drug</span><span role="columnheader">Max</span></div><div role="row"><span role="cell">Morphine</span><span role="cell">10 mg</span></div></div><div class="t"><div class="r"><div class="c">Age</div><div class="c">Dose</div></div><div class="r"><div class="c">Adults</div><div class="c">75 mg</div></div></div>', style('.t{display:table}.r{display:table-row}.c{display:table-cell}')), // prettier-ignore
    ['Drug | Max', 'Morphine | 10 mg', 'Age | Dose', 'Adults | 75 mg'],
  ],
  [
    'signs of lists in Greek, and figures that a rule raises',
    page('<ol class="g"><li>one</li><li>two</li></ol><p>10<span class="up">9</span>/l and 99mTc <math><mmultiscripts><mi>Tc</mi><mprescripts/><none/><mrow><mn>99</mn><mi>m</mi></mrow></mmultiscripts></math></p>', style('.g{list-style-type:lower-greek} .up{vertical-align:super}')), // prettier-ignore
    ['α. one', 'β. two', '10⁹/l and 99mTc 99mTc'],
  ],
  [
    'a book with a style sheet of its own',
    bookFile({
      first: '<link rel="stylesheet" href="a.css"/><p>Take <span class="x5">80 mg</span> 8 mg, 10<span class="up">6</span> units.</p><plaintext/><p class="no">7 mg</p><ol class="al"><li>one</li></ol>', // prettier-ignore
      more: [{ name: 'OEBPS/a.css', content: '.x5{text-decoration:line-through}.up{vertical-align:super}.no{display:none}.al{list-style-type:upper-alpha}' }], // prettier-ignore
    }),
    ['Take 8 mg, 10⁶ units.', 'A. one', 'Doses', 'Age | Dose', 'Adults | 40 mg'],
  ],
  ['single tildes in Markdown', '# Care\n\nGive ~5 mg of H~2~O, ~~9 mg~~ 1 mg.\n', ['Care', 'Give ~5 mg of H~2~O, 1 mg.']], // prettier-ignore
  [
    'numbers of items within cells',
    page('<table><tr><th>Step</th><th>Do</th></tr><tr><td>First</td><td><ol start="3"><li>call</li><li>wait</li></ol></td></tr></table>'), // prettier-ignore
    ['Step | Do', 'First | 3. call 4. wait'],
  ],
  [
    'fields within fields, choices and ticks of forms, and a fraction',
    wordFile({
      body: [
        p(`${r('Give ')}${field('begin')}${instruction(' IF ')}${field('begin')}${instruction(' PAGE ')}${field('separate')}${r('3')}${field('end')}${instruction(' = 3 ')}${field('separate')}${r('5 mg')}${field('end')}${r(' now.')}`), // prettier-ignore
        p(`${field('begin', '<w:ffData><w:ddList><w:result w:val="1"/><w:listEntry w:val="none"/><w:listEntry w:val="16 mg"/></w:ddList></w:ffData>')}${instruction('FORMDROPDOWN')}${field('end')}${r(' daily, ')}${field('begin', '<w:ffData><w:checkBox><w:checked/></w:checkBox></w:ffData>')}${field('end')}${r(' with food')}`), // prettier-ignore
        p(`${field('begin')}${instruction(' EQ \\f(1,2) ')}${field('end')}${r(' tablet')}<w:sdt><w:sdtPr><w14:checkbox/></w:sdtPr><w:sdtContent>${r(' ☒ yes')}</w:sdtContent></w:sdt>`), // prettier-ignore
        `<w:p><w:hyperlink r:id="gone">${r('A link to nowhere.')}</w:hyperlink></w:p>`,
      ].join(''),
    }),
    ['Give 5 mg now.', '16 mg daily, ☒ with food', '1/2 tablet ☒ yes', 'A link to nowhere.'],
  ],
  [
    'a Word file with what styles strike and raise, and more kinds of numbers',
    wordFile({
      styles: '<w:style w:type="paragraph" w:styleId="Gone"><w:name w:val="Gone"/><w:rPr><w:strike/></w:rPr></w:style><w:style w:type="character" w:styleId="Up"><w:name w:val="Up"/><w:rPr><w:vertAlign w:val="superscript"/></w:rPr></w:style>', // prettier-ignore
      numbering: `<w:abstractNum w:abstractNumId="0">${level('ordinal', '%1')}</w:abstractNum><w:abstractNum w:abstractNumId="1">${level('decimalEnclosedCircle', '%1')}</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>`, // prettier-ignore
      body: [
        p(r('Never 9 mg.'), '<w:pStyle w:val="Gone"/>'),
        p(`${r('10')}${r('9', '<w:rStyle w:val="Up"/>')}${r('/l or 10')}${r('6', '<w:position w:val="6"/>')}${r(' units')}`), // prettier-ignore
        numbered('step', 1),
        numbered('step', 1),
        `<w:tbl>${cells(p(r('No')), p(r('Do')))}${cells(numbered('call', 2), p(r('now')))}<w:tr><w:trPr><w:del w:id="1"/></w:trPr><w:tc>${p(r('old'))}</w:tc></w:tr></w:tbl>`, // prettier-ignore
        '<w:p><w:r><w:pict><v:shape><v:textpath string="DRAFT OF MAY"/></v:shape></w:pict></w:r></w:p>',
      ].join(''),
    }),
    ['10⁹/l or 10⁶ units', '1st step', '2nd step', 'No | Do', '① call | now', 'DRAFT OF MAY'],
  ],
  [
    'a Word file with a diagram and a chart',
    wordFile({
      body: `${p(r('Before.'))}<w:p><w:r><w:drawing><dgm:relIds r:dm="d1"/></w:drawing></w:r></w:p>${p(r('Between.'))}<w:p><w:r><w:drawing><c:chart r:id="c1"/></w:drawing></w:r></w:p>`, // prettier-ignore
      relations: `<Relationship Id="d1" Type="x/diagramData" Target="diagrams/data1.xml"/><Relationship Id="c1" Type="x/chart" Target="charts/chart1.xml"/>`, // prettier-ignore
      more: [
        { name: 'word/diagrams/data1.xml', content: diagram() },
        { name: 'word/charts/chart1.xml', content: chart() },
      ],
    }),
    ['Before.', 'Assess airway', 'Give 0.5 mg', 'Repeat', 'Between.', 'Levels by day', '| Lithium | Sodium', 'Day one | 0.4 | 140', 'Day two | 80% | 141'], // prettier-ignore
  ],
  ['a table between bars', 'Doses\n\n+------+-------+\n| Drug | Dose  |\n+------+-------+\n| A    | 75 mg |\n| B    |       |\n+------+-------+\n\nOr | so it is.\n', ['Doses', 'Drug | Dose', 'A | 75 mg', 'B |', 'Or | so it is.']], // prettier-ignore
  [
    'a table set with blanks, with blank cells and a cell of two lines',
    'Plan\n\nDrug        Start     Week 2    Month 3\nLithium     level     level     level\nClozapine   count               count\nValproate   level     liver     level\n                      tests\n\nCall.\n', // prettier-ignore
    ['Plan', 'Drug | Start | Week 2 | Month 3', 'Lithium | level | level | level', 'Clozapine | count | | count', 'Valproate | level | liver tests | level', 'Call.'], // prettier-ignore
  ],
  [
    'a text whose lines are counted',
    ['Background', '', 'Sepsis kills when it is seen late, and the', 'first hour counts. Give 30 ml per kg of', 'fluid in the first 3 hours, then look', 'again at the lactate and the pressure of', 'the patient.', '', 'Methods', 'We searched three sets of trials, and', 'took those with more than 100 patients.'].map((line, index) => `${String(index + 1).padStart(4)}  ${line}`).join('\n'), // prettier-ignore
    ['Background', 'Sepsis kills when it is seen late, and the first hour counts. Give 30 ml per kg of fluid in the first 3 hours, then look again at the lactate and the pressure of the patient.', 'Methods We searched three sets of trials, and took those with more than 100 patients.'], // prettier-ignore
  ],
];

describe('what a reader of a file without pages sees', () => {
  const { reader, files } = childReader();

  it.each(FILES)('%s', async (_kind, content, lines) => {
    const path = files.write('file', content);
    const { format } = await reader.inspect(path, LIMITS);
    const reading = await reader.readText(path, format as TextFormat, LIMITS);
    expectExactOffsets(reading);
    expect(reading.text.split(/\n+/).map((line) => line.trim())).toEqual(lines);
    expect(reading.account?.aside.filter(({ fate }) => fate === 'lost')).toEqual([]);
  });
});
