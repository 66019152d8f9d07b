import type { OutlineEntry } from '../../../core/contract/reading.js';
import type { PDFDocumentProxy } from './pdf-engine.js';

/** The longest outline of the samples has 1,100 entries; what has many times as many is made to be slow. */
const MAX_ENTRIES = 5_000;
const MAX_TITLE_CHARACTERS = 300;
const DEEPEST_LEVEL = 6;

type Items = Awaited<ReturnType<PDFDocumentProxy['getOutline']>>;

/**
 * Bookmarks that lead to pages of the file, in their order. The engine takes each object of the outline once, so circles
 * end. One whose destination does not exist is left out; an outline that cannot be read is none.
 */
export async function pdfOutline(document: PDFDocumentProxy): Promise<OutlineEntry[]> {
  try {
    const outline: OutlineEntry[] = [];
    for (const { title, dest, level } of firstItems(await document.getOutline())) {
      const page = await pageOf(document, dest).catch(() => undefined);
      if (page !== undefined) outline.push({ title: title.slice(0, MAX_TITLE_CHARACTERS), page, level });
    }
    return outline;
  } catch {
    return [];
  }
}

type Destination = string | readonly unknown[] | null;

/** With a stack of its own: an outline may be as deep as it is long. */
function* firstItems(items: Items | null): Generator<{ title: string; dest: Destination; level: number }> {
  const waiting = [...(items ?? [])].reverse().map((item) => ({ item, level: 1 }));
  for (let taken = 0; taken < MAX_ENTRIES; taken++) {
    const next = waiting.pop();
    if (!next) return;
    const { item, level } = next;
    yield { title: item.title, dest: item.dest as Destination, level: Math.min(level, DEEPEST_LEVEL) };
    for (const child of [...(item.items as Items)].reverse()) waiting.push({ item: child, level: level + 1 });
  }
}

async function pageOf(document: PDFDocumentProxy, dest: Destination): Promise<number | undefined> {
  const explicit: unknown = typeof dest === 'string' ? await document.getDestination(dest) : dest;
  const target: unknown = Array.isArray(explicit) ? explicit[0] : undefined;
  const index = isReference(target) ? await document.getPageIndex(target) : target;
  const exists = typeof index === 'number' && Number.isInteger(index) && index >= 0 && index < document.numPages;
  return exists ? index + 1 : undefined;
}

function isReference(value: unknown): value is { num: number; gen: number } {
  return typeof value === 'object' && value !== null && 'num' in value && 'gen' in value;
}
