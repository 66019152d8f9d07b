import type { PhiDetector } from '../../../core/ports/phi-detector.js';
import type { WordLists } from '../../../core/ports/word-lists.js';
import { ScreeningContext } from '../../../core/screening/context.js';
import { featuresOf, type JudgedSpan, textFeatures } from '../../../core/screening/judge/care-features.js';
import { isNameToModel, windowsAround } from '../../../core/screening/names/model-windows.js';
import { candidateForms } from '../../../core/screening/names/find-names.js';
import { isJudged } from '../../../core/screening/names/name-verdict.js';
import { asSpan, byDwelling, byForm } from '../../../core/screening/recognisers/address.js';
import { type LabelledDocument, screenedTextOf } from './labelled-set.js';
import type { FittedRow } from './logistic-regression.js';

export interface JudgedRows {
  readonly names: readonly FittedRow[];
  readonly addresses: readonly FittedRow[];
}

interface Tools {
  readonly words: WordLists;
  readonly detector: PhiDetector;
}

/** What the judge would be asked about in a labelled text, with the right answers. */
export async function judgedRows(document: LabelledDocument, { words, detector }: Tools): Promise<JudgedRows> {
  const { text, blocks } = screenedTextOf(document);
  const context = new ScreeningContext(text, blocks, words);
  const forms = [...candidateForms(context)];
  const judged = forms.filter((form) => isJudged(form, context));
  const agreed = await agreedNames(text, judged, detector);
  const candidates = [...byForm(text, context), ...byDwelling(text, context)].map(asSpan);
  const rows = (spans: readonly JudgedSpan[], all: readonly JudgedSpan[], category: string): FittedRow[] => {
    const made = textFeatures(context, all);
    return spans.map((span) => ({
      values: featuresOf(span, context, made),
      positive: document.spans.some(
        ({ start, end, category: labelled }) => labelled === category && start < span.end && span.start < end,
      ),
      // A list of many names counts more than a note of one, but not as many times.
      share: 1 / Math.sqrt(spans.length),
    }));
  };
  return {
    names: rows(
      judged.filter((form) => agreed.has(form) || (form.sure >= 1 && form.possible >= 2)),
      forms,
      'patient_name',
    ),
    addresses: rows(
      candidates.filter(({ start, end }) => !context.isQuiet(start, end)),
      candidates,
      'address',
    ),
  };
}

/** Those that the model takes for a name: words that no list knows are none more often than not. */
async function agreedNames<Span extends JudgedSpan>(text: string, spans: readonly Span[], detector: PhiDetector) {
  const ordered = [...spans].sort((a, b) => a.start - b.start);
  const windows = windowsAround(text, ordered);
  const judged = await detector.judge(windows.map(({ start, end }) => text.slice(start, end)));
  return new Set(
    ordered.filter((span) =>
      windows.some(
        (window, at) =>
          span.start >= window.start &&
          span.end <= window.end &&
          isNameToModel(judged[at] ?? [], window.start, span, 1),
      ),
    ),
  );
}
