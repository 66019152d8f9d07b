import { allNodes, firstNode, type XmlNode } from '../archive/xml-nodes.js';

/** What a style says that changes what is read. Each value is absent where the style says nothing of it. */
export interface WordStyle {
  readonly isHeading: boolean;
  readonly numberedBy?: { readonly numId?: string; readonly level?: number };
  readonly struck?: boolean;
  readonly hidden?: boolean;
  readonly font?: string;
  /** `superscript`, `subscript` or `baseline`. */
  readonly aligned?: string;
}

/** Longer chains of styles are a circle. */
const MAX_STYLES = 20;

/** Styles of a Word file by their ids, each with what it takes over from those that it is based on. */
export function wordStyles(styles: XmlNode | undefined): ReadonlyMap<string, WordStyle> {
  const written = new Map((styles ? allNodes(styles, 'style') : []).map((style) => [style.attributes['w:styleId'] ?? '', style])); // prettier-ignore
  const resolved = new Map<string, WordStyle>();
  for (const id of written.keys()) {
    let merged: Partial<WordStyle> = {};
    let isHeading = false;
    let at: string | undefined = id;
    for (let steps = 0; at !== undefined && steps < MAX_STYLES; steps++) {
      const style: XmlNode | undefined = written.get(at);
      if (!style) break;
      merged = { ...styleOf(style), ...merged };
      if (at === id) isHeading = isHeadingName(firstNode(style, 'name')?.attributes['w:val'] ?? id);
      at = firstNode(style, 'basedOn')?.attributes['w:val'];
    }
    resolved.set(id, { ...merged, isHeading });
  }
  return resolved;
}

function isHeadingName(name: string): boolean {
  return /^(?:heading ?[1-9]|title)$/i.test(name);
}

function styleOf(style: XmlNode): Partial<WordStyle> {
  const numbering = firstNode(style, 'numPr');
  const run = style.children.find((child) => child.name === 'rPr');
  const struck = isOn(run, 'strike') ?? isOn(run, 'dstrike');
  const hidden = isOn(run, 'vanish');
  const aligned = run && firstNode(run, 'vertAlign')?.attributes['w:val'];
  const font = run && firstNode(run, 'rFonts')?.attributes['w:ascii'];
  return {
    ...(numbering ? { numberedBy: numberedBy(numbering) } : {}),
    ...(struck === undefined ? {} : { struck }),
    ...(hidden === undefined ? {} : { hidden }),
    ...(font === undefined ? {} : { font }),
    ...(aligned === undefined ? {} : { aligned }),
  };
}

export function numberedBy(numPr: XmlNode): { readonly numId?: string; readonly level?: number } {
  const numId = firstNode(numPr, 'numId')?.attributes['w:val'];
  const level = Number.parseInt(firstNode(numPr, 'ilvl')?.attributes['w:val'] ?? '', 10);
  return { ...(numId === undefined ? {} : { numId }), ...(Number.isFinite(level) ? { level } : {}) };
}

function isOn(properties: XmlNode | undefined, name: string): boolean | undefined {
  const property = properties?.children.find((child) => child.name === name);
  return property && !/^(?:0|false|off)$/.test(property.attributes['w:val'] ?? '1');
}
