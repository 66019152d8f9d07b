import { describe, expect, it } from 'vitest';
import { chunkReading } from '../../../core/chunking/chunk-reading.js';
import type { DraftBlock } from '../../../core/contract/block.js';
import { type Chunk, CHUNKING_STRATEGIES } from '../../../core/contract/chunk.js';
import type { Reading } from '../../../core/contract/reading.js';
import type { RecommendationGrade } from '../../../core/contract/recommendation.js';
import { randomNumbers } from '../../fixtures/random-numbers.js';
import { readingOf, wordTokenizer } from './random-reading.js';

type Draft = Omit<DraftBlock, 'boxes'>;
interface Grade {
  readonly written: string;
  readonly strength: RecommendationGrade['strength'];
  readonly certainty: RecommendationGrade['certainty'];
}
/** A made statement, known by its number, and the grade that is its own. */
interface Stated {
  readonly statement: string;
  readonly grade: Grade | null;
}

const GRADES: readonly Grade[] = [
  { written: 'strong recommendation, moderate-quality evidence', strength: 'strong', certainty: 'moderate' },
  { written: 'weak recommendation, low certainty of evidence', strength: 'conditional', certainty: 'low' },
  {
    written: 'conditional recommendation; very low-certainty evidence',
    strength: 'conditional',
    certainty: 'very_low',
  },
  { written: 'strong recommendation, ⊕⊕⊕⊕', strength: 'strong', certainty: 'high' },
  { written: 'good practice statement', strength: 'good_practice', certainty: null },
];
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

const WORDS = ['Fever', 'lasts', 'days', 'and', 'the', 'spleen', 'grows', 'slowly', 'in', 'most'];

/** Ways in which guidelines set a grade; each gives the blocks of some statements of one section. */
const FORMS = [
  'brackets',
  'after',
  'line-below',
  'line-above',
  'label',
  'list',
  'list-below',
  'table',
  'table-row',
] as const;
interface Part {
  readonly form: (typeof FORMS)[number];
  readonly items: readonly { readonly grade: Grade; readonly more: string }[];
  readonly filler: string;
}
function randomPart(random: () => number): Part {
  const below = (limit: number): number => Math.floor(random() * limit);
  const pick = <T>(items: readonly T[]): T => items[below(items.length)] as T;
  const prose = () => `${capital(Array.from({ length: 3 + below(38) }, () => pick(WORDS)).join(' '))}.`;
  return {
    form: pick(FORMS),
    items: Array.from({ length: 1 + below(5) }, () => ({ grade: pick(GRADES), more: prose() })),
    filler: prose(),
  };
}

function blocksOf({ form, items, filler: prose }: Part, section: number): { blocks: Draft[]; stated: Stated[] } {
  const stated = items.map((item, at) => ({
    statement: `We recommend drug${section}x${at} for adults with such a fever`,
    grade: item.grade,
  }));
  const paragraph = (text: string): Draft => ({ kind: 'paragraph', text });
  const written = (one: Stated) => one.grade?.written ?? '';
  const blocks = ((): Draft[] => {
    switch (form) {
      case 'brackets':
        return stated.map((one, at) => paragraph(`${items[at]?.more} ${one.statement} (${written(one)}). ${prose}`));
      case 'after':
        return stated.map((one, at) =>
          paragraph(`${items[at]?.more} ${one.statement}. ${capital(written(one))}. ${prose}`),
        );
      case 'label':
        return stated.map((one) => paragraph(`${capital(written(one))}: ${one.statement}. ${prose}`));
      case 'line-below':
        return stated.flatMap((one, at) => [
          paragraph(`${items[at]?.more} ${one.statement}.`),
          paragraph(capital(written(one))),
          paragraph(prose),
        ]);
      case 'line-above':
        return stated.flatMap((one, at) => [
          paragraph(capital(written(one))),
          paragraph(`${one.statement}. ${items[at]?.more}`),
          paragraph(prose),
        ]);
      case 'list':
        return [{ kind: 'list', text: stated.map((one) => `- ${one.statement} (${written(one)}).`).join('\n') }];
      case 'list-below':
        return [
          { kind: 'list', text: stated.map((one) => `- ${one.statement}.\n${capital(written(one))}`).join('\n') },
        ];
      case 'table':
        return [
          { kind: 'table', text: ['Recommendation | Grade', ...stated.map((one) => `${one.statement}. | ${capital(written(one))}`)].join('\n') },
        ]; // prettier-ignore
      case 'table-row':
        return [
          { kind: 'table', text: ['Topic | Text', ...stated.flatMap((one, at) => [`Drug ${at} | ${one.statement}.`, `Grade | ${capital(written(one))}`])].join('\n') },
        ]; // prettier-ignore
    }
  })();
  return { blocks: [{ kind: 'heading', text: `Section ${section}`, headingLevel: 2 }, ...blocks], stated };
}

