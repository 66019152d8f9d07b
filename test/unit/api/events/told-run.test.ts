import { describe, expect, it } from 'vitest';
import { changesSince, endOf, NOTHING_TOLD, parseToldId, toldId } from '../../../../api/events/told-run.js';

describe('what a listener was told', () => {
  const run = {
    state: 'running' as const,
    stage: 'ocr' as const,
    pages: { total: 12, done: 4 },
    records: { total: 0, done: 0 },
  };

  it('travels as an id, whatever was told', () => {
    const told = [NOTHING_TOLD, ...changesSince(NOTHING_TOLD, run).map((change) => change.told), endOf(run)];
    for (const snapshot of told) expect(parseToldId(toldId(snapshot))).toEqual(snapshot);
    expect(told.map(toldId)).toEqual([
      '-/-/0-0/0-0',
      'running/-/0-0/0-0',
      'running/ocr/0-0/0-0',
      'running/ocr/4-12/0-0',
      'running/ocr/4-12/0-0/end',
    ]);
  });

  it('leaves what is the same untold', () => {
    const told = changesSince(NOTHING_TOLD, run).at(-1)?.told ?? NOTHING_TOLD;
    expect(changesSince(told, run)).toEqual([]);
    const later = { ...run, stage: 'screen' as const, pages: { total: 12, done: 12 } };
    expect(changesSince(told, later).map(({ name, data }) => [name, data])).toEqual([
      ['stage', { stage: 'screen' }],
      ['pages', { total: 12, done: 12 }],
    ]);
  });

  it('of a foreign id is nothing', () => {
    for (const id of [undefined, '', 'x', 'running/ocr/4-12', `running/ocr/4-12/0-0/end\n`, 'a'.repeat(10_000)]) {
      expect(parseToldId(id)).toEqual(NOTHING_TOLD);
    }
    // A stage of a newer program is told again.
    expect(parseToldId('running/unknown/1-2/0-0').stage).toBeNull();
  });
});
