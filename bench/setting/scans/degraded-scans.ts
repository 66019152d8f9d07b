import { createRequire } from 'node:module';
import { createCanvas, GlobalFonts, type Canvas, type SKRSContext2D } from '@napi-rs/canvas';

/** A font that comes with pdfjs, so that scans look the same on a machine without fonts. */
const FONT = createRequire(import.meta.url).resolve('pdfjs-dist/standard_fonts/LiberationSans-Regular.ttf');
GlobalFonts.registerFromPath(FONT, 'Bench Scan');

const A4_INCHES = { width: 8.27, height: 11.69 };
const MARGIN_INCHES = 0.9;
const LEADING = 1.35;

export interface DegradedScan {
  /** The bytes of a picture file. */
  readonly picture: Buffer;
  readonly format: 'png' | 'jpeg';
  readonly dpi: number;
  readonly words: readonly string[];
  /** Degrees clockwise by which the sheet lies wrong; what reading has to turn back. */
  readonly turnedDegrees: number;
}

interface Degradation {
  readonly name: string;
  readonly dpi?: number;
  readonly points?: number;
  readonly turn?: number;
  /** What a turned sheet lies on; white otherwise. */
  readonly surround?: string;
  /** Changes the pixels of the finished sheet. */
  readonly harm?: (canvas: Canvas) => void;
  /** Saved as JPEG of this quality, 0–100. */
  readonly jpegQuality?: number;
}

/** What befalls a sheet between the printer and the file. */
const DEGRADATIONS: readonly Degradation[] = [
  { name: 'clean' },
  { name: 'grey paper', harm: (canvas) => eachPixel(canvas, (level) => 40 + level * 0.75) },
  { name: 'noise', harm: noise(70) },
  { name: '150 dpi', dpi: 150 },
  { name: 'small print, 6 points', points: 6 },
  { name: 'faint ink', harm: (canvas) => eachPixel(canvas, (level) => 170 + level / 3) },
  { name: 'low contrast and noise', harm: (canvas) => (eachPixel(canvas, (level) => 110 + level * 0.4), noise(25)(canvas)) },
  { name: 'blurred', harm: blur(2.2) },
  { name: 'blurred, 150 dpi', dpi: 150, harm: blur(1.4) },
  { name: 'JPEG of low quality', jpegQuality: 12 },
  { name: 'JPEG, blurred, skew 1.5°', turn: 1.5, harm: blur(1.8), jpegQuality: 25 },
  { name: 'skew 1°', turn: 1 },
  { name: 'skew −3°', turn: -3 },
  { name: 'skew 5°', turn: 5 },
  { name: 'on its side', turn: 90 },
  { name: 'on its other side', turn: 270 },
  { name: 'upside down', turn: 180 },
  { name: 'upside down, skew 2°', turn: 182 },
  { name: 'uneven light, side', harm: shade((x) => 1 - 0.72 * x) },
  { name: 'uneven light, corner', harm: shade((x, y) => 1 - 0.85 * Math.min(1, Math.hypot(x, y) / 1.2)) },
  { name: 'shadow of the spine', harm: shade((x) => 1 - 0.8 * Math.exp(-((x / 0.18) ** 2))) },
  { name: 'shadow with an edge', harm: shade((x, y) => (x + y * 0.4 > 0.75 ? 0.35 : 1)) },
  { name: 'uneven light and noise', harm: (canvas) => (shade((x) => 1 - 0.7 * x)(canvas), noise(40)(canvas)) },
  { name: 'uneven light, skew 2°', turn: 2, harm: shade((_x, y) => 1 - 0.75 * y) },
  { name: 'bands of shadow', harm: shade((_x, y) => ((y > 0.12 && y < 0.2) || (y > 0.3 && y < 0.36) ? 0.3 : 1)) },
  { name: 'shadow with an edge and noise', harm: (canvas) => (shade((x, y) => (x * 1.3 - y > 0.3 ? 0.28 : 1))(canvas), noise(25)(canvas)) },
  { name: 'streaks of a copier', harm: streaks },
  { name: 'dark border, skew 3°', turn: 3, surround: '#111111' },
  { name: 'light on dark', harm: (canvas) => eachPixel(canvas, (level) => 240 - level * 0.85) },
  { name: 'skew 8°', turn: -8 },
  { name: 'photographed', harm: (canvas) => (lean(canvas), shade((x, y) => 1 - 0.55 * Math.max(0, x * 0.8 + y * 0.6 - 0.3))(canvas)) },
]; // prettier-ignore

export const DEGRADATION_NAMES = DEGRADATIONS.map(({ name }) => name);

/** The text on a sheet of A4, harmed in the way of this name. */
export function degradedScan(name: string, paragraphs: readonly string[]): DegradedScan {
  const degradation = DEGRADATIONS.find((known) => known.name === name);
  if (!degradation) throw new Error(`no degradation ${name}`);
  const { dpi = 300, points = 11, turn = 0, surround = '#ffffff', harm, jpegQuality } = degradation;
  const { sheet, words } = typesetSheet(paragraphs, dpi, points);
  const canvas = turned(sheet, turn, surround);
  harm?.(canvas);
  const saved =
    jpegQuality === undefined
      ? { picture: canvas.toBuffer('image/png'), format: 'png' as const }
      : { picture: canvas.toBuffer('image/jpeg', jpegQuality), format: 'jpeg' as const };
  return { ...saved, dpi, words, turnedDegrees: turn };
}

