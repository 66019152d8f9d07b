import { describe, expect, it } from 'vitest';
import { blankTable } from '../../../infra/readers/text/blank-table.js';

describe('blankTable', () => {
  it('takes columns that begin at one place, and no sentences', () => {
    const lines = ['Drug      Dose', '--------  ------', 'abricin   5 mg', 'bendolol  10 mg'];
    expect(blankTable(lines)).toBe('Drug | Dose\nabricin | 5 mg\nbendolol | 10 mg');
    expect(blankTable(['One sentence.  And', 'a second,  which goes on', 'to a  third line.'])).toBeUndefined();
  });

  it('takes as many rows as there are', () => {
    const rows = 300_000;
    expect(blankTable(Array.from({ length: rows }, () => 'abricin  5 mg'))?.length).toBe(
      rows * 'abricin | 5 mg '.length - 1,
    );
  });
});
