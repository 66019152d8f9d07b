import type { Finding } from '../../../core/contract/finding.js';
import { isHoldable, screenReading, type ScreeningTools } from '../../../core/screening/screen-reading.js';
import { HOLD_SCORE } from '../../../core/screening/scores.js';
import { type LabelledDocument, type LabelledSpan, screenedTextOf } from './labelled-set.js';

export interface Counts {
  /** Labelled spans, and those that a sure finding overlaps. */
  readonly labelled: number;
  readonly found: number;
  /** Sure findings, and those that overlap no labelled span. */
  readonly findings: number;
  readonly false: number;
}

export interface Rates {
  readonly precision: number;
  readonly recall: number;
  /** Recall counts twice as much as precision. */
  readonly f2: number;
}

export interface DocumentOutcome {
  readonly document: LabelledDocument;
  readonly held: boolean;
  readonly missed: readonly LabelledSpan[];
  readonly false: readonly Finding[];
}

export interface PhiFigures {
  readonly outcomes: readonly DocumentOutcome[];
  /** By category of the label (recall) and of the finding (precision). */
  readonly byCategory: ReadonlyMap<string, Counts>;
  readonly spans: Counts;
  /** Documents with patient data and those without, by kind. */
  readonly byKind: ReadonlyMap<string, { readonly held: number; readonly of: number; readonly positive: boolean }>;
  readonly documents: Counts;
}

/** Screens every document and compares: spans by overlap with findings that would hold, documents by being held. */
export async function phiFigures(documents: readonly LabelledDocument[], tools: ScreeningTools): Promise<PhiFigures> {
  const outcomes: DocumentOutcome[] = [];
  const byCategory = new Map<string, { labelled: number; found: number; findings: number; false: number }>();
  const byKind = new Map<string, { held: number; of: number; positive: boolean }>();
  const counts = (category: string) => {
    const known = byCategory.get(category) ?? { labelled: 0, found: 0, findings: 0, false: 0 };
    byCategory.set(category, known);
    return known;
  };
  for (const document of documents) {
    const findings = await screenReading(screenedTextOf(document), tools);
    const sure = findings.filter(({ score }) => score >= HOLD_SCORE);
    const missed = document.spans.filter((span) => !sure.some((finding) => overlaps(finding, span)));
    const wrong = sure.filter((finding) => !document.spans.some((span) => overlaps(finding, span)));
    for (const span of document.spans) {
      counts(span.category).labelled += 1;
      if (!missed.includes(span)) counts(span.category).found += 1;
    }
    for (const finding of sure) {
      counts(finding.category).findings += 1;
      if (wrong.includes(finding)) counts(finding.category).false += 1;
    }
    const held = isHoldable(findings);
    const positive = document.spans.length > 0;
    const kind = byKind.get(`${positive ? '+' : '-'} ${document.kind}`) ?? { held: 0, of: 0, positive };
    byKind.set(`${positive ? '+' : '-'} ${document.kind}`, {
      held: kind.held + (held ? 1 : 0),
      of: kind.of + 1,
      positive,
    });
    outcomes.push({ document, held, missed, false: wrong });
  }
  const spans = { labelled: 0, found: 0, findings: 0, false: 0 };
  for (const one of byCategory.values()) {
    spans.labelled += one.labelled;
    spans.found += one.found;
    spans.findings += one.findings;
    spans.false += one.false;
  }
  const isPositive = ({ document }: DocumentOutcome) => document.spans.length > 0;
  return {
    outcomes,
    byCategory,
    spans,
    byKind,
    documents: {
      labelled: outcomes.filter(isPositive).length,
      found: outcomes.filter((one) => isPositive(one) && one.held).length,
      findings: outcomes.filter(({ held }) => held).length,
      false: outcomes.filter((one) => !isPositive(one) && one.held).length,
    },
  };
}

/** Without anything found or labelled a rate says nothing: 1. */
export function ratesOf({ labelled, found, findings, false: wrong }: Counts): Rates {
  const precision = findings === 0 ? 1 : (findings - wrong) / findings;
  const recall = labelled === 0 ? 1 : found / labelled;
  const f2 = precision + recall === 0 ? 0 : (5 * precision * recall) / (4 * precision + recall);
  return { precision, recall, f2 };
}

function overlaps(a: { start: number; end: number }, b: { start: number; end: number }): boolean {
  return a.start < b.end && b.start < a.end;
}
