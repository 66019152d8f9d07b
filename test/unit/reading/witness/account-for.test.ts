import { describe, expect, it } from 'vitest';
import type { WordAccount } from '../../../../core/contract/word-account.js';
import { accountFor, type SeenText } from '../../../../core/reading/witness/account-for.js';
import { wordCounts } from '../../../../core/reading/witness/word-counts.js';
import { wordsOf } from '../../../../core/reading/witness/words.js';
import { randomNumbers } from '../../../fixtures/random-numbers.js';

const PAGE_1 = { part: 'page', number: 1 } as const;
const PAGE_2 = { part: 'page', number: 2 } as const;

function seenOn(place: SeenText['place'], text: string): SeenText {
  return { text, place };
}

function lostOf({ aside }: WordAccount): [string, number, string][] {
  return aside
    .filter(({ fate }) => fate === 'lost')
    .map(({ place, words, text }) => [`${place.part} ${place.number}`, words, text]);
}

describe('the words of a text', () => {
  it.each([
    ['Give 2.5 mg/kg', ['give', '2', '5', 'mg', 'kg']],
    ['10⁹/L is no 109', ['10', '9', 'l', 'is', 'no', '109']],
    ['eﬃcacy Café ca\u00adre', ['efficacy', 'cafe', 'care']],
    ['50 µg, 50 μg', ['50', 'μg', '50', 'μg']],
    ['≥ — …', []],
    ['发热 fever', ['发', '热', 'fever']],
  ])('%s', (text, words) => {
    expect(wordsOf(text)).toEqual(words);
  });

  it('of a right-to-left script are the same in either order of their letters', () => {
    expect(wordsOf('حبيبي')).toEqual(wordsOf([...'حبيبي'].reverse().join('')));
  });
});

describe('what became of each word', () => {
  it('nothing is lost by another order, by line breaks within words, nor by raised figures', () => {
    const seen = [seenOn(PAGE_1, 'para-\ncetamol tab lets 10 9 cells Note first')];
    const account = accountFor({ seen, read: 'Note first\n\nparacetamol tablets 10⁹ cells' });
    expect(account).toMatchObject({ aside: [], added: 0 });
    expect(account.read).toBe(account.words);
  });

  it('a lost sentence has its page, although all of its words stand elsewhere too', () => {
    const other =
      'Never give it at night. Give two tablets with food. The dose for a child is a half. Call a third time.';
    const seen = [seenOn(PAGE_1, other), seenOn(PAGE_2, 'Never give two tablets. The dose is a third.')];
    expect(lostOf(accountFor({ seen, read: other }))).toEqual([
      ['page 2', 9, 'never give two tablets the dose is a third'],
    ]);
  });

  it('furniture is what a reader says that it put aside; hidden and struck is what the source says', () => {
    const account = accountFor({
      seen: [
        seenOn(PAGE_1, 'Guideline Fever 1 Offer fluids.'),
        { text: 'draft only', place: PAGE_1, aside: { fate: 'hidden', why: 'style' } },
        { text: 'offer aspirin', place: PAGE_1, aside: { fate: 'struck', why: 'struck' } },
      ],
      read: 'Offer fluids.',
      putAside: [{ text: 'Guideline Fever 1', fate: 'furniture', why: 'running-line' }],
    });
    expect(account.aside.map(({ fate, why, words }) => [fate, why, words])).toEqual([
      ['furniture', 'running-line', 3],
      ['hidden', 'style', 2],
      ['struck', 'struck', 2],
    ]);
    expect(wordCounts(account)).toMatchObject({
      words: 9,
      read: 2,
      furniture: 3,
      hidden: 2,
      struck: 2,
      lost: 0,
      lostAt: [],
    });
  });

  it('what the source hides and the reading has all the same, as a closed panel, counts as read', () => {
    const panel: SeenText = { text: 'Adults 10 mg', place: PAGE_1, aside: { fate: 'hidden', why: 'style' } };
    expect(accountFor({ seen: [panel], read: 'Adults 10 mg' })).toMatchObject({ read: 3, aside: [] });
  });

  it('five words in a row, or more than two dozen at a place, are more than is allowed', () => {
    const five = accountFor({ seen: [seenOn(PAGE_2, 'a b not with severe renal failure c d')], read: 'a b c d' });
    expect(wordCounts(five).lostAt).toEqual([{ part: 'page', number: 2, words: 5 }]);
    const four = accountFor({ seen: [seenOn(PAGE_2, 'a b not with renal failure c d')], read: 'a b c d' });
    expect(wordCounts(four)).toMatchObject({ lost: 4, lostAt: [] });
    const scattered = Array.from({ length: 25 }, (_, at) => `kept lost${String.fromCharCode(97 + at)} kept`).join(' ');
    const many = accountFor({ seen: [seenOn(PAGE_1, scattered)], read: scattered.replace(/lost\w/g, '') });
    expect(wordCounts(many).lostAt).toEqual([{ part: 'page', number: 1, words: 25 }]);
  });

  it('letters of a formula in a row are not counted as words are', () => {
    const formula = accountFor({ seen: [seenOn(PAGE_2, 'where x y z α β b is given')], read: 'where is given' });
    expect(wordCounts(formula)).toMatchObject({ lost: 6, lostAt: [] });
    const dose = accountFor({ seen: [seenOn(PAGE_2, 'give b at most 5 mg daily c')], read: 'give c' });
    expect(wordCounts(dose).lostAt).toEqual([{ part: 'page', number: 2, words: 6 }]);
  });
});

describe('whatever is removed from a reading is found lost', () => {
  const vocabulary = [
    'the',
    'dose',
    'of',
    'a',
    'child',
    'is',
    'mg',
    '10',
    '5',
    'no',
    'nor',
    'or',
    'in',
    'fever',
    'give',
    'given',
  ];

  it.each(Array.from({ length: 60 }, (_, seed) => seed))('seed %i', (seed) => {
    const random = randomNumbers(seed);
    const below = (limit: number) => Math.floor(random() * limit);
    const pages = Array.from({ length: 4 }, () =>
      Array.from({ length: 20 + below(60) }, () => vocabulary[below(vocabulary.length)] ?? ''),
    );
    const page = below(pages.length);
    const from = below((pages[page]?.length ?? 0) - 1);
    const count = 1 + below((pages[page]?.length ?? 0) - from);
    const read = pages.map((words, index) =>
      index === page ? [...words.slice(0, from), ...words.slice(from + count)] : words,
    );
    // Pages come in another order, and lines are cut elsewhere.
    const account = accountFor({
      seen: pages.map((words, index) => seenOn({ part: 'page', number: index + 1 }, words.join(' '))),
      read: read
        .reverse()
        .map((words) => words.join('\n'))
        .join('\n\n'),
    });
    expect(wordCounts(account).lost).toBe(count);
    expect(account.added).toBe(0);
  });
});
