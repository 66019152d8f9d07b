import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Chunk } from '../../../core/chunking/chunk.js';
import { chunkReading } from '../../../core/chunking/chunk-reading.js';
import { EstimatingTokenizer } from '../../../core/chunking/estimating-tokenizer.js';
import type { Tokenizer } from '../../../core/ports/embedder.js';
import type { Reading } from '../../../core/reading/reading.js';
import { ModelTokenizer } from '../../../infra/embedding/model-tokenizer.js';
import { REAL_MODEL, SHARED_SAMPLES, WITHOUT_MODEL, WITHOUT_SHARED } from '../embedding/shared-model.js';
import { characterTokenizer, randomReading, readingOf, wordTokenizer } from './random-reading.js';

/** Everything that holds for every reading, limit and tokenizer. Gathers first: a million `expect`s take minutes. */
function check(reading: Reading, chunks: readonly Chunk[], limit: number, tokenizer: Tokenizer): void {
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
    for (let at = start; at < end; at++) covered[at] = (covered[at] ?? 0) + 1;

    const blocks = reading.blocks.filter((block) => block.start < end && block.end > start);
    promise(new Set(blocks.map((block) => sections.get(block.start))).size === 1, 'no section is crossed');
    promise(isDeepStrictEqual(chunk.sectionPath, blocks[0]?.sectionPath), 'the path is that of the blocks');
    const boxes = blocks.flatMap((block) => block.boxes);
    promise(isDeepStrictEqual(chunk.boxes, boxes), 'the boxes are those of the blocks');
    const pages = [...new Set(boxes.map((box) => box.page))].sort((one, other) => one - other);
    promise(isDeepStrictEqual(chunk.pages, pages), 'the pages are those of the blocks');
  });
  promise(
    covered.every((times) => times <= 1),
    'no character is in two chunks',
  );
  for (const block of reading.blocks) {
    for (let at = block.start; at < block.end && block.kind !== 'heading'; at++) {
      if (covered[at] === 0) promise(/\s/.test(reading.text.charAt(at)), 'no character is lost');
    }
  }
  expect([...broken]).toEqual([]);
}

/** Sections begin at headings; where there is nothing else, every heading is one. */
function sectionNumber(reading: Reading, at: number): number {
  return reading.blocks.filter((block) => block.kind === 'heading' && block.start <= at).length;
}

describe('chunkReading', () => {
  it('keeps its promises over random readings, limits and tokenizers', async () => {
    for (let seed = 1; seed <= 60; seed++) {
      const reading = randomReading(seed);
      for (const tokenizer of [wordTokenizer, characterTokenizer, new EstimatingTokenizer()]) {
        for (const maxTokens of [24, 61, 256, 10_000]) {
          const chunks = await chunkReading(reading, { maxTokens, tokenizer });
          check(reading, chunks, Math.min(maxTokens, tokenizer.maxTokens), tokenizer);
          expect(chunks.length).toBeGreaterThan(0);
        }
      }
    }
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
    ]);
  });

  it('parts sections of the same title', async () => {
    const section = [
      { kind: 'heading' as const, text: 'Notes', headingLevel: 2 },
      { kind: 'paragraph' as const, text: 'Short.' },
    ];
    const chunks = await chunkReading(readingOf(...section, ...section), { maxTokens: 64, tokenizer: wordTokenizer });
    expect(chunks).toHaveLength(2);
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
    check(reading, chunks, 100, wordTokenizer);
    for (const chunk of chunks.slice(1)) {
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
  ])('cuts %s', async (_, text) => {
    for (const kind of ['paragraph', 'list'] as const) {
      const reading = readingOf({ kind, text });
      const chunks = await chunkReading(reading, { maxTokens: 256, tokenizer: wordTokenizer });
      check(reading, chunks, 256, wordTokenizer);
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
          check(reading, await chunkReading(reading, { maxTokens, tokenizer }), maxTokens, tokenizer);
        }
      }
    });
  },
);
