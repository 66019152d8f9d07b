import { describe, expect, it } from 'vitest';
import { collectWords, joinLines } from '../../../../core/reading/layout/line-joining.js';

describe('joinLines', () => {
  const join = (lines: string[], text = '') => joinLines(lines, collectWords([text]));

  it.each([
    [['plain', 'lines'], 'plain lines'],
    [['hyper-', 'tension'], 'hypertension'],
    [['modified-', 'release'], 'modified-release'],
    [['anti-', 'inflammatory'], 'anti-inflammatory'],
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

  it('parts a compound at its own hyphen, and mends what was parted within one of its words', () => {
    expect(join(['state-of-the-', 'art'], 'the')).toBe('state-of-the-art');
    expect(join(['cost-effec-', 'tiveness'])).toBe('cost-effectiveness');
    expect(join(['contra-indi-', 'cated'])).toBe('contra-indicated');
    expect(join(['the low-', 'est dose'])).toBe('the lowest dose');
    expect(join(['follow-', 'up'])).toBe('follow-up');
  });

  it('tells the hyphens of typesetters from those of words where they are two characters', () => {
    const lines = ['angio-oed\u2010', 'ema and cost-', 'effectiveness of low\u2010', 'est dose'];
    expect(joinLines(lines, collectWords(lines))).toBe('angio-oedema and cost-effectiveness of lowest dose');
  });

  it('learns no word that is cut at a line end', () => {
    expect([...collectWords(['Anti-coagulant hyper-', 'tension']).words]).toEqual(['anti-coagulant', 'tension']);
  });
});
