import { createCanvas } from '@napi-rs/canvas';
import type { PageTurn } from '../../../core/ports/document-reader.js';
import { evenLighting } from './even-lighting.js';
import { findTurn } from './find-turn.js';
import { greyCanvas, type GreyPage, greyPage, reducedPage } from './grey-page.js';
import { inverted, isLightOnDark } from './light-on-dark.js';

/** Lines of text are seen at this resolution, and a page is a million pixels only. */
const LOOK_DPI = 100;
/** Tesseract reads lines that lean less than this as well as level ones, and turning by so little only blurs. */
const MIN_SKEW_DEGREES = 0.4;

/** Degrees clockwise. */
const TURNED_MORE: Readonly<Record<PageTurn, number>> = {
  found: 0,
  quarter: 90,
  'upside-down': 180,
  'three-quarters': 270,
};

export interface PreparedPage {
  readonly page: GreyPage;
  /** Degrees clockwise by which the page was turned; 0 where it was left as it is. */
  readonly turnedDegrees: number;
}

/**
 * A page as text recognition reads it best: upright, level, evenly lit and dark on light. What needs none of this
 * keeps its pixels. How it lies is not always seen here: `turn` says what is tried.
 */
export function preparePage(drawn: GreyPage, dpi: number, turn: PageTurn): PreparedPage {
  const look = reducedPage(drawn, Math.max(1, Math.round(dpi / LOOK_DPI)));
  const isNegative = isLightOnDark(look);
  const page = isNegative ? inverted(drawn) : drawn;
  const lying = findTurn(isNegative ? inverted(look) : look);
  const quarter = (lying.onItsSide ? 90 : 0) + TURNED_MORE[turn];
  const skew = Math.abs(lying.skewDegrees) >= MIN_SKEW_DEGREES ? lying.skewDegrees : 0;
  const turnedDegrees = quarter - skew;
  const level = turnedDegrees === 0 ? page : turnedPage(page, quarter, turnedDegrees);
  return { page: evenLighting(level, dpi) ?? level, turnedDegrees };
}

/** Turned about the middle, onto a page of the same size (on its side: of swapped sides). */
function turnedPage(page: GreyPage, quarter: number, degrees: number): GreyPage {
  const canvas = greyCanvas(page);
  const onItsSide = quarter % 180 !== 0;
  const turned = createCanvas(onItsSide ? canvas.height : canvas.width, onItsSide ? canvas.width : canvas.height);
  const context = turned.getContext('2d');
  context.fillStyle = '#ffffff';
  context.fillRect(0, 0, turned.width, turned.height);
  context.imageSmoothingQuality = 'high';
  context.translate(turned.width / 2, turned.height / 2);
  context.rotate((degrees * Math.PI) / 180);
  context.drawImage(canvas, -canvas.width / 2, -canvas.height / 2);
  return greyPage(turned);
}
