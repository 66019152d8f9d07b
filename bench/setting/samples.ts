import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../../infra/entry-point.js';
import { MissingForBench } from './missing.js';

const SHARED = process.env['MEDINDEX_SHARED'] ?? join(PROJECT_ROOT, '..', 'shared');

/** A path below the folder of samples, which is read in place and is no part of the project. Errors: `MissingForBench`. */
export function shared(...path: readonly string[]): string {
  const found = join(SHARED, ...path);
  if (existsSync(found)) return found;
  throw new MissingForBench(
    `This bench needs ${found}, which is not there. Put the samples beside the checkout, or set MEDINDEX_SHARED.`,
  );
}

export interface SampleFile {
  readonly name: string;
  readonly path: string;
  readonly text: string;
}

/** The first `count` consumer-health topics, by name. */
export function consumerHealthFiles(count: number): SampleFile[] {
  const folder = shared('samples', 'consumer-health');
  const names = readdirSync(folder)
    .filter((name) => name.endsWith('.md'))
    .sort();
  return names.slice(0, count).map((name) => {
    const path = join(folder, name);
    return { name, path, text: readFileSync(path, 'utf8') };
  });
}

/** Questions that people asked about those topics, all different. */
export function consumerHealthQuestions(): string[] {
  const lines = readFileSync(shared('samples', 'consumer-health-queries.jsonl'), 'utf8').split('\n');
  const questions = lines.filter((line) => line !== '').map((line) => (JSON.parse(line) as { query: string }).query);
  return [...new Set(questions)];
}

/** The folder that holds model folders, as the peer wants it; the model of both sides lies in it. */
export function modelsFolder(): string {
  return shared('models');
}

export const MODEL_NAME = 'all-MiniLM-L6-v2';
