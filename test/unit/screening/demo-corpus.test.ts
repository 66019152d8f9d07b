import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { PROJECT_ROOT } from '../../../infra/entry-point.js';
import { isHoldable } from '../../../core/screening/screen-reading.js';
import { screenText } from './reading-of.js';

const DEMO = join(PROJECT_ROOT, 'infra', 'local', 'demo');
const CORPUS = join(DEMO, 'corpus');

describe('demonstration corpus', () => {
  it('has one text that is held, the synthetic patient note', () => {
    const texts = readdirSync(CORPUS, { recursive: true, encoding: 'utf8' }).filter((name) =>
      /\.(?:md|txt|xml|xml\.gz)$/.test(name),
    );
    expect(texts).toHaveLength(8);
    expect(texts.filter((name) => isHoldable(screenText(textOf(join(CORPUS, name)))))).toEqual([
      join('consumer_health', 'patient-note-held.txt'),
    ]);
  });

  it('answers every question from a file that is there', () => {
    const questions = JSON.parse(readFileSync(join(DEMO, 'questions.json'), 'utf8')) as {
      expect: { file: string };
    }[];
    expect(questions.length).toBeGreaterThanOrEqual(6);
    expect(questions.filter((question) => !existsSync(join(CORPUS, question.expect.file)))).toEqual([]);
  });
});

function textOf(path: string): string {
  const bytes = readFileSync(path);
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
}
