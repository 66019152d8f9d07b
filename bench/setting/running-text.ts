/** Lines looked at from the top and from the bottom of a page. */
const EDGE_LINES = 4;
const MIN_PAGES = 3;

/** Pages of plain text without page numbers, and the lines near their edges that stand, but for their numbers, on three pages or more. */
export function withoutRunningText(pages: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const page of pages) {
    for (const key of new Set(edgeLines(page).map(({ key }) => key))) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return pages.map((page, index) => {
    const running = new Set(
      edgeLines(page)
        .filter(({ key, text }) => (counts.get(key) ?? 0) >= MIN_PAGES || text === String(index + 1))
        .map(({ at }) => at),
    );
    return page
      .split('\n')
      .filter((_, at) => !running.has(at))
      .join('\n');
  });
}

function edgeLines(page: string): { key: string; text: string; at: number }[] {
  const lines = page.split('\n').flatMap((line, at) => {
    const key = line.replace(/\d+/g, '#').replace(/\s+/g, ' ').trim();
    return key === '' ? [] : [{ key, text: line.trim(), at }];
  });
  return lines.length <= EDGE_LINES * 2 ? lines : [...lines.slice(0, EDGE_LINES), ...lines.slice(-EDGE_LINES)];
}
