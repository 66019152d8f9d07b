import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type Chunk, CHUNKING_STRATEGIES, type ChunkingStrategy } from '../../../core/contract/chunk.js';
import { chunkReading } from '../../../core/chunking/chunk-reading.js';
import { EstimatingTokenizer } from '../../../core/chunking/estimating-tokenizer.js';
import type { Tokenizer } from '../../../core/ports/embedder.js';
import type { Reading } from '../../../core/contract/reading.js';
import { ModelTokenizer } from '../../../infra/embedding/tokenizer/model-tokenizer.js';
import { REAL_MODEL, SHARED_SAMPLES, WITHOUT_MODEL, WITHOUT_SHARED } from '../embedding/shared-model.js';
import { characterTokenizer, randomReading, readingOf, wordTokenizer } from './random-reading.js';

const WORDS = /[\p{L}\p{M}\p{N}]/u;

/** Everything that holds for every reading, limit and tokenizer. Gathers first: a million `expect`s take minutes. */
function check(
  reading: Reading,
  chunks: readonly Chunk[],
  { limit, tokenizer, overlapTokens = 0 }: { limit: number; tokenizer: Tokenizer; overlapTokens?: number },
): void {
  const broken = new Set<string>();
  const promise = (kept: boolean, what: string): void => void (kept || broken.add(what));
  const covered = new Uint8Array(reading.text.length);
  const sections = new Map(reading.blocks.map((block) => [block.start, sectionNumber(reading, block.start)]));
  chunks.forEach((chunk, index) => {
    const { start, end, text, prefix } = chunk;
    promise(chunk.ordinal === index, 'ordinals ascend from 0');
    promise(text === reading.text.slice(start, end), 'the text is what stands at its offsets');
    promise(text !== '' && text.trim() === text, 'the text is not empty and has no white space at its ends');
    promise(text.isWellFormed(), 'no surrogate pair is cut');
    const tokens = tokenizer.countTokens(prefix + text) + tokenizer.specialTokens;
    promise(chunk.tokenCount === tokens, 'tokens are counted');
    promise(tokens <= limit, 'tokens are within the limit');
    const before = chunks[index - 1];
    promise(!before || (start > before.start && end > before.end), 'chunks are in the order of the text');
    if (before && before.end > start) {
      const repeated = reading.text.slice(start, before.end);
      promise(tokenizer.countTokens(repeated) <= overlapTokens, 'no more is repeated than asked for');
    }
    promise(WORDS.test(text) || !chunks.some((other) => WORDS.test(other.text)), 'every chunk has a letter or a digit');
    for (let at = start; at < end; at++) covered[at] = (covered[at] ?? 0) + 1;

    const blocks = reading.blocks.filter((block) => block.start < end && block.end > start);
    promise(new Set(blocks.map((block) => sections.get(block.start))).size === 1, 'no section is crossed');
    promise(isDeepStrictEqual(chunk.sectionPath, blocks[0]?.sectionPath), 'the path is that of the blocks');
    const boxes = blocks.flatMap((block) => block.boxes);
    promise(isDeepStrictEqual(chunk.boxes, boxes), 'the boxes are those of the blocks');
    const pages = [...new Set(boxes.map((box) => box.page))].sort((one, other) => one - other);
    promise(isDeepStrictEqual(chunk.pages, pages), 'the pages are those of the blocks');
  });
  promise(overlapTokens > 0 || covered.every((times) => times <= 1), 'no character is in two chunks');
  for (const block of reading.blocks) {
    const words = reading.text.slice(block.start, block.end).replace(/\s+/g, ' ');
    if (block.kind === 'heading' && chunks.some(({ prefix }) => prefix.includes(words))) continue;
    for (let at = block.start; at < block.end; at++) {
      if (covered[at] === 0) promise(!/[\p{L}\p{N}]/u.test(reading.text.charAt(at)), 'no word is lost');
    }
  }
  expect([...broken]).toEqual([]);
}

/** Sections begin at headings; where there is nothing else, every heading is one. */
function sectionNumber(reading: Reading, at: number): number {
  return reading.blocks.filter((block) => block.kind === 'heading' && block.start <= at).length;
}

