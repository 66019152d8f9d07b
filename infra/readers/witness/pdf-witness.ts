import type { Aside, SeenText } from '../../../core/reading/witness/account-for.js';
import type { DrawnRun } from '../pdf/graphics-walk.js';
import { SeenTexts } from './seen-texts.js';

const NOT_SEEN: Aside = { fate: 'hidden', why: 'layer-off' };
/** In thousandths of the font size: from here on a gap within a run is a space; letters are moved by less. */
const SPACE = 180;
/** As a share of the mean width of a letter: runs that are nearer to each other are one word. */
const NEAR = 0.3;
const SAME_LINE_POINTS = 1;

const BUTTON: Aside = { fate: 'furniture', why: 'control' };

/** The words of a PDF page: all glyphs that it draws, in the order in which it draws them, those of its annotations' appearance too.
 * `buttons`: ids of annotations. */
export function witnessPdfPage(
  runs: readonly DrawnRun[],
  page: number,
  buttons: ReadonlySet<string> = new Set(),
): readonly SeenText[] {
  const seen = new SeenTexts({ part: 'page', number: page });
  const drawn = new Set<string>();
  let before: DrawnRun | undefined;
  for (const run of runs) {
    const text = textOf(run);
    // Drawn once more at the same place, to look bold or to have a shadow: a person sees it once.
    const key = `${Math.round(run.x)} ${Math.round(run.y)} ${text}`;
    if (drawn.has(key)) continue;
    drawn.add(key);
    if (!before || !goesOn(before, run)) seen.endWord();
    const isButton = run.annotation !== undefined && buttons.has(run.annotation);
    seen.add(text, run.hidden ? NOT_SEEN : isButton ? BUTTON : undefined);
    before = run;
  }
  return seen.end();
}

function textOf({ glyphs, drawnTwice }: DrawnRun): string {
  let text = '';
  let count = 0;
  for (const glyph of glyphs) {
    if (typeof glyph === 'number') text += -glyph >= SPACE ? ' ' : '';
    // Drawn twice to look bold: once is enough.
    else if (!drawnTwice || count++ % 2 === 0) text += glyph.unicode;
  }
  return text;
}

function goesOn(before: DrawnRun, run: DrawnRun): boolean {
  if (Math.abs(before.y - run.y) > SAME_LINE_POINTS) return false;
  const letter = Math.abs(before.endX - before.x) / Math.max(before.characters, 1);
  return Math.abs(run.x - before.endX) <= letter * NEAR;
}
