import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROJECT_ROOT } from '../../../infra/entry-point.js';
import { isHoldable } from '../../../core/screening/screen-reading.js';
import { screenText } from './reading-of.js';

const SAMPLES = join(process.env['MEDINDEX_SHARED'] ?? join(PROJECT_ROOT, '..', 'shared'), 'samples');

/** Categories of the labelled sentences that are ours; dates count where the sentence speaks of birth. */
const OURS: Readonly<Record<string, string>> = {
  US_SSN: 'ssn',
  PHONE_NUMBER: 'phone',
  EMAIL_ADDRESS: 'email',
  DATE_TIME: 'date_of_birth',
};

describe.skipIf(!existsSync(SAMPLES))('real published text (skipped without ../shared/samples)', () => {
  it.each(['consumer-health', 'guidelines', 'pubmed', 'pmc'])('holds nothing of %s', (folder) => {
    const texts = readdirSync(join(SAMPLES, folder))
      .filter((name) => /\.(?:md|html?|n?xml)$/.test(name))
      .map((name) => ({ name, text: plainText(readFileSync(join(SAMPLES, folder, name), 'utf8')) }));
    expect(texts.length).toBeGreaterThan(2);
    expect(texts.filter(({ text }) => isHoldable(screenText(text))).map(({ name }) => name)).toEqual([]);
  });

  it('holds nothing of 1,935 consumer health passages', () => {
    const passages = jsonLines<{ text: string }>(join(SAMPLES, 'retrieval', 'liveqa', 'corpus.jsonl'));
    expect(passages.filter(({ text }) => isHoldable(screenText(text)))).toEqual([]);
  });

  it('finds what it found before in labelled sentences, and little else', () => {
    const sentences = jsonLines<{ text: string; spans: { start: number; end: number; category: string }[] }>(
      join(SAMPLES, 'phi', 'synthetic-sentences.jsonl'),
    );
    const found: Record<string, number> = {};
    const wanted: Record<string, number> = {};
    let strangers = 0;
    for (const { text, spans } of sentences) {
      const findings = screenText(text);
      strangers += findings.filter((f) => !spans.some((span) => span.start < f.end && f.start < span.end)).length;
      for (const span of spans) {
        const category = OURS[span.category];
        const before = text.slice(Math.max(0, span.start - 40), span.start);
        if (!category || (category === 'date_of_birth' && !/birth|born/i.test(before))) continue;
        wanted[category] = (wanted[category] ?? 0) + 1;
        if (findings.some((f) => f.category === category && f.start === span.start && f.end === span.end)) {
          found[category] = (found[category] ?? 0) + 1;
        }
      }
    }
    expect(wanted).toEqual({ ssn: 16, phone: 92, email: 49, date_of_birth: 17 });
    expect(found).toMatchObject({ ssn: 16, email: 49, date_of_birth: 17 });
    // The rest are local numbers of many countries without label or `+`: no form tells them from any other number.
    expect(found['phone']).toBeGreaterThanOrEqual(58);
    expect(strangers).toBe(0);
  });
});

function plainText(source: string): string {
  return source.replace(/<[^>]{1,2000}>/g, ' ').normalize('NFC');
}

function jsonLines<T>(path: string): T[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}
