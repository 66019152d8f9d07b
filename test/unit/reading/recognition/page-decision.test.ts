import { describe, expect, it } from 'vitest';
import {
  decidePage,
  isGarbage,
  PAGE_REASONS,
  type PageEvidence,
} from '../../../../core/reading/recognition/page-decision.js';

const evidence = (more: Partial<PageEvidence>): PageEvidence => ({
  visibleCharacters: 0,
  hiddenCharacters: 0,
  garbageRatio: 0,
  textCoverage: 0,
  imageArea: 0,
  drawnPaths: 0,
  ...more,
});

describe('decidePage', () => {
  it.each<[Partial<PageEvidence>, string, string]>([
    [{ visibleCharacters: 2000, textCoverage: 0.3 }, 'native', PAGE_REASONS.textLayer],
    [{ visibleCharacters: 2000, imageArea: 1 }, 'native', PAGE_REASONS.textLayer],
    [{ visibleCharacters: 30, imageArea: 0.2 }, 'native', PAGE_REASONS.textLayer],
    [{ visibleCharacters: 1 }, 'native', PAGE_REASONS.textLayer],
    [{ imageArea: 1 }, 'pending', PAGE_REASONS.imageOnly],
    [{ imageArea: 0.01 }, 'pending', PAGE_REASONS.imageOnly],
    [{ imageArea: 1, hiddenCharacters: 900 }, 'pending', PAGE_REASONS.hiddenText],
    [{ imageArea: 0.9, hiddenCharacters: 900, visibleCharacters: 200 }, 'pending', PAGE_REASONS.hiddenText],
    [{ imageArea: 0.9, visibleCharacters: 40 }, 'pending', PAGE_REASONS.littleText],
    [{ visibleCharacters: 900, garbageRatio: 0.4 }, 'pending', PAGE_REASONS.garbage],
    [{ visibleCharacters: 900, garbageRatio: 0.02 }, 'native', PAGE_REASONS.textLayer],
    [{ drawnPaths: 400 }, 'pending', PAGE_REASONS.drawingsOnly],
    [{ drawnPaths: 3 }, 'blank', PAGE_REASONS.empty],
    [{}, 'blank', PAGE_REASONS.empty],
  ])('%j is %s', (found, outcome, reason) => {
    expect(decidePage(evidence(found))).toEqual({ outcome, reason });
  });
});

describe('isGarbage', () => {
  it('tells unreadable characters from rare ones', () => {
    for (const character of ['\uE001', '\uFFFD', '\u0001', '\u{10FFFF}']) expect(isGarbage(character)).toBe(true);
    for (const character of ['a', 'µ', '≥', '⁹', '字', '\n', 'ﬁ']) expect(isGarbage(character)).toBe(false);
  });
});
