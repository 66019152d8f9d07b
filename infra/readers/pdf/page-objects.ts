import { OPS, type PDFPageProxy } from './pdf-engine.js';

/** Of objects that several pages share; the others are the page's own. */
const SHARED = 'g_';

/**
 * The fonts and pictures that a page's operators name, by their ids, once all are there, as drawing waits for them. pdfjs decodes them whether they are wanted or
 * not, and what is decoded after the page was cleaned up stays: 25 scanned pages (PNG, A4, 300 dpi) came to 700 MB.
 */
export async function objectsOf(
  page: PDFPageProxy,
  operators: { readonly fnArray: readonly number[]; readonly argsArray: readonly unknown[] },
): Promise<Map<string, unknown>> {
  const found = new Map<string, unknown>();
  for (const [index, operator] of operators.fnArray.entries()) {
    if (operator !== OPS.dependency) continue;
    for (const id of operators.argsArray[index] as readonly string[]) {
      const objects = (id.startsWith(SHARED) ? page.commonObjs : page.objs) as DecodedObjects;
      found.set(id, await new Promise<unknown>((resolve) => objects.get(id, resolve)));
    }
  }
  return found;
}

/** pdfjs has no types for them. `get` calls back once the object is there; `null` where it cannot be decoded. */
interface DecodedObjects {
  get(id: string, callback: (object: unknown) => void): unknown;
}
