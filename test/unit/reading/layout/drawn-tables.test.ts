import { describe, expect, it } from 'vitest';
import { layOutPage } from '../../../../core/reading/layout/pdf-layout.js';
import type { PositionedText } from '../../../../core/reading/layout/positioned-text.js';
import { CELL_LINE_END } from '../../../../core/reading/layout/table-rows.js';

const PITCH = 12;
const COLUMNS = [50, 180, 310, 440];

function run(text: string, x: number, y: number, more: Partial<PositionedText> = {}): PositionedText {
  const width = text.length * 5;
  return { text, x, y, width, fontSize: 10, turn: 0, bold: false, rightToLeft: false, ...more };
}

/** A row as browsers and report generators draw it: cell by cell, each with its lines, in the middle of the row's height. */
function row(cells: readonly (readonly string[])[], y: number, stand: 'middle' | 'top' | 'foot' = 'middle') {
  const most = Math.max(...cells.map((lines) => lines.length));
  const share = { middle: 0.5, top: 0, foot: 1 }[stand];
  return cells.flatMap((lines, column) =>
    lines.map((text, line) => run(text, COLUMNS[column] ?? 0, y + ((most - lines.length) * share + line) * PITCH)),
  );
}

const tablesOf = (items: readonly PositionedText[]) =>
  layOutPage({ width: 600, height: 800, items })
    .filter((block) => block.kind === 'table')
    .map((block) => block.text.replaceAll(CELL_LINE_END, ' '));

const HEAD = [['Age'], ['Clearance'], ['Dose'], ['Maximum', 'per day']];
const INFANTS = [['1 to 5', 'months'], ['≥ 60 mL/min'], ['2 mg/kg every', '12 hours, given', 'after meals'], ['20 mg']];
const ADULTS = [['Adults'], ['any'], ['50 mg'], ['75 mg']];
const TEXT = [
  'Age | Clearance | Dose | Maximum per day',
  '1 to 5 months | ≥ 60 mL/min | 2 mg/kg every 12 hours, given after meals | 20 mg',
  'Adults | any | 50 mg | 75 mg',
].join('\n');

describe('tables by the order of drawing', () => {
  it.each(['middle', 'top', 'foot'] as const)('cells that stand at the %s of their row', (stand) => {
    expect(tablesOf([...row(HEAD, 100, stand), ...row(INFANTS, 135, stand), ...row(ADULTS, 185, stand)])).toEqual([
      TEXT,
    ]);
  });

  it('a head that is drawn last, as where it is set again on each page', () => {
    expect(tablesOf([...row(INFANTS, 135), ...row(ADULTS, 185), ...row(HEAD, 100)])).toEqual([TEXT]);
  });

  it('a caption that stands as near as the lines of a cell', () => {
    const caption = run('Table 1. Doses by age and clearance', 50, 86);
    expect(tablesOf([caption, ...row(HEAD, 100), ...row(INFANTS, 135), ...row(ADULTS, 185)])).toEqual([TEXT]);
  });

  it('a row that is cut by the end of its column, right under the head that is set again', () => {
    const bold = row([['Age'], ['Dose by mouth']], 100).map((item) => ({ ...item, bold: true }));
    const rest = run('seven days', COLUMNS[1] ?? 0, 116);
    const items = [...bold, rest, ...row([['12 to 17', 'years'], ['50 mg']], 132), ...row(ADULTS.slice(0, 2), 165)];
    expect(tablesOf(items)).toEqual(['Age | Dose by mouth\n | seven days\n12 to 17 years | 50 mg\nAdults | any']);
  });

  it('heads over two columns, and beside two rows', () => {
    const items = [
      run('Toxicity', 50, 108),
      run('Starting dose 50 mg', 200, 100),
      run('First event', 180, 118), run('Second', 310, 112), run('event', 310, 124),
      run('Neutropenia', 50, 142), run('37.5 mg', 180, 142), run('25 mg', 310, 142),
    ]; // prettier-ignore
    expect(tablesOf(items)).toEqual([
      'Toxicity | Starting dose 50 mg\n | First event | Second event\nNeutropenia | 37.5 mg | 25 mg',
    ]);
  });

  it('a table within one of two columns of text', () => {
    const column = (x: number, from: number, count: number) =>
      Array.from({ length: count }, (_, line) =>
        run(`line ${line} of a paragraph that fills its column`, x, from + line * PITCH),
      );
    const narrow = (cells: readonly (readonly string[])[], y: number) =>
      row(cells, y).map((item) => ({ ...item, x: 50 + (item.x - 50) * 0.6 }));
    const blocks = layOutPage({
      width: 600,
      height: 800,
      items: [
        ...column(50, 60, 5),
        ...narrow([['Age'], ['Dose', 'by mouth']], 150), ...narrow([['Infants', 'and children'], ['5 mg']], 185), ...narrow([['Adults'], ['50 mg']], 220),
        ...column(50, 260, 5), ...column(320, 60, 22),
      ],
    }); // prettier-ignore
    expect(blocks.map((block) => block.kind)).toEqual(['paragraph', 'table', 'paragraph', 'paragraph']);
    expect(blocks[1]?.text.replaceAll(CELL_LINE_END, ' ')).toBe(
      'Age | Dose by mouth\nInfants and children | 5 mg\nAdults | 50 mg',
    );
  });

  it('are bounded: a page of more rows than any table has is read by its white space', () => {
    const cells = (index: number) => [[`a${index}`], [`b${index}`, 'more'], ['c'], ['d']];
    const page = (rows: number) => Array.from({ length: rows }, (_, index) => row(cells(index), index * 30)).flat();
    expect(tablesOf(page(20)).join().split('\n')[1]).toBe('a1 | b1 more | c | d');
    expect(tablesOf(page(1_100)).join()).not.toContain('b1 more');
  });

  it('leaves two short columns of text what they are', () => {
    const left = ['The last lines of a paper that is', 'set in two columns of equal', 'length, and ends on this page'];
    const right = ['so that only two or three lines', 'stand beside each other.'];
    const items = [left, right].flatMap((lines, side) =>
      lines.map((text, line) => run(text, 50 + side * 270, 60 + line * PITCH)),
    );
    const blocks = layOutPage({ width: 600, height: 800, items });
    expect(blocks.map((block) => [block.kind, block.text])).toEqual([
      ['paragraph', left.join('\n')],
      ['paragraph', right.join('\n')],
    ]);
  });
});
