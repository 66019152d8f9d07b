import type { PositionedText } from '../../../core/reading/layout/positioned-text.js';
import { multiply, type Matrix } from './graphics-walk.js';
import type { PDFPageProxy } from './pdf-engine.js';

/** As pdfjs gives it; the package's types stop at `any`. */
interface Annotation {
  readonly subtype: string;
  readonly fieldType?: string;
  readonly fieldValue?: unknown;
  readonly hidden?: boolean;
  readonly password?: boolean;
  /** Of text typed on the page: its lines as they are drawn, and as the editor has them. */
  readonly textContent?: readonly string[];
  readonly contentsObj?: { readonly str?: string };
  readonly rect: readonly [number, number, number, number];
  readonly defaultAppearanceData?: { readonly fontSize?: number };
}

/** Text of a field fills this much of its height where it does not say its size. */
const TEXT_OF_FIELD = 0.7;
const MAX_SIZE_POINTS = 12;
const LEADING = 1.2;
/** Mean width of a letter as a share of its font size. */
const LETTER_WIDTH = 0.5;

/**
 * What was filled into the form fields of a page, and what an editor typed on it, at its place: a reader of the page sees
 * it, and the text content of pdfjs has it not. Ticks and passwords are no text, and comments are not on the page.
 */
export async function textOnPage(page: PDFPageProxy, viewport: Matrix): Promise<PositionedText[]> {
  // Damaged fields say nothing about the text around them.
  const annotations = await page.getAnnotations({ intent: 'display' }).then(
    (found) => found as Annotation[],
    () => [],
  );
  return annotations.flatMap((annotation) => {
    const lines = linesOf(annotation).filter((line) => line.trim() !== '');
    if (lines.length === 0) return [];
    const [x1, y1, x2, y2] = annotation.rect;
    const [, , , , ax, ay] = multiply(viewport, [1, 0, 0, 1, x1, y1]);
    const [, , , , bx, by] = multiply(viewport, [1, 0, 0, 1, x2, y2]);
    const [left, top, height] = [Math.min(ax, bx), Math.min(ay, by), Math.abs(by - ay)];
    const fitting = Math.min((height / lines.length) * TEXT_OF_FIELD, MAX_SIZE_POINTS);
    const fontSize = annotation.defaultAppearanceData?.fontSize || fitting;
    const first = lines.length === 1 ? top + height / 2 + fontSize * 0.35 : top + fontSize;
    return lines.map((text, index): PositionedText => ({
      text,
      x: left,
      y: first + index * fontSize * LEADING,
      width: Math.min(text.length * fontSize * LETTER_WIDTH, Math.abs(bx - ax)),
      fontSize,
      turn: 0,
      bold: false,
      rightToLeft: false,
    }));
  });
}

/** Ids of the buttons of a page, whose captions are no text of it. */
export async function buttonsOf(page: PDFPageProxy): Promise<Set<string>> {
  const annotations = await page.getAnnotations({ intent: 'display' }).then(
    (found) => found as (Annotation & { readonly id: string })[],
    () => [],
  );
  return new Set(annotations.filter(({ fieldType }) => fieldType === 'Btn').map(({ id }) => id));
}

function linesOf({ subtype, fieldType, fieldValue, hidden, password, textContent, contentsObj }: Annotation): string[] {
  if (subtype === 'FreeText') {
    const drawn = textContent?.join('').trim() ? textContent : undefined;
    return [...(drawn ?? contentsObj?.str?.split(/\r\n?|\n/) ?? [])];
  }
  const isText = subtype === 'Widget' && (fieldType === 'Tx' || fieldType === 'Ch');
  if (!isText || hidden || password) return [];
  const values = [fieldValue].flat().filter((value) => typeof value === 'string');
  return values.flatMap((value) => value.split(/\r\n?|\n/));
}
