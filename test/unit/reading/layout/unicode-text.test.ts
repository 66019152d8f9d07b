import { describe, expect, it } from 'vitest';
import { canonicalCode, canonicalText, superscript } from '../../../../core/reading/layout/unicode-text.js';

describe('canonicalText', () => {
  it('keeps what a clinician reads', () => {
    const text = '0.5 mg/kg ≥ 4 mmol/L 10⁹/L ½ tablet µg ±2 °C 5–10 %';
    expect(canonicalText(text)).toBe(text);
  });

  it('spells ligatures out, composes, and drops what is invisible', () => {
    expect(canonicalText('\uFB01b\uFB02ow e\u0301 x\u00ADy\u200B z\u0007\uFEFF')).toBe('fibflow é xy z');
  });

  it('makes one space of many, and no empty lines', () => {
    expect(canonicalText(' a \u00A0 b\t\r\n\n  c \u2028d ')).toBe('a b\nc\nd');
  });

  it('keeps the indentation of lists when asked', () => {
    expect(canonicalText('- a  b\n  - c ', { indented: true })).toBe('- a b\n  - c');
  });

  it('turns bullets of symbol fonts into bullets', () => {
    expect(canonicalText('\uF0B7 item')).toBe('• item');
  });

  it('is idempotent', () => {
    const once = canonicalText('a\u0301 \uFB03 \u00A0x\n\n y');
    expect(canonicalText(once)).toBe(once);
  });
});

describe('canonicalCode', () => {
  it('keeps indentation', () => {
    expect(canonicalCode('if x:\r\n    y  \n\n    z\n')).toBe('if x:\n    y\n    z');
  });
});

describe('superscript', () => {
  it.each([
    ['9', '⁹'],
    ['−12', '⁻¹²'],
    ['2+', '²⁺'],
    ['1,2', '¹,²'],
    ['th', 'th'],
    ['®', '®'],
  ])('%s', (raised, expected) => {
    expect(superscript(raised)).toBe(expected);
  });
});
