import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EstimatingTokenizer } from '../../../core/chunking/estimating-tokenizer.js';
import { huggingFaceTokenizer } from '../../../infra/embedding/tokenizer/hugging-face-tokenizer.js';
import { ModelTokenizer } from '../../../infra/embedding/tokenizer/model-tokenizer.js';
import { randomReading } from '../chunking/random-reading.js';
import { REAL_MODEL, WITHOUT_MODEL } from './shared-model.js';
import { makeTinyModel } from './tiny-model.js';

describe('ModelTokenizer', () => {
  it('puts special tokens around and cuts between them', async () => {
    const tokenizer = await ModelTokenizer.open(await makeTinyModel());
    expect(tokenizer.specialTokens).toBe(2);
    expect(tokenizer.maxTokens).toBe(48);
    const [begin, end] = tokenizer.encode('');
    const fits = tokenizer.encode('a '.repeat(46));
    for (const words of [47, 48, 1_000]) expect(tokenizer.encode('a '.repeat(words))).toEqual(fits);
    expect(fits).toHaveLength(48);
    expect([fits[0], fits.at(-1)]).toEqual([begin, end]);
    // A word of several tokens is cut inside, as the model's own rule is.
    expect(tokenizer.encode('abcdefghi '.repeat(20))).toHaveLength(48);
  });

  it('leaves room in a passage for the prompt of its model', async () => {
    const tokenizer = await ModelTokenizer.open(await makeTinyModel({ prompts: { passage: 'd. ' } }));
    expect(tokenizer.specialTokens).toBe(2 + tokenizer.countTokens('d.'));
    const passage = 'a '.repeat(tokenizer.maxTokens - tokenizer.specialTokens);
    expect(tokenizer.encode(`d. ${passage}`)).toHaveLength(48);
    expect(tokenizer.encode(`d. ${passage}a`)).toEqual(tokenizer.encode(`d. ${passage}`));
  });

  it('reads no further than it needs', async () => {
    const tokenizer = await ModelTokenizer.open(await makeTinyModel());
    const long = 'a b c '.repeat(5_000_000);
    expect(tokenizer.encode(long)).toEqual(tokenizer.encode(long.slice(0, 400)));
  });
});

describe.skipIf(!REAL_MODEL)(REAL_MODEL ? 'ModelTokenizer, all-MiniLM-L6-v2' : WITHOUT_MODEL, () => {
  it('counts and encodes word by word what the tokenizer makes of the whole', async () => {
    const folder = REAL_MODEL ?? '';
    const [definition, config] = await Promise.all(
      ['tokenizer.json', 'tokenizer_config.json'].map(
        async (file) => JSON.parse(await readFile(join(folder, file), 'utf8')) as object,
      ),
    );
    const whole = huggingFaceTokenizer(definition ?? {}, config ?? {}, { ownWordPiece: true });
    const tokenizer = await ModelTokenizer.open(folder);
    const odd = [
      '[SEP] in the text',
      'a\u0000b\ufeffc',
      'İstanbul Σ ΑΣ',
      'no\u00a0break',
      `${'x'.repeat(101)} y ${'x'.repeat(100)}`,
      `${'𝒳'.repeat(100)} ${'𝒳'.repeat(101)} un𝒳able`,
      'aGVsbG8gd29ybGQhIFRoaXMgaXMgYmFzZTY0 electroencephalographically ACGTTGCAAC',
      ' \u0301 ',
    ];
    const texts = [...odd, ...Array.from({ length: 20 }, (_, seed) => randomReading(seed).text)];
    for (const text of texts) {
      const expected = whole.encode(text).ids;
      expect(tokenizer.countTokens(text)).toBe(expected.length - 2);
      const encoded = tokenizer.encode(text);
      const kept = expected.slice(0, -1).slice(0, tokenizer.maxTokens - 1);
      expect(encoded).toEqual([...kept, expected.at(-1)]);
    }
  });

  it('is estimated on the high side without a model', async () => {
    const tokenizer = await ModelTokenizer.open(REAL_MODEL ?? '');
    const estimate = new EstimatingTokenizer();
    const prose =
      'Adults with type 2 diabetes should be offered metformin as first-line treatment, unless their estimated ' +
      'glomerular filtration rate is below 30 mL/min/1.73 m² or the drug is contraindicated or not tolerated.';
    expect(estimate.countTokens(prose)).toBeGreaterThanOrEqual(tokenizer.countTokens(prose));
    expect(estimate.countTokens(prose)).toBeLessThan(tokenizer.countTokens(prose) * 1.6);
  });
});
