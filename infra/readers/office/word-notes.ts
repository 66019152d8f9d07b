import { attribute, childrenOf, descendants, isElement, textOf, type HtmlElement, type HtmlNode } from '../html/html-tree.js'; // prettier-ignore

const NOTE = /^(?:foot|end)note-\d+$/;
const NOTE_MARK = /^(?:foot|end)note-ref-\d+$/;

/**
 * Foot- and endnotes behind the paragraph, list or table that they belong to, each with its mark in front; mammoth puts
 * them all behind the last section of the document, which they would be cited with. `nodes`: the top of the document.
 */
export function withNotesInPlace(nodes: readonly HtmlNode[]): HtmlNode[] {
  const notes = new Map<string, HtmlElement>();
  const text: HtmlNode[] = [];
  for (const node of nodes) {
    const items = childrenOf(node).filter(isElement);
    if (node.nodeName === 'ol' && items.length > 0 && items.every((item) => NOTE.test(attribute(item, 'id') ?? ''))) {
      for (const item of items) notes.set(attribute(item, 'id') ?? '', item);
    } else text.push(node);
  }
  if (notes.size === 0) return text;
  return text.flatMap((node) => {
    const own: HtmlNode[] = [];
    for (const mark of descendants([node])) {
      if (!isElement(mark) || !NOTE_MARK.test(attribute(mark, 'id') ?? '')) continue;
      const id = (attribute(mark, 'href') ?? '').slice(1);
      const note = notes.get(id);
      notes.delete(id);
      if (note) own.push(...contentOf(note, childrenOf(mark).map(textOf).join('')));
    }
    return [node, ...own];
  });
}

/** Of a note, without its way back, and with its mark. */
function contentOf(note: HtmlElement, mark: string): readonly HtmlNode[] {
  for (const node of descendants([note])) {
    if (!isElement(node)) continue;
    node.childNodes = node.childNodes.filter(
      (child) => !(isElement(child) && NOTE_MARK.test((attribute(child, 'href') ?? '').slice(1))),
    );
  }
  const [first] = childrenOf(note).filter(isElement);
  if (first && mark !== '') {
    first.childNodes.unshift({ nodeName: '#text', value: `${mark} `, parentNode: first });
  }
  return childrenOf(note);
}
