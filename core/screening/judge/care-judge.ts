import type { ScreeningContext } from '../context.js';
import { featuresOf, type JudgedSpan, type TextFeatures, textFeatures } from './care-features.js';
import type { JudgeWeights } from './judge-models.js';

/** From this likelihood on a person stands in care, whatever the rules say; set on sets that were left out of the fit. */
export const IN_CARE = 0.5;
/** Below it nobody does: what rules take for a patient's stays recorded and holds nothing. */
export const NOT_IN_CARE = 0.3;
/** A text with more names is a list of people, and is held by the first of them; a hostile one would be judged for minutes. */
const MOST_ASKED = 2_000;
/** A single word is a thing more often than a name. */
export const IN_CARE_BY_ONE_WORD = 0.8;

/**
 * Says how likely a name is a patient's or a relative's, and an address theirs, rather than a professional's, an author's,
 * an institution's or history's: a logistic regression over signs around it (`care-features.ts`). Made once for a text.
 */
export class CareJudge {
  readonly #text: TextFeatures;
  #asked = 0;

  constructor(
    private readonly context: ScreeningContext,
    spans: readonly JudgedSpan[],
    private readonly model: JudgeWeights,
  ) {
    this.#text = textFeatures(context, spans);
  }

  static ofNames(context: ScreeningContext, spans: readonly JudgedSpan[]): CareJudge {
    return new CareJudge(context, spans, context.judge.names);
  }

  static ofAddresses(context: ScreeningContext, spans: readonly JudgedSpan[]): CareJudge {
    return new CareJudge(context, spans, context.judge.addresses);
  }

  /** 0–1; `null` when it was asked too often, and rules have to do. */
  likelihood(span: JudgedSpan): number | null {
    this.#asked += 1;
    if (this.#asked > MOST_ASKED) return null;
    const { bias, weights } = this.model;
    const values = featuresOf(span, this.context, this.#text);
    return 1 / (1 + Math.exp(-values.reduce((sum, value, at) => sum + value * (weights[at] ?? 0), bias)));
  }
}
