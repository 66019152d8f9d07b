import { OPS } from './pdf-engine.js';
import { rulesOfPath, type DrawnRule } from './drawn-rules.js';

/** `[a, b, c, d, e, f]` as in PDF: x' = ax + cy + e, y' = bx + dy + f. */
export type Matrix = readonly [number, number, number, number, number, number];
export const IDENTITY: Matrix = [1, 0, 0, 1, 0, 0];

/** Text render mode 3: neither filled nor stroked. 7 only clips and is as invisible. */
const INVISIBLE_MODES = new Set([3, 7]);

/** Corners of an image, or the start of a run of text, in the coordinates of the viewport. */
export interface DrawnRun {
  readonly x: number;
  readonly y: number;
  readonly characters: number;
  /** Drawn invisibly, or on a layer that is off. */
  readonly hidden: boolean;
  /** Whether its first glyph is a space. */
  readonly opensWithSpace: boolean;
  readonly glyphs: readonly (Glyph | number)[];
  /** Where its last glyph ends. */
  readonly endX: number;
  /** Whether each of its glyphs is drawn twice, the second nearly over the first, to look bold. */
  readonly drawnTwice: boolean;
  /** Of the annotation in whose appearance it stands. */
  readonly annotation?: string;
  /** What its glyphs' widths and the gaps between them make on the page. */
  readonly spacing: GlyphSpacing;
}

interface GlyphSpacing {
  readonly glyph: number;
  readonly gap: number;
  readonly behindEach: number;
  readonly behindSpace: number;
}

export interface DrawnPage {
  /** Matrices that map the unit square onto each image. */
  readonly images: readonly Matrix[];
  readonly runs: readonly DrawnRun[];
  readonly paths: number;
  /** Thin level lines, among them those that strike text through. */
  readonly rules: readonly DrawnRule[];
}

/** More of them are a pattern or a plot. */
const MAX_RULES = 5_000;

interface State {
  matrix: Matrix;
  mode: number;
  fontSize: number;
  fontMatrix: number;
  charSpacing: number;
  wordSpacing: number;
  scale: number;
  leading: number;
  rise: number;
  lineWidth: number;
}

export interface Glyph {
  readonly unicode: string;
  readonly width: number;
  readonly isSpace: boolean;
}

/**
 * Follows a page's operators far enough to know where images and runs of text stand, which of the runs no reader
 * sees, and how much is drawn besides. Text content, as pdfjs gives it, knows neither render modes nor images.
 * `viewport`: maps the page's coordinates to those of the page as displayed. `isShown`: whether a layer (an optional content
 * group, or several) is on; what stands on one that is off is no part of the page.
 */
