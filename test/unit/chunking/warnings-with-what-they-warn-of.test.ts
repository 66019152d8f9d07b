import { describe, expect, it } from 'vitest';
import { chunkReading } from '../../../core/chunking/chunk-reading.js';
import type { DraftBlock } from '../../../core/contract/block.js';
import { CHUNKING_STRATEGIES } from '../../../core/contract/chunk.js';
import { inlineWarningLabel, isWarning, isWarningLabel } from '../../../core/reading/facts/warning-label.js';
import { randomNumbers } from '../../fixtures/random-numbers.js';
import { readingOf, wordTokenizer } from './random-reading.js';

const HEADINGS = [
  'WARNING', 'BOXED WARNING', 'Caution', 'CONTRAINDICATIONS', '4.3 Contraindications', '5 WARNINGS AND PRECAUTIONS',
  'WARNING: LIVER INJURY', 'Contraindicações', 'Advertências e precauções', 'ATENÇÃO', 'Precauciones',
]; // prettier-ignore
const LABELS = [
  'WARNING',
  'Caution:',
  'CONTRAINDICATIONS',
  'Contraindicações:',
  'Atenção!',
  'BOXED WARNING',
  '⚠ Warning:',
];
const INLINE = ['WARNING: ', 'Caution: ', 'Contraindications: ', 'Advertência: ', 'Atenção: ', 'Warnings – '];
const WORDS = [
  'never',
  'give',
  'it',
  'to',
  'children',
  'below',
  'two',
  'years',
  'or',
  'with',
  'alcohol',
  'and',
  'nitrates',
];

type Draft = Omit<DraftBlock, 'boxes'>;
interface Warned {
  readonly warning: string;
  /** A word that stands once in each sentence of what is warned of. */
  readonly marks: readonly string[];
}

function randomDocument(seed: number): { blocks: Draft[]; warned: Warned[] } {
  const random = randomNumbers(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const pick = <T>(items: readonly T[]): T => items[below(items.length)] as T;
  let mark = 0;
  const blocks: Draft[] = [];
  const warned: Warned[] = [];
  const sentence = () => {
    const own = `mark${seed}n${mark++}`;
    const words = Array.from({ length: 2 + below(12) }, () => pick(WORDS)).join(' ');
    return { own, text: `Then ${own} ${words}.` };
  };
  const body = (kind: 'paragraph' | 'list' | 'table') => {
    const sentences = Array.from({ length: 1 + below(25) }, sentence);
    const text = sentences.map((one) => one.text).join(kind === 'paragraph' ? ' ' : '\n');
    return { block: { kind, text } as Draft, marks: sentences.map(({ own }) => own) };
  };
  for (let part = 0; part < 1 + below(5); part++) {
    blocks.push({ kind: 'heading', text: `A chapter with a name of some words ${part}`, headingLevel: 1 });
    if (random() < 0.5) blocks.push(body('paragraph').block);
    const form = below(3);
    if (form === 0) {
      const warning = pick(HEADINGS);
      blocks.push({ kind: 'heading', text: warning, headingLevel: 2 });
      const depth = below(3);
      for (let level = 0; level < depth; level++) {
        blocks.push({ kind: 'heading', text: `What lies under it, at some length ${level}`, headingLevel: 3 + level });
      }
      const bodies = Array.from({ length: 1 + below(3) }, () => body(pick(['paragraph', 'list', 'table'])));
      blocks.push(...bodies.map(({ block }) => block));
      warned.push({ warning, marks: bodies.flatMap(({ marks }) => marks) });
    } else if (form === 1) {
      const warning = pick(LABELS);
      const { block, marks } = body(pick(['paragraph', 'list', 'table']));
      blocks.push({ kind: 'paragraph', text: warning }, block);
      warned.push({ warning, marks });
    } else {
      const warning = pick(INLINE);
      const { block, marks } = body('paragraph');
      blocks.push({ ...block, text: `${warning}${block.text}` });
      warned.push({ warning: warning.replace(/[\s:–]+$/, ''), marks });
    }
    if (random() < 0.7) blocks.push(body('paragraph').block);
  }
  return { blocks, warned };
}

describe('a warning goes with what it warns of', () => {
  it.each(CHUNKING_STRATEGIES)('in text or prefix of every passage that holds a word of it: %s', async (strategy) => {
    for (let seed = 1; seed <= 100; seed++) {
      const { blocks, warned } = randomDocument(seed);
      const reading = readingOf(...blocks);
      const [maxTokens, overlapTokens] = [72 + (seed % 7) * 25, seed % 3 === 0 ? 12 : 0];
      const chunks = await chunkReading(reading, {
        strategy,
        maxTokens,
        overlapTokens,
        tokenizer: wordTokenizer,
        title: 'A guide to the safe use of some medicines in children and adults',
      });
      const bare = chunks.filter(({ text, prefix }) =>
        warned.some(({ warning, marks }) => marks.some((mark) => text.includes(`${mark} `)) && !`${prefix}${text}`.includes(warning)),
      ); // prettier-ignore
      expect(bare.map(({ prefix, text }) => `${prefix}${text}`), `seed ${seed}`).toEqual([]); // prettier-ignore
      // Nor does a label end a passage whose successor holds what it warns of.
      const ends = chunks.filter(({ text }) => LABELS.some((label) => text.endsWith(`\n${label}`)));
      expect(ends, `seed ${seed}`).toEqual([]);
    }
  });
});

describe('what warns', () => {
  it.each([
    ...HEADINGS,
    'Absolute contraindications',
    'Boxed warning',
    'Red flags',
    'Contraindicaciones',
    'Gegenanzeigen',
  ])('heading: %s', (heading) => {
    expect(isWarning(heading)).toBe(true);
  });
  it.each(['Atenção primária à saúde', 'Cuidados paliativos', 'Dosage', 'Cautious use', 'Warningham trial', 'Attention deficit disorder', 'Important results'])(
    'heading of something else: %s',
    (heading) => {
      expect(isWarning(heading)).toBe(false);
    },
  ); // prettier-ignore
  it('labels stand alone or in front of what they warn of', () => {
    for (const label of LABELS) expect(isWarningLabel(label), label).toBe(true);
    for (const label of INLINE) expect(inlineWarningLabel(`${label}do not use.`), label).not.toBeNull();
    for (const text of ['Warnings are given below.', 'Caution is advised in children.', 'Contraindications are few.']) {
      expect(isWarningLabel(text)).toBe(false);
      expect(inlineWarningLabel(text)).toBeNull();
    }
  });
});
