import type { PositionedText } from '../../../core/reading/layout/positioned-text.js';
import { multiply, textOfRun, type DrawnRun, type Matrix } from './graphics-walk.js';
import type { PDFPageProxy } from './pdf-engine.js';

/** As pdfjs gives it; the package's types stop at `any`. */
interface Annotation {
  readonly id: string;
  readonly annotationFlags?: number;
  /** Of a list to choose from. */
  readonly options?: readonly { readonly exportValue?: string; readonly displayValue?: string }[];
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

/** Hidden, and not to be seen on a screen. */
export const UNSEEN_FLAGS = 2 | 32;

/** Text of a field fills this much of its height where it does not say its size. */
const TEXT_OF_FIELD = 0.7;
const MAX_SIZE_POINTS = 12;
const LEADING = 1.2;
/** Mean width of a letter as a share of its font size. */
const LETTER_WIDTH = 0.5;

/**
 * What was filled into the form fields of a page, and what an editor typed on it, at its place: a reader of the page sees
 * it, and the text content of pdfjs has it not; so are the words of a stamp. Ticks and passwords are no text, and comments are not on the page.
 */
export async function textOnPage(
  page: PDFPageProxy,
  viewport: Matrix,
  runs: readonly DrawnRun[] = [],
): Promise<PositionedText[]> {
  // Damaged fields say nothing about the text around them.
  const annotations = await page.getAnnotations({ intent: 'display' }).then(
    (found) => found as Annotation[],
    () => [],
  );
  return annotations.flatMap((annotation) => {
    const drawn = runs.filter((run) => run.annotation === annotation.id);
    // On a layer that is off.
    if (drawn.length > 0 && drawn.every(({ hidden }) => hidden)) return [];
    const lines = linesOf(annotation, drawn).filter((line) => line.trim() !== '');
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
    (found) => found as Annotation[],
    () => [],
  );
  return new Set(annotations.filter(({ fieldType }) => fieldType === 'Btn').map(({ id }) => id));
}

function linesOf(annotation: Annotation, drawn: readonly DrawnRun[]): string[] {
  const { subtype, fieldType, fieldValue, hidden, password, textContent, contentsObj, options } = annotation;
  if (((annotation.annotationFlags ?? 0) & UNSEEN_FLAGS) !== 0) return [];
  if (subtype === 'FreeText') {
    const shown = textContent?.join('').trim() ? textContent : undefined;
    return [...(shown ?? contentsObj?.str?.split(/\r\n?|\n/) ?? [])];
  }
  if (subtype === 'Stamp') return drawnLines(drawn);
  const isText = subtype === 'Widget' && (fieldType === 'Tx' || fieldType === 'Ch');
  if (!isText || hidden || password) return [];
  const values = [fieldValue].flat().filter((value) => typeof value === 'string');
  const shown = values.map((value) => options?.find(({ exportValue }) => exportValue === value)?.displayValue ?? value);
  return shown.flatMap((value) => value.split(/\r\n?|\n/));
}

/** The text of an annotation's appearance, runs of one baseline a line. */
function drawnLines(runs: readonly DrawnRun[]): string[] {
  const lines = new Map<number, string[]>();
  for (const run of runs.filter(({ hidden }) => !hidden)) {
    const baseline = Math.round(run.y);
    lines.set(baseline, [...(lines.get(baseline) ?? []), textOfRun(run)]);
  }
  return [...lines].sort(([a], [b]) => a - b).map(([, texts]) => texts.join(' ').replace(/\s+/g, ' '));
}
