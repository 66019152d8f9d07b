import { describe, expect, it } from 'vitest';
import { collectWords, joinLines } from '../../../core/reading/line-joining.js';

describe('joinLines', () => {
  const join = (lines: string[], text = '') => joinLines(lines, collectWords([text]));

  it.each([
    [['plain', 'lines'], 'plain lines'],
    [['hyper-', 'tension'], 'hypertension'],
    [['soft\u00AD', 'hyphen'], 'softhyphen'],
    [['non-', 'steroidal'], 'non-steroidal'],
    [['COVID-', '19'], 'COVID-19'],
    [['give 2–', '4 mg'], 'give 2–4 mg'],
    [['IL-', '6'], 'IL-6'],
    [['and/', 'or'], 'and/or'],
    [['a life-', 'threatening event'], 'a life-threatening event'],
    [['cor-', 'related'], 'correlated'],
    [['deve oferecer-', 'se a'], 'deve oferecer-se a'],
    [['a dash –', 'and more'], 'a dash – and more'],
    [['state-of-the-', 'art'], 'state-of-the-art'],
    [['https://x.org/terms-and-', 'conditions'], 'https://x.org/terms-and-conditions'],
    [['0.5', 'mg/kg'], '0.5 mg/kg'],
    [['a -', 'b'], 'a - b'],
    [['', ' x '], 'x'],
  ])('%j', (lines, joined) => {
    expect(join(lines)).toBe(joined);
  });

  it('asks the rest of the document whether a hyphen belongs to the word', () => {
    expect(join(['beta-', 'blocker'])).toBe('betablocker');
    expect(join(['beta-', 'blocker'], 'a beta-blocker helps')).toBe('beta-blocker');
    expect(join(['self-', 'ish'], 'how selfish')).toBe('selfish');
  });

  it('learns no word that is cut at a line end', () => {
    expect([...collectWords(['Anti-coagulant hyper-', 'tension'])]).toEqual(['anti-coagulant', 'tension']);
  });
});
