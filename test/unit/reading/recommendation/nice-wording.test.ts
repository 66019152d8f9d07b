import { describe, expect, it } from 'vitest';
import { isOfNice, niceGrade } from '../../../../core/reading/facts/recommendation/nice-wording.js';

describe('the wording of NICE', () => {
  it.each([
    ['1.2.3 Offer a walking aid to adults who fall.', 'strong', 'for'],
    ['1.2.4 For adults who fall, offer strength training.', 'strong', 'for'],
    ['1.10.12 Consider a second review after a month.', 'conditional', 'for'],
    ['1.1.1 Do not offer vitamin C for falls.', 'strong', 'against'],
    ['1.1.2 Do not routinely offer X-rays.', 'strong', 'against'],
  ] as const)('%s', (text, strength, direction) => {
    expect(niceGrade(text)).toMatchObject({ strength, direction, certainty: null, system: 'nice' });
  });

  it.each([
    'Offer a walking aid to adults who fall.',
    '1.2.3 Advise adults who fall to wear shoes.',
    '1.2.3 If somebody declines the offer of a walking aid, write it down.',
    '1.2.3 Consider adults over 90 to be at risk of falls.',
    '1.2.3 Offer a walking aid, and consider a second one.',
    '1.2 Offers made to adults',
  ])('says nothing of strength: %s', (text) => {
    expect(niceGrade(text)).toBeNull();
  });

  it('counts in its own documents only', () => {
    expect(isOfNice({ text: 'NICE guideline\nPublished: 2020\nFalls' })).toBe(true);
    expect(isOfNice({ text: 'Falls', issuer: 'National Institute for Health and Care Excellence' })).toBe(true);
    expect(isOfNice({ text: `Falls in adults. ${'More words. '.repeat(400)} NICE guideline` })).toBe(false);
    expect(isOfNice({ text: 'A nice guideline for all' })).toBe(false);
  });
});
