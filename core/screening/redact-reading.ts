import type { Block } from '../contract/block.js';
import type { PhiCategory } from '../contract/finding.js';
import type { Reading } from '../contract/reading.js';
import { withoutQuotes } from '../reading/witness/join-accounts.js';
import { type FoundValue, replaceSpans, ValueFinder } from './value-finder.js';

/** What is to go; offsets into the reading's text, in UTF-16 code units. */
export interface SpanToRedact {
  readonly category: PhiCategory;
  readonly start: number;
  readonly end: number;
}

export interface RedactedReading {
  readonly reading: Reading;
  /** Places at which a placeholder stands now. */
  readonly replaced: number;
  /** For texts that belong to the document and stand elsewhere: title and keys of its upload. */
  readonly redactText: (text: string) => string;
}

/**
 * The reading with a typed placeholder such as `[NAME_1]` for each of these spans, and for every other place at which the
 * same value stands, in headings and metadata as well. Blocks keep their places: no span goes across the end of one.
 */
export function redactReading(reading: Reading, spans: readonly SpanToRedact[]): RedactedReading {
  const finder = new ValueFinder();
  const ascending = [...spans].sort((a, b) => a.start - b.start || b.end - a.end);
  const given = ascending
    .flatMap((span) => withinBlocks(span, reading.blocks))
    .map(({ category, start, end }) => ({
      start,
      end,
      placeholder: finder.add(category, reading.text.slice(start, end)),
    }));
  const all = merged([...given, ...finder.find(reading.text)].flatMap((span) => withinBlocks(span, reading.blocks)));
  const moved = offsetsAfter(all);
  const redactText = (text: string): string => finder.replace(text);
  return {
    reading: {
      ...withoutUnseen(reading),
      metadata: redactedMember(reading.metadata, redactText),
      text: replaceSpans(reading.text, all),
      blocks: reading.blocks.map((block) => ({
        ...block,
        start: moved(block.start),
        end: moved(block.end),
        sectionPath: block.sectionPath.map(redactText),
        ...(block.boxStarts ? { boxStarts: block.boxStarts.map(moved) } : {}),
      })),
    },
    replaced: all.length,
    redactText,
  };
}

/** Neither the file of a redacted document is given out nor its pages, so what they hold beside the text is gone. */
function withoutUnseen({ unseen: _unseen, account, ...reading }: Reading): Reading {
  return account ? { ...reading, account: withoutQuotes(account) } : reading;
}

/** Every text in a value of plain JSON. */
export function redactedMember<Value>(value: Value, redactText: (text: string) => string): Value {
  if (typeof value === 'string') return redactText(value) as Value;
  if (Array.isArray(value)) return value.map((member: unknown) => redactedMember(member, redactText)) as Value;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, redactedMember(member as unknown, redactText)]),
  ) as Value;
}

/** The parts of a span that stand in blocks; what stands between them is only their separation. */
function withinBlocks<Span extends { readonly start: number; readonly end: number }>(
  span: Span,
  blocks: readonly Block[],
): Span[] {
  let low = 0;
  let high = blocks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((blocks[middle]?.end ?? Infinity) <= span.start) low = middle + 1;
    else high = middle;
  }
  const parts: Span[] = [];
  for (let block = blocks[low]; block && block.start < span.end; block = blocks[++low]) {
    parts.push({ ...span, start: Math.max(span.start, block.start), end: Math.min(span.end, block.end) });
  }
  return parts;
}

/** Ascending and without overlaps: of two that overlap one goes, and stands for both. */
function merged(spans: readonly FoundValue[]): FoundValue[] {
  const result: FoundValue[] = [];
  for (const span of [...spans].sort((a, b) => a.start - b.start || b.end - a.end)) {
    const last = result.at(-1);
    if (last && span.start < last.end) result[result.length - 1] = { ...last, end: Math.max(last.end, span.end) };
    else result.push(span);
  }
  return result;
}

/** Where an offset stands once the spans are replaced; one within a span moves to the placeholder's begin. */
function offsetsAfter(spans: readonly FoundValue[]): (offset: number) => number {
  const shifts: number[] = [];
  let shift = 0;
  for (const { start, end, placeholder } of spans) {
    shift += placeholder.length - (end - start);
    shifts.push(shift);
  }
  return (offset) => {
    let low = 0;
    let high = spans.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((spans[middle]?.end ?? Infinity) <= offset) low = middle + 1;
      else high = middle;
    }
    const within = spans[low];
    const at = within && within.start < offset ? within.start : offset;
    return at + (shifts[low - 1] ?? 0);
  };
}