describe('chunkReading', () => {
  it.each(CHUNKING_STRATEGIES)(
    'keeps its promises over random readings, limits and tokenizers: %s',
    async (strategy) => {
      for (let seed = 1; seed <= 30; seed++) {
        const reading = randomReading(seed);
        for (const tokenizer of [wordTokenizer, characterTokenizer, new EstimatingTokenizer()]) {
          for (const [maxTokens, overlapTokens] of [
            [24, 11],
            [61, 0],
            [61, 20],
            [256, 100],
            [10_000, 0],
          ] as const) {
            const chunks = await chunkReading(reading, { strategy, maxTokens, overlapTokens, tokenizer });
            check(reading, chunks, { limit: Math.min(maxTokens, tokenizer.maxTokens), tokenizer, overlapTokens });
          }
        }
      }
    },
  );

  it('repeats whole sentences of the chunk before, within a section, and words where it cuts by words', async () => {
    const sentences = Array.from({ length: 10 }, (_, index) => `Sentence number ${index} of the dose section.`);
    const reading = readingOf(
      { kind: 'paragraph', text: sentences.join(' ') },
      { kind: 'heading', text: 'Other', headingLevel: 1 },
      { kind: 'paragraph', text: 'Alone.' },
    );
    const cut = async (strategy: ChunkingStrategy) =>
      (await chunkReading(reading, { strategy, maxTokens: 60, overlapTokens: 15, tokenizer: wordTokenizer })).map(({ text }) => text); // prettier-ignore
    for (const strategy of ['section', 'sentence'] as const) {
      const texts = await cut(strategy);
      const lastOf = (text: string | undefined) => text?.split(/(?<=\.) /).at(-1);
      expect(texts.length).toBeGreaterThan(2);
      expect(texts[1]?.startsWith(`${lastOf(texts[0])} `)).toBe(true);
      expect(texts.every((text) => text.endsWith('.'))).toBe(true);
      expect(texts.at(-1)).toBe('Other\n\nAlone.');
    }
    const [first = '', second = ''] = await cut('recursive');
    expect(first).toContain(second.split(' ').slice(0, 2).join(' '));
    expect(second).not.toMatch(/^Sentence/);
  });

  it('cuts by the strategy: blocks whole, sentences packed, lines and words', async () => {
    const reading = readingOf(
      { kind: 'paragraph', text: 'First thing is said. Second thing is said.' },
      { kind: 'paragraph', text: 'Third thing is said here. Fourth thing is said here.' },
    );
    const cut = async (strategy: ChunkingStrategy) =>
      (await chunkReading(reading, { strategy, maxTokens: 24, tokenizer: wordTokenizer })).map(({ text }) => text);
    expect(await cut('section')).toEqual([
      'First thing is said. Second thing is said.',
      'Third thing is said here. Fourth thing is said here.',
    ]);
    expect(await cut('sentence')).toEqual([
      'First thing is said. Second thing is said.\n\nThird thing is said here.',
      'Fourth thing is said here.',
    ]);
    expect(await cut('recursive')).toEqual(await cut('section'));
  });

  it.each(CHUNKING_STRATEGIES)('keeps rows of tables whole and their header with them: %s', async (strategy) => {
    const rows = Array.from({ length: 20 }, (_, index) => `Drug ${index} | ${index} mg | daily`);
    const reading = readingOf({ kind: 'table', text: ['Name | Dose | Times', ...rows].join('\n') });
    const chunks = await chunkReading(reading, {
      strategy,
      maxTokens: 60,
      overlapTokens: 20,
      tokenizer: wordTokenizer,
    });
    expect(chunks.length).toBeGreaterThan(2);
    expect(chunks.slice(1).every((chunk) => chunk.prefix.includes('Name | Dose | Times'))).toBe(true);
    const cutRows = chunks.flatMap((chunk) => chunk.text.split('\n'));
    expect(cutRows).toEqual(['Name | Dose | Times', ...rows]);
  });

  it('leaves out passages that are boilerplate alone, but not all that there is', async () => {
    const cut = async (...blocks: Parameters<typeof readingOf>) =>
      (await chunkReading(readingOf(...blocks), { maxTokens: 64, tokenizer: wordTokenizer })).map(({ text }) => text);
    const dose = { kind: 'paragraph', text: 'Give 5 mg.' } as const;
    const end = { kind: 'heading', text: 'End', headingLevel: 1 } as const;
    for (const text of [
      'Esta página foi deixada intencionalmente em branco.',
      'All rights reserved.',
      '© 2024 Imaginary Health Board',
      'Página 3 de 12',
    ]) {
      expect(await cut(dose, end, { kind: 'paragraph', text })).toEqual(['Give 5 mg.', 'End']);
      expect(await cut({ kind: 'paragraph', text })).toEqual([text]);
    }
    expect(await cut(dose, end, { kind: 'paragraph', text: '* * *' })).toEqual(['Give 5 mg.', 'End']);
    const copyright = { kind: 'paragraph', text: 'All rights reserved.' } as const;
    expect(await cut(dose, copyright)).toEqual(['Give 5 mg.\n\nAll rights reserved.']);
    expect(await cut({ kind: 'paragraph', text: '* * *' })).toEqual(['* * *']);
    const told = { kind: 'paragraph', text: 'All rights of patients are reserved to them.' } as const;
    expect(await cut(dose, end, told)).toHaveLength(2);
  });

  it('is deterministic', async () => {
    for (let seed = 1; seed <= 10; seed++) {
      const cut = () => chunkReading(randomReading(seed), { maxTokens: 100, tokenizer: wordTokenizer });
      expect(await cut()).toEqual(await cut());
    }
  });

  it('merges neighbours of one section, parts sections, and lets a heading travel with what follows', async () => {
    const reading = readingOf(
      { kind: 'heading', text: 'Gout', headingLevel: 1 },
      { kind: 'heading', text: 'Treatment', headingLevel: 2 },
      { kind: 'paragraph', text: 'Colchicine 500 micrograms.' },
      { kind: 'paragraph', text: 'Or naproxen.' },
      { kind: 'heading', text: 'Follow-up', headingLevel: 2 },
      { kind: 'paragraph', text: 'Check urate.' },
      { kind: 'heading', text: 'Appendix', headingLevel: 1 },
    );
    const chunks = await chunkReading(reading, { maxTokens: 64, tokenizer: wordTokenizer, title: 'Gout' });
    expect(chunks.map(({ prefix, text, sectionPath }) => ({ prefix, text, sectionPath }))).toEqual([
      {
        prefix: 'Gout\n',
        text: 'Treatment\n\nColchicine 500 micrograms.\n\nOr naproxen.',
        sectionPath: ['Gout', 'Treatment'],
      },
      { prefix: 'Gout\n', text: 'Follow-up\n\nCheck urate.', sectionPath: ['Gout', 'Follow-up'] },
      { prefix: 'Gout\n', text: 'Appendix', sectionPath: ['Appendix'] },
    ]);
  });

  it('loses no heading: neither one without a body, nor one that is too long for the prefix of those below it', async () => {
    const warning = 'Never give this to children under two years of age';
    const long = 'Contraindications of every kind that were ever seen in anybody '.repeat(6).trim();
    const reading = readingOf(
      { kind: 'heading', text: warning, headingLevel: 1 },
      { kind: 'heading', text: 'Not in pregnancy', headingLevel: 1 },
      { kind: 'heading', text: 'Dose', headingLevel: 1 },
      { kind: 'paragraph', text: '5 mg.' },
      { kind: 'heading', text: long, headingLevel: 1 },
      { kind: 'heading', text: 'Amoxicillin', headingLevel: 2 },
      { kind: 'paragraph', text: 'Penicillin allergy. '.repeat(12) },
    );
    for (const strategy of CHUNKING_STRATEGIES) {
      const chunks = await chunkReading(reading, { strategy, maxTokens: 64, tokenizer: wordTokenizer });
      check(reading, chunks, { limit: 64, tokenizer: wordTokenizer });
      expect(chunks.slice(0, 3).map(({ text }) => text)).toEqual([warning, 'Not in pregnancy', 'Dose\n\n5 mg.']);
    }
  });

  it('parts sections of the same title', async () => {
    const section = [
      { kind: 'heading' as const, text: 'Notes', headingLevel: 2 },
      { kind: 'paragraph' as const, text: 'Short.' },
    ];
    const chunks = await chunkReading(readingOf(...section, ...section), { maxTokens: 64, tokenizer: wordTokenizer });
    expect(chunks).toHaveLength(2);
  });

  it('shows of a paragraph in the dress of a heading the beginning, so that the title keeps its place', async () => {
    const heading = Array.from({ length: 60 }, (_, at) => `word${at}`).join(' ');
    const reading = readingOf(
      { kind: 'heading', headingLevel: 1, text: heading },
      { kind: 'paragraph', text: 'Take it at noon. '.repeat(400) },
    );
    const chunks = await chunkReading(reading, { maxTokens: 512, tokenizer: wordTokenizer, title: 'Label' });
    check(reading, chunks, { limit: 512, tokenizer: wordTokenizer });
    const below = chunks.filter(({ text }) => text.startsWith('Take it'));
    expect(below.length).toBeGreaterThan(1);
    for (const { prefix } of below) {
      expect(prefix).toMatch(/^Label › word0 word1 .*…\n$/);
      expect(prefix.length).toBeLessThan(220);
    }
  });

  it('cuts long text between sentences and repeats its address in the prefix', async () => {
    const sentences = Array.from({ length: 12 }, (_, index) => `Sentence ${index} says e.g. that 0.5 mg is enough.`);
    const reading = readingOf(
      { kind: 'heading', text: 'Dose', headingLevel: 1 },
      { kind: 'paragraph', text: sentences.join(' ') },
    );
    const chunks = await chunkReading(reading, { maxTokens: 64, tokenizer: wordTokenizer, title: 'Label' });
    expect(chunks.length).toBeGreaterThan(2);
    expect(chunks[0]?.prefix).toBe('Label\n');
    for (const chunk of chunks.slice(1)) {
      expect(chunk.prefix).toBe('Label › Dose\n');
      expect(chunk.text).toMatch(/^Sentence \d/);
    }
    for (const chunk of chunks) expect(chunk.text).toMatch(/enough\.$/);
  });

  it('gives every part of a cut table its header to be found by, and its own page', async () => {
    const rows = ['Age | Dose', ...Array.from({ length: 40 }, (_, row) => `${row} years | ${row * 5} mg`)];
    const box = { x: 50, y: 100, width: 400, height: 300 };
    const whole = readingOf({ kind: 'table', text: rows.join('\n') });
    const table = {
      boxes: [
        { page: 1, ...box },
        { page: 2, ...box },
      ],
      boxStarts: [0, rows.slice(0, 21).join('\n').length + 1],
    };
    const reading = { ...whole, blocks: whole.blocks.map((block) => ({ ...block, ...table })) };
    const chunks = await chunkReading(reading, { maxTokens: 50, tokenizer: wordTokenizer });
    expect(chunks.length).toBeGreaterThan(3);
    expect(chunks[0]?.prefix).toBe('');
    expect(chunks[0]).not.toHaveProperty('tableHeader');
    for (const chunk of chunks.slice(1))
      expect(chunk).toMatchObject({ prefix: 'Age | Dose\n', tableHeader: 'Age | Dose' });
    for (const chunk of chunks) {
      const lines = chunk.text.split('\n').map((row) => rows.indexOf(row));
      const pages = [lines.some((line) => line < 21) ? [1] : [], lines.some((line) => line >= 21) ? [2] : []].flat();
      expect(chunk.pages).toEqual(pages);
      expect(chunk.tokenCount).toBeLessThanOrEqual(50);
    }
  });

  it('gives a passage with tables as Markdown too, with the header of a cut one', async () => {
    const reading = readingOf(
      { kind: 'heading', text: 'Dose', headingLevel: 1 },
      { kind: 'paragraph', text: 'By age:' },
      { kind: 'table', text: 'Age | Way | Dose\nAdults | oral | 5|10 mg\n| iv | 10 mg\nOthers | none |' },
      { kind: 'paragraph', text: 'Nothing else.' },
    );
    const [chunk, ...others] = await chunkReading(reading, { maxTokens: 200, tokenizer: wordTokenizer });
    expect(others).toEqual([]);
    expect(chunk?.markdown?.split('\n')).toEqual([
      'Dose', '', 'By age:', '',
      '| Age | Way | Dose |', '| --- | --- | --- |', '| Adults | oral | 5\\|10 mg |', '|  | iv | 10 mg |', '| Others | none |  |',
      '', 'Nothing else.',
    ]); // prettier-ignore

    const rows = ['Age | Dose', ...Array.from({ length: 40 }, (_, row) => `${row} years | ${row * 5} mg | note`)];
    const long = readingOf(
      { kind: 'table', text: rows.join('\n') },
      { kind: 'paragraph', text: 'An end. '.repeat(20) },
    );
    const cut = await chunkReading(long, { maxTokens: 50, tokenizer: wordTokenizer });
    const tables = cut.flatMap(({ markdown = [] }) => markdown);
    expect(tables.length).toBeGreaterThan(3);
    for (const table of tables)
      expect(table).toMatch(/^\| Age \| Dose \| {2}\|\n\| --- \| --- \| --- \|\n\| \d+ years \|/);
    expect(tables.join('\n').match(/^\| \d+ years \| \d+ mg \| note \|$/gm)).toHaveLength(40);
    expect(cut.at(-1)).not.toHaveProperty('markdown');
  });

  it('cuts tables and lists between rows', async () => {
    const rows = Array.from({ length: 30 }, (_, index) => `Drug ${index} | 5 mg. Twice | daily`);
    const reading = readingOf({ kind: 'table', text: rows.join('\n') });
    const chunks = await chunkReading(reading, { maxTokens: 48, tokenizer: wordTokenizer });
    expect(chunks.flatMap((chunk) => chunk.text.split('\n'))).toEqual(rows);
  });

  it('makes chunks of headings where there is nothing else, and none of nothing', async () => {
    const headings = readingOf(
      { kind: 'heading', text: 'Contents' },
      { kind: 'heading', text: 'Dosage', headingLevel: 2 },
    );
    const options = { maxTokens: 64, tokenizer: wordTokenizer };
    expect((await chunkReading(headings, options)).map((chunk) => chunk.text)).toEqual(['Contents', 'Dosage']);
    expect(await chunkReading(readingOf(), options)).toEqual([]);
  });

  it('keeps a long address to a quarter of the chunk', async () => {
    const long = 'A very long heading about the management of everything '.repeat(20).trim();
    const reading = readingOf(
      { kind: 'heading', text: long, headingLevel: 1 },
      { kind: 'heading', text: long, headingLevel: 2 },
      { kind: 'heading', text: 'Dose', headingLevel: 3 },
      { kind: 'paragraph', text: 'Five milligrams. '.repeat(60) },
    );
    const chunks = await chunkReading(reading, { maxTokens: 100, tokenizer: wordTokenizer, title: long });
    check(reading, chunks, { limit: 100, tokenizer: wordTokenizer });
    const repeated = chunks.filter(({ text }) => text.startsWith('Five'));
    expect(repeated.length).toBeGreaterThan(1);
    for (const chunk of repeated) {
      expect(wordTokenizer.countTokens(chunk.prefix)).toBeLessThanOrEqual(24);
      expect(chunk.prefix).toMatch(/^A very long .*… › Dose\n$/);
    }
  });

  it('refuses a limit that leaves no room', async () => {
    const reading = readingOf({ kind: 'paragraph', text: 'x' });
    for (const maxTokens of [0, -5, 23, Number.NaN]) {
      await expect(chunkReading(reading, { maxTokens, tokenizer: wordTokenizer })).rejects.toBeInstanceOf(RangeError);
    }
  });

  it.each([
    ['a megabyte without a space', 'x'.repeat(1_000_000)],
    ['emoji of several code points', '👩‍⚕️🩺'.repeat(30_000)],
    ['stacked combining marks', `e${'\u0301'.repeat(50_000)} ${'e\u0301\u0327'.repeat(50_000)}`],
    ['a megabyte of unspaced Japanese', '発熱と頭痛があります'.repeat(50_000)],
    ['a megabyte of one sentence', 'word, '.repeat(160_000)],
    ['200,000 tiny lines', 'a\n'.repeat(200_000)],
    ['a megabyte of abbreviations', 'Dr. '.repeat(250_000)],
  ])('cuts %s', async (_, text) => {
    for (const kind of ['paragraph', 'list'] as const) {
      const reading = readingOf({ kind, text });
      const chunks = await chunkReading(reading, { maxTokens: 256, tokenizer: wordTokenizer });
      check(reading, chunks, { limit: 256, tokenizer: wordTokenizer });
      expect(Math.max(...chunks.map((chunk) => chunk.text.length))).toBeLessThanOrEqual(2560);
    }
  });
});

describe.skipIf(!REAL_MODEL || !SHARED_SAMPLES)(
  `chunkReading with the real tokenizer${REAL_MODEL ? '' : `, ${WITHOUT_MODEL}`}${SHARED_SAMPLES ? '' : `, ${WITHOUT_SHARED}`}`,
  () => {
    it('keeps its promises over the consumer-health topics', async () => {
      const tokenizer = await ModelTokenizer.open(REAL_MODEL ?? '');
      const folder = join(SHARED_SAMPLES ?? '', 'consumer-health');
      for (const file of readdirSync(folder)) {
        const blocks = readFileSync(join(folder, file), 'utf8')
          .split(/\n{2,}/)
          .map((text) => text.trim())
          .filter((text) => text !== '')
          .map((text) => {
            const heading = /^(#{1,6}) (.+)$/.exec(text);
            return heading
              ? { kind: 'heading' as const, text: heading[2] ?? '', headingLevel: heading[1]?.length ?? 1 }
              : { kind: 'paragraph' as const, text };
          });
        const reading = readingOf(...blocks);
        for (const maxTokens of [64, 256]) {
          check(reading, await chunkReading(reading, { maxTokens, tokenizer }), { limit: maxTokens, tokenizer });
        }
      }
    });
  },
);
