import type { OcrWord } from '../../../core/ports/ocr-engine.js';

/** What a word may hide that its letters do not tell, and what of its text stands around it. */
export type DoubtfulWord =
  /** `10` and what was `read` for a raised exponent, then `tail`; `certain` behind a `×`. */
  | {
      readonly kind: 'power';
      readonly head: string;
      readonly read: string;
      readonly tail: string;
      readonly certain: boolean;
    }
  /** A unit of length and what was read for a raised 2 or 3. */
  | { readonly kind: 'unit'; readonly head: string; readonly tail: string }
  | { readonly kind: 'times' }
  | { readonly kind: 'comparison'; readonly tail: string }
  /** `head`: what stands before the letter that may be `µ`. */
  | { readonly kind: 'micro'; readonly head: string; readonly tail: string };

const TIMES = /^[xX×*]$/;
/** A power of ten, what is said of it, and what it is counted in. */
const POWER = /^([xX×]?10)([^/]{0,3}?|\/(?=\/))((?:\/[\p{L}\d].*)?[.,;:)\]]*)$/u;
const COUNTED = /^\/(?:[Llm1I]|mL|ml|[µu]L|mm|kg|cm)/;
const UNIT = /^((?:.*[/\d.])?[cdkm]?m)([^\p{L}\s.,;:/]{0,2}|[?’'*"°]{1,2}|\d)([.,;:)\]]*)$/u;
const MICRO = /^((?:.*[\d.,/(])?)[pu]((?:g|mol|L|m)(?:[/.,;:)\]].*)?)$/u;

/** What to look at in a word, given its neighbours on the line; `null` for nearly all words. */
export function doubtOf(word: OcrWord, before: OcrWord | undefined, after: OcrWord | undefined): DoubtfulWord | null {
  const { text } = word;
  const follows = (pattern: RegExp) => pattern.test(before?.text ?? '');
  if (TIMES.test(text)) return follows(/\d$/) && (!after || /^\d/.test(after.text)) ? { kind: 'times' } : null;
  const power = POWER.exec(text);
  if (power) {
    const [, head = '', read = '', tail = ''] = power;
    const isPower = head.length > 2 || follows(TIMES);
    if (isPower || COUNTED.test(tail)) return { kind: 'power', head, read, tail, certain: isPower };
  }
  const unit = UNIT.exec(text);
  if (unit && (follows(/\d[\d.,–-]*$/) || /[/\d]/.test(text)))
    return { kind: 'unit', head: unit[1] ?? '', tail: unit[3] ?? '' };
  if (/^(?:[<>]=?|[=2zZ])$/.test(text) && /^[\d.]/.test(after?.text ?? '')) return { kind: 'comparison', tail: '' };
  const glued = /^[<>]=?([\d.,].*)$/.exec(text);
  if (glued) return { kind: 'comparison', tail: glued[1] ?? '' };
  const micro = MICRO.exec(text);
  if (micro && (/\d/.test(text) || follows(/[\d.,]$/)))
    return { kind: 'micro', head: micro[1] ?? '', tail: micro[2] ?? '' };
  return null;
}
