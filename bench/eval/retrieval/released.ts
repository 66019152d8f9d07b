import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { MissingForBench } from '../../setting/missing.js';
import type { Mode } from './evaluate-questions.js';

/** nDCG@10 of each question of a corpus, by mode: what a later release is held against. */
export interface Released {
  readonly version: string;
  readonly corpus: string;
  /** Passages and questions: figures of other ones are not comparable. */
  readonly passages: number;
  readonly ndcg: Readonly<Record<Mode, Readonly<Record<string, number>>>>;
}

/** Errors: `MissingForBench`. */
export function readReleased(path: string): Released {
  if (!existsSync(path)) throw new MissingForBench(`${path} is not there; --save FILE writes such a file.`);
  return JSON.parse(readFileSync(path, 'utf8')) as Released;
}

export function writeReleased(path: string, released: Released): void {
  writeFileSync(path, `${JSON.stringify(released)}\n`);
}
