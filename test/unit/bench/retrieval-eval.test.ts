import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fewerPassages, loadBeir } from '../../../bench/eval/retrieval/beir.js';
import { ndcg, recall, reciprocalRank } from '../../../bench/eval/retrieval/measures.js';
import { reliability } from '../../../bench/eval/retrieval/reliability.js';
import { confidenceInterval, mean, pairedRandomisation } from '../../../bench/eval/retrieval/significance.js';
import { MissingForBench } from '../../../bench/setting/missing.js';
import { randomNumbers } from '../../fixtures/random-numbers.js';

const grades = new Map([
  ['a', 2],
  ['b', 1],
  ['c', 0],
]);

describe('measures', () => {
  it('are those of trec_eval', () => {
    // Worked by hand: gains 0, 2, 1 at ranks 1 to 3 against 2, 1.
    expect(ndcg(['c', 'a', 'b'], grades, 10)).toBeCloseTo((2 / Math.log2(3) + 1 / 2) / (2 + 1 / Math.log2(3)), 12);
    expect(ndcg(['a', 'b'], grades, 10)).toBe(1);
    expect(ndcg(['x', 'a'], grades, 1)).toBe(0);
    expect(ndcg(['a'], new Map([['c', 0]]), 10)).toBeNull();
    expect(reciprocalRank(['c', 'x', 'b'], grades, 10)).toBeCloseTo(1 / 3, 12);
    expect(reciprocalRank(['c', 'x', 'b'], grades, 2)).toBe(0);
    expect(recall(['b', 'c'], grades, 5)).toBe(0.5);
    expect(recall(['x', 'b'], grades, 1)).toBe(0);
    expect(recall(['c'], new Map(), 5)).toBeNull();
  });
});

describe('reliability', () => {
  it('says how often hits of a relevance answer', () => {
    const hit = (relevance: number, relevant: boolean) => ({ relevance, relevant });
    expect(reliability([hit(0.1, false), hit(0.9, true), hit(1, true), hit(0.95, false)])).toEqual([
      { from: 0, to: 0.2, hits: 1, said: 0.1, answers: 0 },
      {
        from: 0.8,
        to: 1,
        hits: 3,
        said: expect.closeTo(0.95, 5) as number,
        answers: expect.closeTo(2 / 3, 5) as number,
      },
    ]);
    expect(reliability([])).toEqual([]);
  });
});

describe('significance', () => {
  const random = randomNumbers(7);
  const noisy = Array.from({ length: 200 }, () => random());

  it('gives the interval that the spread of means says', () => {
    const [low, high] = confidenceInterval(noisy);
    const deviation = Math.sqrt(mean(noisy.map((value) => (value - mean(noisy)) ** 2)));
    expect(low).toBeCloseTo(mean(noisy) - (1.96 * deviation) / Math.sqrt(noisy.length), 1);
    expect(high).toBeCloseTo(mean(noisy) + (1.96 * deviation) / Math.sqrt(noisy.length), 1);
    expect(confidenceInterval([0.5, 0.5])).toEqual([0.5, 0.5]);
  });

  it('tells a difference on every question from one that is chance', () => {
    expect(
      pairedRandomisation(
        noisy.map((value) => value + 0.05),
        noisy,
      ),
    ).toBeLessThan(0.001);
    expect(pairedRandomisation(noisy, noisy)).toBe(1);
    const swapped = noisy.map((value, index) => value + (index % 2 === 0 ? 0.1 : -0.1));
    expect(pairedRandomisation(swapped, noisy)).toBeGreaterThan(0.5);
  });
});

describe('a corpus in the form of BEIR', () => {
  async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'medindex-beir-'));
    await mkdir(join(folder, 'qrels'));
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    return folder;
  }
  const corpus = ['1', '2', '3', '4']
    .map((id) => JSON.stringify({ _id: id, title: `T${id}`, text: `Text ${id}` }))
    .join('\n');
  const queries = ['q1', 'q2'].map((id) => JSON.stringify({ _id: id, text: `Question ${id}?` })).join('\r\n');

  it('is read with header, splits, and questions that nothing answers left out', async () => {
    const folder = await folderWith({
      'corpus.jsonl': corpus,
      'queries.jsonl': queries,
      'qrels/test.tsv': 'query-id\tcorpus-id\tscore\nq1\t2\t1\nq2\t1\t0\n',
      'qrels/train.tsv': 'query-id\tcorpus-id\tscore\nq2\t4\t2\n',
    });
    expect(loadBeir(folder)).toEqual({
      passages: ['1', '2', '3', '4'].map((id) => ({ id, title: `T${id}`, text: `Text ${id}` })),
      questions: [{ id: 'q1', question: 'Question q1?', grades: new Map([['2', 1]]) }],
    });
    expect(loadBeir(folder, 'train').questions).toEqual([
      { id: 'q2', question: 'Question q2?', grades: new Map([['4', 2]]) },
    ]);
    const fewer = fewerPassages(loadBeir(folder), 2);
    expect(fewer.passages.map(({ id }) => id)).toContain('2');
    expect(fewer.passages).toHaveLength(2);
    expect(fewerPassages(loadBeir(folder), 2)).toEqual(fewer);
  });

  it.each([
    ['a file that is missing', { 'queries.jsonl': queries, 'qrels/test.tsv': '' }, 'corpus.jsonl is not there'],
    [
      'a line that is cut off',
      { 'corpus.jsonl': `${corpus}\n{"_id": "5", "te`, 'queries.jsonl': queries, 'qrels/test.tsv': 'q1\t2\t1' },
      'corpus.jsonl, line 5 is not a JSON object',
    ],
    [
      'judgements of other questions',
      { 'corpus.jsonl': corpus, 'queries.jsonl': queries, 'qrels/test.tsv': 'q9\t2\t1' },
      'qrels are of other questions',
    ],
  ])('says what is wrong with %s', async (_name, files, sentence) => {
    const folder = await folderWith(files);
    expect(() => loadBeir(folder)).toThrow(MissingForBench);
    expect(() => loadBeir(folder)).toThrow(sentence);
  });
});
