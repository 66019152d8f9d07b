import type { DraftBlock } from '../../contract/block.js';
import { sectionDepth } from './section-number.js';

/** Sizes closer than this are one size: producers round, and scale whole pages by a percent or two. */
const SAME_SIZE_POINTS = 0.75;
const DEEPEST_LEVEL = 6;

/**
 * Levels of a document's headings: by font size over all pages (largest is 1), bold before regular; headings with a
 * section number stand below their document's topmost numbered level by as many levels as their number has more parts.
 * Headings that bookmarks name stand to each other as the bookmarks do, and others set like them as most of them. A heading
 * that brings its own level keeps it.
 */
export function headingLevels(headings: readonly DraftBlock[]): Map<DraftBlock, number> {
  const ranks = styleRanks(headings);
  const byStyle = (heading: DraftBlock) => ranks.get(styleOf(heading, ranks)) ?? 1;
  const depths = headings.map((heading) => sectionDepth(heading.text)).filter((depth) => depth > 0);
  const topDepth = Math.min(...depths);
  const tops = headings.filter((heading) => sectionDepth(heading.text) === topDepth).map(byStyle);
  const topLevel = tops.sort((a, b) => a - b)[tops.length >> 1] ?? 1;
  const bySet = (heading: DraftBlock) => {
    const depth = sectionDepth(heading.text);
    return depth > 0 ? topLevel + depth - topDepth : byStyle(heading);
  };
  const byOutline = outlineLevels(headings, { bySet, styleOf: (heading) => styleOf(heading, ranks) });
  return new Map(
    headings.map((heading) => {
      const level = heading.headingLevel ?? byOutline(heading) ?? bySet(heading);
      return [heading, Math.min(Math.max(level, 1), DEEPEST_LEVEL)];
    }),
  );
}

/**
 * Levels by the outline, moved to where its headings stand among all of the document: a title that no bookmark names stays
 * above its chapters.
 */
function outlineLevels(
  headings: readonly DraftBlock[],
  { bySet, styleOf }: { bySet: (heading: DraftBlock) => number; styleOf: (heading: DraftBlock) => string },
): (heading: DraftBlock) => number | undefined {
  const named = headings.flatMap((heading) =>
    heading.outlineLevel === undefined ? [] : [{ heading, level: heading.outlineLevel }],
  );
  const shifts = named.map(({ heading, level }) => bySet(heading) - level).sort((a, b) => a - b);
  const shift = Math.max(0, shifts[shifts.length >> 1] ?? 0);
  const ofStyle = new Map<string, Map<number, number>>();
  for (const { heading, level } of named) {
    const counts = ofStyle.get(styleOf(heading)) ?? new Map<number, number>();
    ofStyle.set(styleOf(heading), counts.set(level, (counts.get(level) ?? 0) + 1));
  }
  return (heading) => {
    if (heading.outlineLevel !== undefined) return heading.outlineLevel + shift;
    if (sectionDepth(heading.text) > 0) return undefined;
    const [most] = [...(ofStyle.get(styleOf(heading)) ?? [])].sort((a, b) => b[1] - a[1]);
    return most && most[0] + shift;
  };
}

/** Rank of each style, from 1; a style's name is its size in points and its weight. */
function styleRanks(headings: readonly DraftBlock[]): Map<string, number> {
  const sizes = [...new Set(headings.map((heading) => heading.fontSize ?? 0))].sort((a, b) => b - a);
  const classes: number[] = [];
  for (const size of sizes) {
    if (classes.length === 0 || (classes.at(-1) ?? 0) - size > SAME_SIZE_POINTS) classes.push(size);
  }
  const styles: string[] = [];
  for (const size of classes) {
    for (const bold of [true, false]) {
      const used = headings.some(
        (heading) => (heading.bold ?? false) === bold && Math.abs((heading.fontSize ?? 0) - size) <= SAME_SIZE_POINTS,
      );
      if (used) styles.push(`${size} ${bold}`);
    }
  }
  return new Map(styles.map((style, index) => [style, index + 1]));
}

function styleOf(heading: DraftBlock, ranks: ReadonlyMap<string, number>): string {
  const wanted = heading.fontSize ?? 0;
  const bold = heading.bold ?? false;
  let best = '';
  let distance = Infinity;
  for (const style of ranks.keys()) {
    const [size, weight] = style.split(' ');
    const away = Math.abs(Number(size) - wanted);
    if (weight === String(bold) && away < distance) [best, distance] = [style, away];
  }
  return best;
}