/** What a chunk says: its text, and of what its prefix shows nothing but headings. */
function check(reading: Reading, chunks: readonly Chunk[], stated: readonly Stated[]): string[] {
  const broken = new Set<string>();
  for (const { statement, grade: own } of stated) {
    const holding = chunks.filter(({ text }) => text.includes(statement));
    if (holding.length === 0) broken.add(`cut: ${statement}`);
    for (const chunk of holding) {
      const given = (chunk.recommendations ?? []).filter(({ start, end }) =>
        reading.text.slice(start, end).includes(statement),
      );
      if (given.length !== 1) broken.add(`${given.length} grades: ${statement} / ${own?.written}`);
      for (const one of given) {
        if (one.strength !== own?.strength || one.certainty !== own.certainty)
          broken.add(`not its own: ${statement} ${one.asWritten}`);
        if (one.start < chunk.start || one.end > chunk.end) broken.add(`parted: ${statement} / ${one.asWritten}`);
      }
    }
  }
  for (const chunk of chunks) {
    for (const one of chunk.recommendations ?? []) {
      const text = reading.text.slice(one.start, one.end);
      if (stated.filter(({ statement }) => text.includes(statement)).length !== 1) broken.add(`nobody's: ${text}`);
    }
  }
  return [...broken];
}

describe('recommendations stay whole', () => {
  it.each(CHUNKING_STRATEGIES)('however they are graded, and however they are cut: %s', async (strategy) => {
    for (let seed = 1; seed <= 80; seed++) {
      const random = randomNumbers(seed);
      const parts = Array.from({ length: 1 + Math.floor(random() * 4) }, () => randomPart(random));
      const [maxTokens, overlapTokens] = [64 + Math.floor(random() * 192), Math.floor(random() * 20)];
      const made = parts.map(blocksOf);
      const reading = readingOf(...made.flatMap(({ blocks }) => blocks));
      const chunks = await chunkReading(reading, { strategy, maxTokens, overlapTokens, tokenizer: wordTokenizer });
      const broken = check(
        reading,
        chunks,
        made.flatMap(({ stated }) => stated),
      );
      expect(broken, `seed ${seed}`).toEqual([]);
    }
  });

  it('says the grade of a statement that is longer than a passage in all of its parts, also where others stand in it', async () => {
    const filler = 'Fever lasts days and the spleen grows slowly in most. '.repeat(12);
    const reading = readingOf({
      kind: 'list',
      text:
        'Strong recommendation, moderate-quality evidence:\n' +
        `We recommend rest for all (2C). We suggest tea for some (2D). ${filler}`,
    });
    const chunks = await chunkReading(reading, { maxTokens: 64, overlapTokens: 0, tokenizer: wordTokenizer });
    expect(chunks.length).toBeGreaterThan(2);
    const strengths = chunks.map(({ recommendations = [] }) => recommendations.map(({ asWritten }) => asWritten));
    expect(strengths.slice(2)).toEqual(chunks.slice(2).map(() => ['Strong recommendation, moderate-quality evidence']));
  });
});
