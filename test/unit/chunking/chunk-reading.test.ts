import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Chunk } from '../../../core/chunking/chunk.js';
import { chunkReading } from '../../../core/chunking/chunk-reading.js';
import { EstimatingTokenizer } from '../../../core/chunking/estimating-tokenizer.js';
import type { Tokenizer } from '../../../core/ports/embedder.js';
import type { Reading } from '../../../core/reading/reading.js';
import { ModelTokenizer } from '../../../infra/embedding/model-tokenizer.js';
import { SHARED_MODEL, SHARED_SAMPLES, WITHOUT_SHARED } from '../embedding/shared-model.js';
import { characterTokenizer, randomReading, readingOf, wordTokenizer } from './random-reading.js';

/** Everything that holds for every reading, limit and tokenizer. */
function check(reading: Reading, chunks: readonly Chunk[], limit: number, tokenizer: Tokenizer): void {
  const covered = new Uint8Array(reading.text.length);
  const sections = new Map(reading.blocks.map((block) => [block.start, sectionNumber(reading, block.start)]));
  chunks.forEach((chunk, index) => {
    expect(chunk.ordinal).toBe(index);
    expect(chunk.text).toBe(reading.text.slice(chunk.start, chunk.end));
    expect(chunk.text.trim()).toBe(chunk.text);
    expect(chunk.text).not.toBe('');
    expect(chunk.text.isWellFormed()).toBe(true);
    const tokens = tokenizer.countTokens(chunk.prefix + chunk.text) + tokenizer.specialTokens;
    expect(chunk.tokenCount).toBe(tokens);
    expect(tokens).toBeLessThanOrEqual(limit);
    for (let at = chunk.start; at < chunk.end; at++) covered[at] = (covered[at] ?? 0) + 1;

    const blocks = reading.blocks.filter((block) => block.start < chunk.end && block.end > chunk.start);
    expect(new Set(blocks.map((block) => sections.get(block.start))).size).toBe(1);
    expect(chunk.sectionPath).toEqual(blocks[0]?.sectionPath);
    expect(chunk.boxes).toEqual(blocks.flatMap((block) => block.boxes));
    expect(chunk.pages).toEqual([...new Set(chunk.boxes.map((box) => box.page))].sort((a, b) => a - b));
  });
  expect(covered.every((times) => times <= 1)).toBe(true);
  for (const block of reading.blocks) {
    if (block.kind === 'heading') continue;
    for (let at = block.start; at < block.end; at++) {
      if (covered[at] === 0 && /\S/.test(reading.text.charAt(at))) throw new Error(`character ${at} is in no chunk`);
    }
  }
}

/** Sections begin at headings; where there is nothing else, every heading is one. */
function sectionNumber(reading: Reading, at: number): number {
  return reading.blocks.filter((block) => block.kind === 'heading' && block.start <= at).length;
}

describe('chunkReading', () => {
  it('keeps its promises over random readings, limits and tokenizers', async () => {
    for (let seed = 1; seed <= 150; seed++) {
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

  it('cuts tables and lists between rows', async () => {
    const rows = Array.from({ length: 30 }, (_, index) => `Drug ${index} | 5 mg. Twice | daily`);
    const reading = readingOf({ kind: 'table', text: rows.join('\n') });
    const chunks = await chunkReading(reading, { maxTokens: 48, tokenizer: wordTokenizer });
    expect(chunks.flatMap((chunk) => chunk.text.split('\n'))).toEqual(rows);
  });

  it('makes chunks of headings where there is nothing else, and none of nothing', async () => {
    const headings = readingOf({ kind: 'heading', text: 'Contents' }, { kind: 'heading', text: 'Dosage', headingLevel: 2 });
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

describe.skipIf(!SHARED_MODEL || !SHARED_SAMPLES)(
  SHARED_MODEL ? 'chunkReading with the real tokenizer' : `chunkReading with the real tokenizer: ${WITHOUT_SHARED}`,
  () => {
    it('keeps its promises over the consumer-health topics', async () => {
      const tokenizer = await ModelTokenizer.open(SHARED_MODEL ?? '');
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