export function walkOperators(
  list: { readonly fnArray: readonly number[]; readonly argsArray: readonly unknown[] },
  viewport: Matrix,
  isShown: (layer: unknown) => boolean = () => true,
): DrawnPage {
  const images: Matrix[] = [];
  const runs: DrawnRun[] = [];
  const rules: DrawnRule[] = [];
  let paths = 0;
  let state: State = {
    matrix: viewport, mode: 0, fontSize: 1, fontMatrix: 0.001,
    charSpacing: 0, wordSpacing: 0, scale: 1, leading: 0, rise: 0, lineWidth: 1,
  }; // prettier-ignore
  const stack: State[] = [];
  /** For each marked part of the content that is open, whether it is shown. */
  const marked: boolean[] = [];
  const isOff = () => marked.includes(false);
  let annotation: string | undefined;
  let text: Matrix = IDENTITY;
  let x = 0;
  let y = 0;
  let lineX = 0;
  let lineY = 0;
  const moveTo = (dx: number, dy: number) => {
    x = lineX += dx;
    y = lineY += dy;
  };
  const restore = () => {
    state = stack.pop() ?? state;
  };
  for (const [index, operator] of list.fnArray.entries()) {
    const args = (list.argsArray[index] ?? []) as readonly never[];
    switch (operator) {
      case OPS.save:
        stack.push({ ...state });
        break;
      case OPS.restore:
      case OPS.paintFormXObjectEnd:
        restore();
        break;
      case OPS.endAnnotation:
        annotation = undefined;
        restore();
        break;
      case OPS.transform:
        state.matrix = multiply(state.matrix, args as unknown as Matrix);
        break;
      case OPS.paintFormXObjectBegin:
        stack.push({ ...state });
        if (args[0]) state.matrix = multiply(state.matrix, args[0] as Matrix);
        break;
      case OPS.beginAnnotation:
        annotation = args[0];
        stack.push({ ...state });
        if (args[2]) state.matrix = multiply(state.matrix, args[2] as Matrix);
        if (args[3]) state.matrix = multiply(state.matrix, args[3] as Matrix);
        break;
      case OPS.beginMarkedContent:
        marked.push(true);
        break;
      case OPS.beginMarkedContentProps:
        marked.push(args[0] !== 'OC' || isShown(args[1]));
        break;
      case OPS.endMarkedContent:
        marked.pop();
        break;
      case OPS.setTextRenderingMode:
        state.mode = args[0] ?? 0;
        break;
      case OPS.setFont:
        state.fontSize = args[1] ?? 1;
        break;
      case OPS.setCharSpacing:
        state.charSpacing = args[0] ?? 0;
        break;
      case OPS.setWordSpacing:
        state.wordSpacing = args[0] ?? 0;
        break;
      case OPS.setHScale:
        state.scale = (args[0] ?? 100) / 100;
        break;
      case OPS.setLeading:
        state.leading = -(args[0] ?? 0);
        break;
      case OPS.setTextRise:
        state.rise = args[0] ?? 0;
        break;
      case OPS.beginText:
        text = IDENTITY;
        x = y = lineX = lineY = 0;
        break;
      case OPS.setTextMatrix:
        text = matrixOf(args);
        x = y = lineX = lineY = 0;
        break;
      case OPS.moveText:
        moveTo(args[0] ?? 0, args[1] ?? 0);
        break;
      case OPS.setLeadingMoveText:
        state.leading = args[1] ?? 0;
        moveTo(args[0] ?? 0, args[1] ?? 0);
        break;
      case OPS.nextLine:
        moveTo(0, state.leading);
        break;
      case OPS.showText: {
        const shown = showText(args[0] ?? [], state);
        if (shown.characters > 0) {
          const [a, b, c, d, e, f] = multiply(state.matrix, text);
          const startX = a * x + c * (y + state.rise) + e;
          runs.push({
            x: startX,
            y: b * x + d * (y + state.rise) + f,
            endX: startX + a * shown.advance,
            characters: shown.characters,
            opensWithSpace: shown.opensWithSpace,
            drawnTwice: shown.drawnTwice,
            glyphs: args[0] ?? [],
            spacing: spacingOf(state, a),
            hidden: INVISIBLE_MODES.has(state.mode) || isOff(),
            ...(annotation === undefined ? {} : { annotation }),
          });
        }
        x += shown.advance;
        break;
      }
      case OPS.paintImageXObject:
      case OPS.paintInlineImageXObject:
      case OPS.paintImageMaskXObject:
      case OPS.paintSolidColorImageMask:
        if (!isOff()) images.push(state.matrix);
        break;
      case OPS.paintImageXObjectRepeat:
      case OPS.paintImageMaskXObjectRepeat:
      case OPS.paintInlineImageXObjectGroup:
      case OPS.paintImageMaskXObjectGroup:
        if (!isOff()) images.push(...repeatedImages(operator, args, state.matrix));
        break;
      case OPS.setLineWidth:
        state.lineWidth = args[0] ?? 1;
        break;
      case OPS.constructPath:
        if (isOff()) break;
        paths++;
        if (rules.length < MAX_RULES) rules.push(...rulesOfPath(args, state.matrix, state.lineWidth));
        break;
      case OPS.shadingFill:
        if (!isOff()) paths++;
        break;
    }
  }
  return { images, runs, paths, rules };
}

function showText(
  glyphs: readonly (Glyph | number)[],
  state: State,
): { advance: number; characters: number; opensWithSpace: boolean; drawnTwice: boolean } {
  let advance = 0;
  let characters = 0;
  const first = glyphs.find((glyph) => typeof glyph !== 'number');
  for (const glyph of glyphs) {
    if (typeof glyph === 'number') advance -= (glyph * state.fontSize) / 1000;
    else {
      advance += glyph.width * state.fontSize * state.fontMatrix + state.charSpacing;
      if (glyph.isSpace) advance += state.wordSpacing;
      if (glyph.unicode.trim() !== '') characters++;
    }
  }
  return {
    advance: advance * state.scale,
    characters,
    opensWithSpace: first?.unicode.trim() === '',
    drawnTwice: isDrawnTwice(glyphs),
  };
}

function spacingOf(state: State, scale: number): GlyphSpacing {
  const across = scale * state.scale;
  return {
    glyph: state.fontSize * state.fontMatrix * across,
    gap: (state.fontSize / 1000) * across,
    behindEach: state.charSpacing * across,
    behindSpace: state.wordSpacing * across,
  };
}

