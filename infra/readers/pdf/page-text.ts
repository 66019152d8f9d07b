import type { PositionedText, Turn } from '../../../core/reading/layout/positioned-text.js';
import { multiply, type DrawnPage, type DrawnRun, type Matrix } from './graphics-walk.js';
import { asWritten } from './as-written.js';
import type { PDFPageProxy } from './pdf-engine.js';
import { isZapfDingbats, zapfDingbats } from './zapf-dingbats.js';

export interface PageText {
  readonly visible: readonly PositionedText[];
  /** What is in the text layer and no reader sees: the usual layer of an OCR over its scan. */
  readonly hidden: readonly PositionedText[];
}

/** As pdfjs gives it; the package's types stop at `any` for parts of it. */
interface TextItem {
  readonly str: string;
  readonly dir: string;
  readonly width: number;
  readonly transform: number[];
  readonly fontName: string;
}

/** A run and its item start at the same point but for rounding and leading spaces. */
const SAME_START_POINTS = 1.5;
/** One run over another begins here, but for rounding. */
const SAME_PLACE_POINTS = 0.05;
const BOLD_NAME = /bold|black|heavy|demi|[-,]bd\b|cmbx|sfbx|-medi$/i;

/** The page's text with its places as displayed; text that is drawn invisibly is kept apart. */
export async function pageText(page: PDFPageProxy, viewport: Matrix, drawn: DrawnPage): Promise<PageText> {
  // Its own normalisation makes a Greek letter of the micro sign; canonicalText spells out ligatures.
  const content = await page.getTextContent({ disableNormalization: true });
  const isHidden = hiddenTest(drawn.runs);
  const nameOf = fontNames(page);
  const startsAt = startTest(drawn.runs);
  const visible: PositionedText[] = [];
  const hidden: PositionedText[] = [];
  for (const item of content.items as (TextItem | { type: string })[]) {
    if (!('str' in item) || item.str === '') continue;
    const [a, b, c, d, x, y] = multiply(viewport, item.transform as unknown as Matrix);
    const font = nameOf(item.fontName);
    const text = isZapfDingbats(font) ? zapfDingbats(item.str) : item.str;
    (isHidden(x, y) ? hidden : visible).push({
      text: startsAt(text, x, y) ? text.trimStart() : text,
      x,
      y,
      width: item.width,
      fontSize: Math.hypot(c, d) || Math.hypot(a, b),
      turn: turnOf(a, b),
      bold: BOLD_NAME.test(font),
      rightToLeft: item.dir === 'rtl',
    });
  }
  return { visible: asWritten(visible, drawn.runs), hidden };
}

/** Spaces aside. */
export function countCharacters(text: string): number {
  return text.replace(/\s+/g, '').length;
}

/** The nearest quarter turn of the direction that `(a, b)` points to, clockwise as the page is displayed. */
function turnOf(a: number, b: number): Turn {
  const degrees = (Math.atan2(b, a) * 180) / Math.PI;
  return ((((Math.round(degrees / 90) * 90) % 360) + 360) % 360) as Turn;
}

/** Most pages have no hidden run or nothing else; only mixed ones are told apart by where a run starts. */
function hiddenTest(runs: readonly DrawnRun[]): (x: number, y: number) => boolean {
  const hidden = runs.filter((run) => run.hidden);
  if (hidden.length === 0) return () => false;
  if (hidden.length === runs.length) return () => true;
  const askedAt = new Map<DrawnRun, number>();
  return (x, y) => {
    let nearest: DrawnRun[] = [];
    let distance = SAME_START_POINTS * 4;
    for (const run of runs) {
      const away = Math.abs(run.x - x) + Math.abs(run.y - y) * 4;
      if (away < distance - SAME_PLACE_POINTS) [nearest, distance] = [[run], away];
      else if (away <= distance + SAME_PLACE_POINTS && nearest.length > 0) nearest.push(run);
    }
    const [first] = nearest;
    if (!first) return false;
    // Layers lie over each other: what begins at one place is asked for in the order in which it was drawn.
    const turn = askedAt.get(first) ?? 0;
    askedAt.set(first, turn + 1);
    return (nearest[turn] ?? first).hidden;
  };
}

/** Closer than any space is wide. */
const NO_WIDTH_POINTS = 0.25;

/**
 * Whether text that is said to open with a space begins right there with a letter: browsers draw a space for a soft
 * hyphen that is not used, and the rest of its word over it.
 */
function startTest(runs: readonly DrawnRun[]): (text: string, x: number, y: number) => boolean {
  const cell = (points: number) => Math.round(points / NO_WIDTH_POINTS);
  let starts: Set<string> | undefined;
  return (text, x, y) => {
    if (!/^\s\S/.test(text)) return false;
    starts ??= new Set(runs.filter((run) => !run.opensWithSpace).map((run) => `${cell(run.x)} ${cell(run.y)}`));
    const near = [-1, 0, 1];
    return near.some((dx) => near.some((dy) => starts?.has(`${cell(x) + dx} ${cell(y) + dy}`)));
  };
}

/** Fonts are known by name once the page's operators were asked for; the text content only has `g_d0_f1`. */
export function fontNames(page: PDFPageProxy): (id: string) => string {
  const fonts = page.commonObjs as { has(id: string): boolean; get(id: string): { name?: string } | null };
  const known = new Map<string, string>();
  return (id) => {
    const name = known.get(id) ?? (fonts.has(id) ? (fonts.get(id)?.name ?? '') : '');
    known.set(id, name);
    return name;
  };
}
