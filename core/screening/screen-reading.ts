import type { Block } from '../contract/block.js';
import type { Finding } from '../contract/finding.js';
import type { Reading } from '../contract/reading.js';
import type { PhiDetector } from '../ports/phi-detector.js';
import { NO_WORD_LISTS, type WordLists } from '../ports/word-lists.js';
import { ScreeningContext } from './context.js';
import { apartValues } from './fields/apart-values.js';
import { inlineValues } from './fields/inline-values.js';
import type { JudgeModels } from './judge/judge-models.js';
import { nameVerdicts, withModel, withoutModel } from './names/find-names.js';
import type { NameVerdict } from './names/name-verdict.js';
import { repetitions } from './names/repetitions.js';
import { raiseSupported } from './neighbourhood.js';
import { resolveOverlaps } from './overlaps.js';
import type { Candidate } from './recogniser.js';
import { RECOGNISERS } from './recognisers.js';
import { HOLD_SCORE } from './scores.js';

export type ScreenedText = Pick<Reading, 'text' | 'blocks'>;

/** With what a text is screened. */
export interface ScreeningTools {
  readonly words: WordLists;
  /** `null`: rules alone, which miss names that only their surroundings tell. */
  readonly detector: PhiDetector | null;
  /** Others than the fitted weights, for measuring sets that were left out of the fit. */
  readonly judge?: JudgeModels;
}

export interface ScreenReadingOptions {
  /** Awaited between two looks at the text, for whoever must not compute for long in one go. */
  readonly pause?: () => Promise<void>;
  readonly signal?: AbortSignal;
}

/**
 * Spans of suspected patient data in the whole text of a reading, ascending and without overlaps. Offsets are exact in
 * `reading.text`; the text of a span is never part of the result. Linear in the length of the text; the model is asked only
 * about what rules take for a possible name. Errors: those of the detector, the signal's reason.
 */
export async function screenReading(
  { text, blocks }: ScreenedText,
  { words, detector, judge }: ScreeningTools,
  { pause = async () => undefined, signal }: ScreenReadingOptions = {},
): Promise<Finding[]> {
  const context = new ScreeningContext(text, blocks, words, judge);
  const found: Finding[] = [];
  for (const finding of ruleFindings(context)) {
    if (finding) found.push(finding);
    else await pause();
    signal?.throwIfAborted();
  }
  const verdicts: NameVerdict[] = [];
  for (const verdict of nameVerdicts(context)) {
    if (verdict) verdicts.push(verdict);
    else await pause();
    signal?.throwIfAborted();
  }
  const names = detector ? await withModel(verdicts, { text, detector, signal }) : withoutModel(verdicts);
  found.push(...names.map(asName));
  for (const repeated of repetitions(surePeople(found), context)) {
    if (repeated) found.push(asName(repeated));
    else await pause();
    signal?.throwIfAborted();
  }
  return resolved(found, context);
}

/** The same by rules alone, in one go. */
export function screenByRules({ text, blocks }: ScreenedText, words: WordLists = NO_WORD_LISTS): Finding[] {
  const context = new ScreeningContext(text, blocks, words);
  const found = [...ruleFindings(context)].filter((finding) => finding !== null);
  const verdicts = [...nameVerdicts(context)].filter((verdict) => verdict !== null);
  found.push(...withoutModel(verdicts).map(asName));
  const repeated = [...repetitions(surePeople(found), context)].filter((candidate) => candidate !== null);
  return resolved([...found, ...repeated.map(asName)], context);
}

/** `null` now and then, where a caller may pause. */
function* ruleFindings(context: ScreeningContext): Generator<Finding | null> {
  const { text } = context;
  for (const recogniser of RECOGNISERS) {
    const { category } = recogniser;
    for (const { start, end, score, evidence } of recogniser.find(text, context)) {
      yield { category, start, end, score, recogniser: `${category}/${evidence}` };
    }
    yield null;
  }
  for (const values of [inlineValues(text, context), apartValues(text, context)]) {
    for (const value of values) {
      if (!value) yield null;
      else {
        const { category, start, end, score, evidence } = value;
        yield { category, start, end, score, recogniser: `${category}/${evidence}` };
      }
    }
  }
}

function asName({ start, end, score, evidence }: Candidate): Finding {
  return { category: 'patient_name', start, end, score, recogniser: `patient_name/${evidence}` };
}

function surePeople(found: readonly Finding[]): Candidate[] {
  return found
    .filter(({ category, score }) => category === 'patient_name' && score >= HOLD_SCORE)
    .map(({ start, end, score }) => ({ start, end, score, evidence: '' }));
}

function resolved(found: readonly Finding[], context: ScreeningContext): Finding[] {
  const standing = found.filter(({ start, end }) => !context.isTakenOut(start, end));
  return raiseSupported(resolveOverlaps(standing)).map((finding) => withPage(finding, context.blocks));
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
export function isHoldable(findings: readonly Pick<Finding, 'score'>[]): boolean {
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
