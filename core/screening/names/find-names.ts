import type { PhiDetector } from '../../ports/phi-detector.js';
import type { ScreeningContext } from '../context.js';
import { CareJudge } from '../judge/care-judge.js';
import { HOLD_SCORE } from '../scores.js';
import type { Candidate } from '../recogniser.js';
import { isNameToModel, windowsAround } from './model-windows.js';
import { lowerPairs, type NameForm, nameForms } from './name-forms.js';
import { type NameVerdict, weighed } from './name-verdict.js';

/** Windows asked about in one call: half a second of the model's work, after which a cancellation is seen. */
const WINDOWS_A_CALL = 8;

/** Everything in the form of a name; in notes two words in lower case as well. */
export function* candidateForms({ text, words, isClinical, isPortuguese }: ScreeningContext): Generator<NameForm> {
  yield* nameForms(text, words);
  if (isClinical && !isPortuguese) yield* lowerPairs(text, words);
}

/** Spans in the form of a name, with what rules and the judge make of them. `null` now and then, where a caller may pause. */
export function* nameVerdicts(context: ScreeningContext): Generator<NameVerdict | null> {
  const forms: NameForm[] = [];
  for (const form of candidateForms(context)) {
    forms.push(form);
    if (forms.length % 32 === 0) yield null;
  }
  if (forms.length === 0) return;
  const judge = CareJudge.ofNames(context, forms);
  for (const [at, form] of forms.entries()) {
    const verdict = weighed(form, context, judge);
    if (verdict) yield verdict;
    if (at % 32 === 0) yield null;
  }
}

/** By rules alone. */
export function withoutModel(verdicts: readonly NameVerdict[]): Candidate[] {
  return verdicts.flatMap(({ start, end, alone, evidence }) =>
    alone === null ? [] : [{ start, end, score: alone, evidence }],
  );
}

/**
 * Asks the model where its word would change the score. A name that it has judged twice is not asked about again: its other
 * occurrences are found as repetitions, or are none.
 */
export async function withModel(
  verdicts: readonly NameVerdict[],
  { text, detector, signal }: { text: string; detector: PhiDetector; signal?: AbortSignal | undefined },
): Promise<Candidate[]> {
  const times = new Map<string, number>();
  const doubtful = verdicts
    .filter((verdict) => {
      if (verdict.ifModelAgrees === null) return false;
      const name = text.slice(verdict.start, verdict.end).toLowerCase();
      const seen = times.get(name) ?? 0;
      times.set(name, seen + 1);
      return seen < MOST_TIMES;
    })
    .sort((a, b) => a.start - b.start);
  const agreed = new Set<NameVerdict>();
  const windows = windowsAround(text, doubtful);
  for (let from = 0; from < windows.length; from += WINDOWS_A_CALL) {
    const batch = windows.slice(from, from + WINDOWS_A_CALL);
    const judged = await detector.judge(
      batch.map(({ start, end }) => text.slice(start, end)),
      signal,
    );
    batch.forEach((window, index) => {
      for (const verdict of spansIn(doubtful, window)) {
        const least =
          verdict.form === 'titled' || verdict.form === 'kin' || verdict.form === 'single' || verdict.possible < 2
            ? 1
            : 2;
        if (isNameToModel(judged[index] ?? [], window.start, verdict, least)) agreed.add(verdict);
      }
    });
  }
  const asked = new Set(doubtful);
  return verdicts.flatMap((verdict): Candidate[] => {
    const { start, end, evidence } = verdict;
    if (!asked.has(verdict)) return verdict.alone === null ? [] : [{ start, end, score: verdict.alone, evidence }];
    const score = agreed.has(verdict) ? verdict.ifModelAgrees : verdict.ifModelDenies;
    return score === null
      ? []
      : [{ start, end, score, evidence: agreed.has(verdict) ? `${evidence}-model` : evidence }];
  });
}

const MOST_TIMES = 2;

/** Those of the ascending spans that lie whole in a window. */
function spansIn(spans: readonly NameVerdict[], { start, end }: { start: number; end: number }): NameVerdict[] {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((spans[middle]?.start ?? Infinity) < start) low = middle + 1;
    else high = middle;
  }
  const inside: NameVerdict[] = [];
  for (let at = low; (spans[at]?.start ?? Infinity) < end; at += 1) {
    const span = spans[at];
    if (span && span.end <= end) inside.push(span);
  }
  return inside;
}

export const isSure = ({ score }: Candidate): boolean => score >= HOLD_SCORE;
