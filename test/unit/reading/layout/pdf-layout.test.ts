import { describe, expect, it } from 'vitest';
import { layOutPage } from '../../../../core/reading/layout/pdf-layout.js';
import { CELL_LINE_END } from '../../../../core/reading/layout/table-rows.js';
import type { PositionedText } from '../../../../core/reading/layout/positioned-text.js';

const PAGE = { width: 600, height: 800 };

/** A run of text; half the font size a character is wide enough for what these tests ask. */
function run(text: string, x: number, y: number, more: Partial<PositionedText> = {}): PositionedText {
  const fontSize = more.fontSize ?? 10;
  return {
    text,
    x,
    y,
    width: text.length * fontSize * 0.5,
    fontSize,
    turn: 0,
    bold: false,
    rightToLeft: false,
    ...more,
  };
}

/** Lines of a cell are joined when all pages are known. */
const lay = (...items: PositionedText[]) =>
  layOutPage({ ...PAGE, items }).map((block) => [block.kind, block.text.replaceAll(CELL_LINE_END, ' ')]);

/** Lines of one paragraph, 12 points apart. */
const lines = (texts: readonly string[], x: number, y: number, more: Partial<PositionedText> = {}) =>
  texts.map((text, index) => run(text, x, y + index * 12, more));

describe('layOutPage', () => {
  it('puts words of a line together and lines into paragraphs, whatever the order of drawing', () => {
    expect(
      lay(
        run('second paragraph stands apart', 50, 150),
        run('world', 78, 100),
        run('Hello', 50, 100),
        run('again.', 50, 112),
      ),
    ).toEqual([
      ['paragraph', 'Hello world\nagain.'],
      ['paragraph', 'second paragraph stands apart'],
    ]);
  });

  it('reads raised numbers as superscripts and lowered ones as part of their word', () => {
    const [cells] = lay(
      run('platelets 250 × 10', 50, 100),
      run('9', 140, 96, { fontSize: 6, width: 3 }),
      run('/L and CO', 143.2, 100),
      run('2', 188.3, 102, { fontSize: 6, width: 3 }),
      run('levels', 194, 100),
    );
    expect(cells).toEqual(['paragraph', 'platelets 250 × 10⁹/L and CO2 levels']);
  });

  it('finds headings by size, weight and capitals, and leaves sentences alone', () => {
    expect(
      lay(
        run('A large heading', 50, 80, { fontSize: 16 }),
        ...lines(['Body text of the page that goes on for a while and on', 'and on.'], 50, 110),
        run('A bold heading', 50, 160, { bold: true }),
        ...lines(['More body text that is long enough to be the usual size.'], 50, 180),
        run('CONTRAINDICATIONS', 50, 220),
        run('A bold sentence is no heading.', 50, 260, { bold: true }),
      ).map(([kind]) => kind),
    ).toEqual(['heading', 'paragraph', 'heading', 'paragraph', 'heading', 'paragraph']);
  });

  it('collects list items, with bullets set apart from their text', () => {
    expect(
      lay(
        run('Offer:', 50, 100),
        run('•', 60, 118),
        run('rest and plenty of', 80, 118),
        run('water', 80, 130),
        run('•', 60, 142),
        run('honey', 80, 142),
      ),
    ).toEqual([
      ['paragraph', 'Offer:'],
      ['list', '• rest and plenty of\nwater\n• honey'],
    ]);
  });

  it('takes a bullet of another font to its line, and what stands low to its word', () => {
    expect(
      lay(
        ...['lactate', 'confusion'].flatMap((text, index) => [
          run('–', 60, 98 + index * 14, { fontSize: 8 }),
          run(text, 76, 100 + index * 14),
        ]),
        run('the QT', 50, 150),
        run('c', 80, 154.5, { fontSize: 7, width: 4 }),
        run('interval', 87, 150),
      ),
    ).toEqual([
      ['list', '– lactate\n– confusion'],
      ['paragraph', 'the QTc interval'],
    ]);
  });

  it('puts a letter over several lines before the first of them', () => {
    const texts = [
      'hared decisions begin with what matters',
      'to the patient, and end with a plan',
      'that both have understood.',
    ];
    expect(
      lay(
        run('S', 50, 124, { fontSize: 34, width: 18 }),
        ...texts.map((text, index) => run(text, 72 - (index > 1 ? 22 : 0), 100 + index * 12)),
      ),
    ).toEqual([['paragraph', `S${texts.join('\n')}`]]);
  });

  it('keeps recommendation numbers with their text', () => {
    expect(
      lay(
        run('1.2.3', 50, 100),
        run('Do not offer platelet transfusion to anyone', 100, 100),
        run('who is stable.', 100, 112),
      ),
    ).toEqual([['paragraph', '1.2.3 Do not offer platelet transfusion to anyone\nwho is stable.']]);
  });

  it('keeps a table row by row, and joins the lines of a cell', () => {
    expect(
      lay(
        ...[50, 200, 350].map((x, index) => run(['Medicine', 'Adults', 'Children'][index] ?? '', x, 100)),
        ...[50, 200, 350].map((x, index) => run(['Fictamycin', '0.5 mg/kg every twelve', '5 mg'][index] ?? '', x, 118)),
        run('hours', 200, 130),
        ...[50, 200, 350].map((x, index) => run(['Nonexistol', '10 mL', 'avoid'][index] ?? '', x, 148)),
      ),
    ).toEqual([['table', 'Medicine | Adults | Children\nFictamycin | 0.5 mg/kg every twelve hours | 5 mg\nNonexistol | 10 mL | avoid']]); // prettier-ignore
  });

  it('reads two columns one after the other, below a title over both', () => {
    const opening = ['fever', 'rash', 'cough', 'and', 'no', 'one', 'who', 'slept', 'for', 'days', 'by', 'then'];
    const left = opening.map((word) => `${word} opens a line in the left one of both columns`.slice(0, 48).trim());
    const right = [...opening]
      .reverse()
      .map((word) => `${word} opens a line that is wholly to the right of it`.slice(0, 48).trim());
    const blocks = lay(
      run('A title that runs over both of the columns', 60, 60, { fontSize: 20 }),
      ...left.flatMap((text, index) => [
        run(text, 50, 100 + index * 12),
        run(right[index] ?? '', 310, 100 + index * 12),
      ]),
    );
    expect(blocks).toEqual([
      ['heading', 'A title that runs over both of the columns'],
      ['paragraph', left.join('\n')],
      ['paragraph', right.join('\n')],
    ]);
  });

  it('gives boxes that hold the text, on the page as displayed', () => {
    const [block] = layOutPage({ ...PAGE, items: [run('Boxed text', 50, 100)] });
    expect(block?.boxes).toEqual([{ x: 50, y: 91.5, width: 50, height: 11 }]);
  });

  it('reads text that runs upwards, after the rest, with its box where it is displayed', () => {
    const upwards = run('Margin note', 20, 500, { turn: 270 });
    const blocks = layOutPage({ ...PAGE, items: [upwards, run('The body of the page.', 50, 100)] });
    expect(blocks.map((block) => block.text)).toEqual(['The body of the page.', 'Margin note']);
    expect(blocks[1]?.boxes[0]).toMatchObject({ x: 11.5, y: 445, width: 11, height: 55 });
  });

  it('drops doubled text, dotted leaders and rules drawn with characters', () => {
    expect(lay(run('Bold', 50, 100), run('Bold', 50.3, 100), run('--------', 50, 130))).toEqual([
      ['paragraph', 'Bold'],
    ]);
    expect(lay(run('Dosage ........ 12', 50, 100), run('Warnings ...... 14', 50, 112))).toEqual([
      ['table', 'Dosage | 12\nWarnings | 14'],
    ]);
  });

  it('lays out an empty page', () => {
    expect(lay()).toEqual([]);
  });

  it('keeps the space behind a superscript, and none where there is none', () => {
    const raised = { fontSize: 6, width: 3 };
    const line = (gap: number) =>
      lay(run('limit of 10', 50, 100), run('5', 105, 96, raised), run('copies', 108 + gap, 100));
    expect(line(2.3)).toEqual([['paragraph', 'limit of 10⁵ copies']]);
    expect(line(0.4)).toEqual([['paragraph', 'limit of 10⁵copies']]);
  });

  it('puts footnotes, each with its mark, behind what else is on the page', () => {
    const note = { fontSize: 8 };
    const mark = { fontSize: 5, width: 2.5 };
    const blocks = layOutPage({
      ...PAGE,
      items: [
        ...lines(
          [
            'Body text of the left column that goes on',
            'and on over its lines until the very foot',
            'of its column, where it is not yet',
            'at an end, and',
          ],
          50,
          600,
        ),
        run('1', 50, 697, mark),
        run('The first note of the page, in two', 54, 700, note),
        run('lines.', 50, 710, note),
        run('2', 50, 717, mark),
        run('The second note.', 54, 720, note),
        ...lines(
          [
            'the right column takes it up where the left',
            'one stopped and says what is to be said of',
            'it, in as many lines as that takes, though',
            'the page does not end with it, since',
          ],
          320,
          600,
        ),
        ...lines(['there is always more to be said on such a', 'page, and more lines to say it in.'], 320, 648),
      ],
    });
    expect(blocks.map((block) => [block.note ?? false, block.text.split('\n')[0]])).toEqual([
      [false, 'Body text of the left column that goes on'],
      [false, 'the right column takes it up where the left'],
      [true, '¹ The first note of the page, in two'],
      [true, '² The second note.'],
    ]);
  });

  it('leaves a note under a table with its table', () => {
    const blocks = layOutPage({
      ...PAGE,
      items: [
        ...lines(['Body text of the page that goes on', 'and on over a number of its lines until the table'], 50, 600),
        run('Adults', 50, 640), run('500 mg', 200, 640),
        run('Children', 50, 654), run('250 mg*', 200, 654),
        run('* Half of it below ten years of age.', 50, 670, { fontSize: 8 }),
      ],
    }); // prettier-ignore
    expect(blocks.some((block) => block.note)).toBe(false);
  });

  it('takes what is drawn side after side for columns, and what is drawn row by row for a table', () => {
    // Both sides begin each line with a capital and end it early, as cells do; only the order of drawing tells.
    const cells = Array.from({ length: 9 }, (_, row) =>
      ['left', 'right'].map((side) => `The ${side} side, line ${row}${row % 2 === 0 ? ' and more' : ''}`),
    );
    const at = (row: number, side: number) => run(cells[row]?.[side] ?? '', 50 + side * 300, 100 + row * 12);
    const rows = cells.map((_, row) => row);
    const bySide = lay(...[0, 1].flatMap((side) => rows.map((row) => at(row, side))));
    expect(bySide.map(([kind]) => kind)).not.toContain('table');
    expect(bySide.flatMap(([, text]) => text?.split('\n') ?? [])).toEqual(
      [0, 1].flatMap((side) => cells.map((row) => row[side])),
    );
    const byRow = lay(...rows.flatMap((row) => [at(row, 0), at(row, 1)]));
    expect(byRow).toEqual([['table', cells.map((row) => row.join(' | ')).join('\n')]]);
  });

  it('puts the lines of a cell together where rows stand wider apart than lines', () => {
    const row = (y: number, ...cells: string[]) => cells.map((cell, column) => run(cell, 50 + column * 75, y));
    expect(
      lay(
        ...row(100, 'Age', 'Dose', 'Interval'),
        ...row(117, '12 to 15 yrs', '50 mg', 'every 12'), ...row(129, 'of age', '', 'hours'),
        ...row(146, '16 to 64 yrs', '75 mg', 'every 12'), ...row(158, 'of age', '', 'hours'),
        ...row(175, '65 yrs', '25 mg', 'once'),
      ).map(([, text]) => text),
    ).toEqual([
      'Age | Dose | Interval\n12 to 15 yrs of age | 50 mg | every 12 hours\n16 to 64 yrs of age | 75 mg | every 12 hours\n65 yrs | 25 mg | once',
    ]); // prettier-ignore
  });

  it('puts rows together of which every cell goes on, and leaves rows apart that stand in groups', () => {
    const row = (y: number, ...cells: string[]) => cells.map((cell, column) => run(cell, 50 + column * 75, y));
    const header = row(100, 'Filtration', 'Dose', 'Remark');
    expect(
      lay(
        ...header,
        ...row(117, '60 to 89', '175 mg once', 'check creatinine'),
        ...row(129, 'mL/min', 'daily', 'every month'),
        ...row(146, '45 to 59', '30 mg three', 'check creatinine'),
        ...row(158, 'mL/min', 'times daily', 'every month'),
        ...row(175, '30 to 44', '25 mg once', 'check creatinine'),
        ...row(187, 'mL/min', 'daily', 'every week'),
      ).map(([, text]) => text),
    ).toEqual([
      'Filtration | Dose | Remark\n60 to 89 mL/min | 175 mg once daily | check creatinine every month\n45 to 59 mL/min | 30 mg three times daily | check creatinine every month\n30 to 44 mL/min | 25 mg once daily | check creatinine every week',
    ]);
    const groups = [
      ['1 to 5', '10 mg', 'once'],
      ['6 to 11', '20 mg', 'once'],
      ['12 to 17', '30 mg', 'twice'],
      ['18 to 64', '40 mg', 'twice'],
      ['65 to 74', '30 mg', 'once'],
      ['75 up', '20 mg', 'once'],
    ];
    const at = (index: number) => 117 + index * 12 + Math.floor(index / 2) * 5;
    expect(
      lay(...header, ...groups.flatMap((cells, index) => row(at(index), ...cells))).map(([, text]) => text),
    ).toEqual([[['Filtration', 'Dose', 'Remark'], ...groups].map((cells) => cells.join(' | ')).join('\n')]);
  });
});
