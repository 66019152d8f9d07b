import { describe, expect, it } from 'vitest';
import { layOutPage } from '../../../core/reading/pdf-layout.js';
import type { PositionedText } from '../../../core/reading/positioned-text.js';

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

const lay = (...items: PositionedText[]) => layOutPage({ ...PAGE, items }).map((block) => [block.kind, block.text]);

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
});
