import type { DraftBlock } from './block.js';
import { sectionDepth } from './section-number.js';

/** Sizes closer than this are one size: producers round, and scale whole pages by a percent or two. */
const SAME_SIZE_POINTS = 0.75;
const DEEPEST_LEVEL = 6;

/**
 * Levels of a document's headings: by font size over all pages (largest is 1), bold before regular; headings with a
 * section number stand below their document's topmost numbered level by as many levels as their number has more parts.
 * A heading that brings its own level keeps it.
 */
export function headingLevels(headings: readonly DraftBlock[]): Map<DraftBlock, number> {
  const ranks = styleRanks(headings);
  const byStyle = (heading: DraftBlock) => ranks.get(styleOf(heading, ranks)) ?? 1;
  const depths = headings.map((heading) => sectionDepth(heading.text)).filter((depth) => depth > 0);
  const topDepth = Math.min(...depths);
  const tops = headings.filter((heading) => sectionDepth(heading.text) === topDepth).map(byStyle);
  const topLevel = tops.sort((a, b) => a - b)[tops.length >> 1] ?? 1;
  return new Map(
    headings.map((heading) => {
      const depth = sectionDepth(heading.text);
      const level = heading.headingLevel ?? (depth > 0 ? topLevel + depth - topDepth : byStyle(heading));
      return [heading, Math.min(Math.max(level, 1), DEEPEST_LEVEL)];
    }),
  );
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
