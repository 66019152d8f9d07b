import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomNumbers } from '../../../test/fixtures/random-numbers.js';
import { MissingForBench } from '../../setting/missing.js';

export interface Passage {
  readonly id: string;
  readonly title: string;
  readonly text: string;
}

export interface Judged {
  readonly id: string;
  readonly question: string;
  /** Passage id → 0 (not relevant) and up. */
  readonly grades: ReadonlyMap<string, number>;
}

/** A corpus with questions and judgements of which passages answer them. */
export interface Judgements {
  readonly passages: readonly Passage[];
  /** Those with at least one relevant passage. */
  readonly questions: readonly Judged[];
}

/**
 * A folder in the form of BEIR (Thakur et al., NeurIPS 2021): `corpus.jsonl`, `queries.jsonl`, and `qrels/<split>.tsv` with a
 * header, or `qrels.tsv`. Errors: `MissingForBench`, which says what is missing or wrong.
 */
export function loadBeir(folder: string, split = 'test'): Judgements {
  const passages = lines(folder, 'corpus.jsonl').map((line, index): Passage => {
    const { id, title, text } = parsed(line, `corpus.jsonl, line ${index + 1}`);
    return { id, title: title ?? '', text };
  });
  const judged = join('qrels', `${split}.tsv`);
  const grades = gradesOf(lines(folder, existsSync(join(folder, judged)) ? judged : 'qrels.tsv'));
  const questions = lines(folder, 'queries.jsonl').flatMap((line, index): Judged[] => {
    const { id, text } = parsed(line, `queries.jsonl, line ${index + 1}`);
    const known = grades.get(id);
    return known && [...known.values()].some((grade) => grade > 0) ? [{ id, question: text, grades: known }] : [];
  });
  if (questions.length === 0) {
    throw new MissingForBench(`No question in ${folder} has a relevant passage: its qrels are of other questions.`);
  }
  return { passages, questions };
}

/** All passages that are judged, and others by chance up to so many: the same ones each time. */
export function fewerPassages({ passages, questions }: Judgements, most: number): Judgements {
  const judged = new Set(questions.flatMap(({ grades }) => [...grades.keys()]));
  const random = randomNumbers(1);
  const others = passages
    .filter(({ id }) => !judged.has(id))
    .map((passage) => ({ passage, place: random() }))
    .sort((a, b) => a.place - b.place);
  const kept = new Set(others.slice(0, Math.max(0, most - judged.size)).map(({ passage }) => passage.id));
  return { passages: passages.filter(({ id }) => judged.has(id) || kept.has(id)), questions };
}

function gradesOf(judgements: readonly string[]): Map<string, Map<string, number>> {
  const grades = new Map<string, Map<string, number>>();
  for (const line of judgements) {
    const [question = '', passage = '', grade = ''] = line.split('\t');
    if (!/^-?\d+(\.\d+)?$/.test(grade)) continue; // The header.
    const known = grades.get(question) ?? new Map<string, number>();
    grades.set(question, known.set(passage, Number(grade)));
  }
  return grades;
}

function lines(folder: string, name: string): string[] {
  const path = join(folder, name);
  if (!existsSync(path)) {
    throw new MissingForBench(
      `${path} is not there. A folder in BEIR's form holds corpus.jsonl, queries.jsonl and qrels/test.tsv (or qrels.tsv).`,
    );
  }
  return readFileSync(path, 'utf8')
    .split(/\r?\n/)
    .filter((line) => line !== '');
}

function parsed(line: string, where: string): { id: string; title?: string; text: string } {
  try {
    const { _id, id = _id, title, text } = JSON.parse(line) as Record<string, unknown>;
    if ((typeof id === 'string' || typeof id === 'number') && typeof text === 'string') {
      return { id: String(id), text, ...(typeof title === 'string' ? { title } : {}) };
    }
  } catch {
    // Said below.
  }
  throw new MissingForBench(`${where} is not a JSON object with "_id" and "text".`);
}