/** The letters of a run, each with the middle of its glyph across the page. */
export function glyphPlaces({ x, glyphs, spacing }: DrawnRun): { readonly letter: string; readonly center: number }[] {
  const places: { letter: string; center: number }[] = [];
  let at = x;
  for (const glyph of glyphs) {
    if (typeof glyph === 'number') {
      at -= glyph * spacing.gap;
      continue;
    }
    const width = glyph.width * spacing.glyph;
    const letters = Array.from(glyph.unicode);
    for (const [index, letter] of letters.entries()) {
      places.push({ letter, center: at + (width * (index + 0.5)) / letters.length });
    }
    at += width + spacing.behindEach + (glyph.isSpace ? spacing.behindSpace : 0);
  }
  return places;
}

/** Fewer pairs are letters that are doubled in writing. */
const MIN_PAIRS = 4;
/** In thousandths of the font size. */
const NEARLY_OVER = 150;

function isDrawnTwice(glyphs: readonly (Glyph | number)[]): boolean {
  let at = 0;
  let count = 0;
  let first: { readonly unicode: string; readonly at: number } | undefined;
  for (const glyph of glyphs) {
    if (typeof glyph === 'number') at -= glyph;
    else {
      if (!first) first = { unicode: glyph.unicode, at };
      else if (first.unicode !== glyph.unicode || Math.abs(at - first.at) >= NEARLY_OVER) return false;
      else first = undefined;
      at += glyph.width;
      count += 1;
    }
  }
  return first === undefined && count >= MIN_PAIRS * 2;
}

/** Of letters that stand apart, a gap so many times as wide as the usual one is a space. */
const WORD_GAP = 1.6;

/** The text of a run as its glyphs say; wide gaps between letters that all stand apart are spaces. */
export function textOfRun({ glyphs }: DrawnRun): string {
  const gaps = glyphs.filter((glyph): glyph is number => typeof glyph === 'number' && glyph < 0).map((gap) => -gap);
  const letters = glyphs.length - gaps.length;
  const usual =
    gaps.length > 1 && gaps.length >= letters / 2 ? ([...gaps].sort((a, b) => a - b)[gaps.length >> 1] ?? 0) : Infinity;
  return glyphs.map((glyph) => (typeof glyph === 'number' ? (-glyph > usual * WORD_GAP ? ' ' : '') : glyph.unicode)).join(''); // prettier-ignore
}

/** pdfjs folds runs of equal images into one operator; each form lists the places in its own way. */
function repeatedImages(operator: number, args: readonly unknown[], matrix: Matrix): Matrix[] {
  if (operator === OPS.paintImageXObjectRepeat) {
    const [, scaleX, scaleY, positions] = args as [unknown, number, number, ArrayLike<number>];
    return pairs(positions).map(([x, y]) => multiply(matrix, [scaleX, 0, 0, scaleY, x, y]));
  }
  if (operator === OPS.paintImageMaskXObjectRepeat) {
    const [, a, b, c, d, positions] = args as [unknown, number, number, number, number, ArrayLike<number>];
    return pairs(positions).map(([x, y]) => multiply(matrix, [a, b ?? 0, c ?? 0, d, x, y]));
  }
  const places = (operator === OPS.paintInlineImageXObjectGroup ? args[1] : args[0]) as { transform: Matrix }[];
  return places.map((place) => multiply(matrix, place.transform));
}

function pairs(values: ArrayLike<number>): [number, number][] {
  const list: [number, number][] = [];
  for (let index = 0; index + 1 < values.length; index += 2) list.push([values[index] ?? 0, values[index + 1] ?? 0]);
  return list;
}

/** A matrix comes as six arguments or as one array of six. */
function matrixOf(args: readonly unknown[]): Matrix {
  const values = args.length === 1 ? Array.from(args[0] as ArrayLike<number>) : (args as readonly number[]);
  return [values[0] ?? 1, values[1] ?? 0, values[2] ?? 0, values[3] ?? 1, values[4] ?? 0, values[5] ?? 0];
}

export function multiply(m: Matrix, n: Matrix): Matrix {
  return [
    m[0] * n[0] + m[2] * n[1],
    m[1] * n[0] + m[3] * n[1],
    m[0] * n[2] + m[2] * n[3],
    m[1] * n[2] + m[3] * n[3],
    m[0] * n[4] + m[2] * n[5] + m[4],
    m[1] * n[4] + m[3] * n[5] + m[5],
  ];
}
