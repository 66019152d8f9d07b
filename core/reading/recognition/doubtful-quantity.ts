import type { OcrPage } from '../../ports/ocr-engine.js';
import type { DraftBlock } from '../../contract/block.js';

/** Behind the reason of a page with quantities of which a sign could not be told. */
export const DOUBTFUL_QUANTITY = 'a sign or exponent of a quantity could not be told';

/**
 * A power of ten whose exponent stands on the line: `× 109`, and `109/L`, as counts of cells are given. A number that is
 * really meant is as rare as the power is common, and a person looks.
 */
const FLAT_POWER =
  /[\d.]\s?[×xX·]\s?10(?:[3-9]|1[0-8])(?![\d.,%–-])|(?<![\d.,])10(?:[369]|12)\s?\/\s?(?:[µμumM]?[Ll]|mm|dm|cm)(?!\p{L})/u;

/**
 * Whether a text layer shows powers of ten without their exponent. Some fonts draw raised digits by glyphs of their own, at the
 * same place and size as the others, and say that they are plain ones: `10⁹/L` cannot be told from `109/L` by the text.
 */
export function hasFlatPower(blocks: readonly DraftBlock[]): boolean {
  return blocks.some(({ text }) => FLAT_POWER.test(text));
}

/** What becomes of `mg`, `µg`, `ml`, `0.5` and `10` where print is poor: no unit and no number that anybody writes. */
const MISREAD =
  /\d ?(?:mq|rnq|rng|rug|mcq|rnl|mI|m1)(?![\p{L}\d])|(?<![\p{L}\d])(?:O[.,]\d|[lI]0+ ?(?:mg|ml|mcg|µg|g)(?!\p{L}))/u;

/** Whether text recognition saw a quantity of which it could not tell a sign, or that it read as what is none. */
export function hasDoubtfulWord({ paragraphs }: OcrPage): boolean {
  return paragraphs.some(({ lines }) =>
    lines.some(
      ({ words }) => words.some((word) => word.doubtful) || isMisread(words.map(({ text }) => text).join(' ')),
    ),
  );
}

/** `5 mq`, `O.5 mg`, `l0 mg`. */
export function isMisread(line: string): boolean {
  return MISREAD.test(line);
}

/** A page's reason in the ledger, saying so where it has such quantities; said once, however often it is found. */
export function withDoubt(reason: string, isDoubtful: boolean): string {
  return isDoubtful && !reason.includes(DOUBTFUL_QUANTITY) ? `${reason}; ${DOUBTFUL_QUANTITY}` : reason;
}
