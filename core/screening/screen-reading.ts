import type { Block } from '../contract/block.js';
import type { Reading } from '../contract/reading.js';
import type { Finding } from '../contract/finding.js';
import { raiseSupported } from './neighbourhood.js';
import { resolveOverlaps } from './overlaps.js';
import { RECOGNISERS } from './recognisers.js';
import { HOLD_SCORE } from './scores.js';

/**
 * Spans of suspected patient data in the whole text of a reading, ascending and without overlaps. Offsets are exact in
 * `reading.text`; the text of a span is never part of the result. Linear in the length of the text.
 */
export function screenReading(reading: ScreenedText): Finding[] {
  const found: Finding[] = [];
  for (const finding of candidates(reading)) if (finding) found.push(finding);
  return resolved(found, reading);
}

/** The same for whoever must not compute for long in one go: awaits `pause` between two looks at the text. */
export async function screenReadingPausing(reading: ScreenedText, pause: () => Promise<void>): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const finding of candidates(reading)) {
    if (finding) found.push(finding);
    await pause();
  }
  return resolved(found, reading);
}

type ScreenedText = Pick<Reading, 'text' | 'blocks'>;

/** `null` where a recogniser has come to the end of the text. */
function* candidates({ text }: ScreenedText): Generator<Finding | null> {
  for (const recogniser of RECOGNISERS) {
    const { category } = recogniser;
    for (const { start, end, score, evidence } of recogniser.find(text)) {
      yield { category, start, end, score, recogniser: `${category}/${evidence}` };
    }
    yield null;
  }
}

function resolved(found: readonly Finding[], { blocks }: ScreenedText): Finding[] {
  return raiseSupported(resolveOverlaps(found)).map((finding) => withPage(finding, blocks));
}

/** `suspected` when at least one finding is sure enough to hold a version for review. */
export function screeningVerdict(findings: readonly Finding[]): 'clear' | 'suspected' {
  return isHoldable(findings) ? 'suspected' : 'clear';
}

/**
 * Whether these findings hold a version under policy `block`. One finding of `HOLD_SCORE` or more is enough. A telephone
 * number, an e-mail address or a bare `Name:` never is: published guidelines are full of them; next to a patient's
 * identity, or a name next to a telephone number, `screenReading` has raised them above the threshold.
 */
export function isHoldable(findings: readonly Finding[]): boolean {
  return findings.some((finding) => finding.score >= HOLD_SCORE);
}

function withPage(finding: Finding, blocks: readonly Block[]): Finding {
  const page = blockAt(blocks, finding.start)?.boxes[0]?.page;
  return page === undefined ? finding : { ...finding, page };
}

/** The block that an offset lies in, or the last one before it; blocks ascend. */
function blockAt(blocks: readonly Block[], offset: number): Block | undefined {
  let low = 0;
  let high = blocks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((blocks[middle]?.start ?? Infinity) <= offset) low = middle + 1;
    else high = middle;
  }
  return blocks[low - 1];
}
