import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readLabelledSet, screenedTextOf } from '../../../bench/eval/phi/labelled-set.js';
import { JUDGE } from '../../../core/screening/judge/judge-weights.js';
import { SUPPORT_DISTANCE } from '../../../core/screening/neighbourhood.js';
import { HOLD_SCORE, SCORES, SUPPORTED_SCORE } from '../../../core/screening/scores.js';
import { screenByRules } from '../../../core/screening/screen-reading.js';
import { SCREEN_VERSION } from '../../../core/screening/screen-version.js';
import { PROJECT_ROOT } from '../../../infra/entry-point.js';
import { wordLists } from '../../../infra/screening/word-lists.js';

/** What each version of the screen finds in these texts, as a digest. No release has had version 1 yet. */
const DIGESTS: Readonly<Record<number, string>> = { 1: 'cc0fa92652bad934' };
const SETS = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth'];

/** By rules: the model has its own name in `screenedWith`. */
function digestOfScreen(): string {
  const hash = createHash('sha256');
  hash.update(JSON.stringify([SCORES, HOLD_SCORE, SUPPORTED_SCORE, SUPPORT_DISTANCE, JUDGE]));
  for (const set of SETS) {
    for (const document of readLabelledSet(join(PROJECT_ROOT, 'test', 'fixtures', 'phi', `${set}-set.jsonl`))) {
      const findings = screenByRules(screenedTextOf(document), wordLists);
      const found = findings.map(({ start, end, score, recogniser }) => [start, end, score, recogniser]);
      hash.update(`\n${document.id} ${JSON.stringify(found)}`);
    }
  }
  return hash.digest('hex').slice(0, 16);
}

it('a screen that finds other things has another version', () => {
  const digest = digestOfScreen();
  expect(
    digest,
    `The screen no longer finds what version ${SCREEN_VERSION} found. If it can find more, and a release has had that version, ` +
      `raise SCREEN_VERSION in core/screening/screen-version.ts, so that medindex rescreen looks at what is live again. ` +
      `Then record the digest ${digest} for the version in this test.`,
  ).toBe(DIGESTS[SCREEN_VERSION]);
});