function typesetSheet(paragraphs: readonly string[], dpi: number, points: number): { sheet: Canvas; words: string[] } {
  const sheet = createCanvas(Math.round(A4_INCHES.width * dpi), Math.round(A4_INCHES.height * dpi));
  const context = sheet.getContext('2d');
  context.fillStyle = '#ffffff';
  context.fillRect(0, 0, sheet.width, sheet.height);
  context.fillStyle = '#000000';
  const size = (points / 72) * dpi;
  context.font = fontOf(size);
  const margin = MARGIN_INCHES * dpi;
  const words: string[] = [];
  let y = margin + size;
  for (const paragraph of paragraphs) {
    for (const line of linesOf(paragraph, (text) => textWidth(context, text, size) <= sheet.width - 2 * margin)) {
      if (y > sheet.height - margin) return { sheet, words };
      drawText(context, line, { x: margin, y, size });
      words.push(...line.split(' '));
      y += size * LEADING;
    }
    y += size * 0.6;
  }
  return { sheet, words };
}

/** The font has no raised digits but three; word processors set them as these do, small and off the line. */
const RAISED = /([⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)/u;
const RAISED_SIZE = 0.62;
const RAISED_BY = 0.34;

function drawText(context: SKRSContext2D, text: string, { x, y, size }: { x: number; y: number; size: number }): void {
  let left = x;
  for (const [index, part] of text.split(RAISED).entries()) {
    const raised = index % 2 === 1;
    const shown = raised ? part.normalize('NFKC') : part;
    context.font = fontOf(raised ? size * RAISED_SIZE : size);
    context.fillText(shown, left, raised ? y - size * RAISED_BY : y);
    left += context.measureText(shown).width;
  }
  context.font = fontOf(size);
}

function textWidth(context: SKRSContext2D, text: string, size: number): number {
  const parts = text.split(RAISED).map((part, index) => {
    context.font = fontOf(index % 2 === 1 ? size * RAISED_SIZE : size);
    return context.measureText(index % 2 === 1 ? part.normalize('NFKC') : part).width;
  });
  context.font = fontOf(size);
  return parts.reduce((sum, width) => sum + width, 0);
}

const fontOf = (size: number) => `${size}px 'Bench Scan'`;

function linesOf(paragraph: string, fits: (text: string) => boolean): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of paragraph.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && !fits(longer)) lines.push(line);
    line = line !== '' && !fits(longer) ? word : longer;
  }
  return [...lines, line];
}

function turned(sheet: Canvas, degrees: number, surround: string): Canvas {
  if (degrees === 0) return sheet;
  const onItsSide = Math.round(degrees / 90) % 2 !== 0;
  const canvas = createCanvas(onItsSide ? sheet.height : sheet.width, onItsSide ? sheet.width : sheet.height);
  const context = canvas.getContext('2d');
  context.fillStyle = surround;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.translate(canvas.width / 2, canvas.height / 2);
  context.rotate((degrees * Math.PI) / 180);
  context.drawImage(sheet, -sheet.width / 2, -sheet.height / 2);
  // What harms the sheet next draws on it as it lies.
  context.resetTransform();
  return canvas;
}

/** `light`: the share of light that falls on a place; both coordinates run from 0 to 1. */
function shade(light: (x: number, y: number) => number): (canvas: Canvas) => void {
  return (canvas) =>
    eachPixel(canvas, (level, x, y) => 8 + (level * 0.88 + 20) * light(x / canvas.width, y / canvas.height));
}

/** Thin dark lines from top to bottom, where the glass of a copier is dirty. */
function streaks(canvas: Canvas): void {
  const context = canvas.getContext('2d');
  for (const [place, width, darkness] of [
    [0.04, 4, 0.8],
    [0.28, 1.5, 0.4],
    [0.61, 2, 0.6],
    [0.93, 3, 0.7],
    [0.97, 2, 0.5],
  ] as const) {
    // prettier-ignore
    context.fillStyle = `rgba(0, 0, 0, ${darkness})`;
    context.fillRect(place * canvas.width, 0, width, canvas.height);
  }
}

/** As seen from below: the upper lines are further away, row by row a little narrower. */
function lean(canvas: Canvas): void {
  const context = canvas.getContext('2d');
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  eachPixel(canvas, (_, x, y) => {
    const share = 0.9 + (0.1 * y) / canvas.height;
    const from = Math.round(canvas.width / 2 + (x - canvas.width / 2) / share);
    return from < 0 || from >= canvas.width ? 120 : (data[(y * canvas.width + from) * 4] ?? 0);
  });
}

/** As out of focus: seen at a fraction of its size and put back to it. */
function blur(factor: number): (canvas: Canvas) => void {
  return (canvas) => {
    const small = createCanvas(Math.round(canvas.width / factor), Math.round(canvas.height / factor));
    small.getContext('2d').drawImage(canvas, 0, 0, small.width, small.height);
    canvas.getContext('2d').drawImage(small, 0, 0, canvas.width, canvas.height);
  };
}

/** Of a fixed sequence, so that a scan is the same each time. */
function noise(amplitude: number): (canvas: Canvas) => void {
  return (canvas) => {
    let state = 12345;
    const next = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
    eachPixel(canvas, (level) => level + (next() + next() - 1) * amplitude);
  };
}

function eachPixel(canvas: Canvas, change: (level: number, x: number, y: number) => number): void {
  const context = canvas.getContext('2d');
  const image = context.getImageData(0, 0, canvas.width, canvas.height);
  for (let index = 0; index < image.data.length; index += 4) {
    const pixel = index / 4;
    const level = change(image.data[index] ?? 0, pixel % canvas.width, Math.floor(pixel / canvas.width));
    image.data[index] = image.data[index + 1] = image.data[index + 2] = level;
  }
  context.putImageData(image, 0, 0);
}
