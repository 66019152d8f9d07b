import { posix } from 'node:path';
import type { Archive } from '../archive/open-archive.js';
import { allNodes, firstNode, lineOf, xmlNodes, type XmlNode } from '../archive/xml-nodes.js';

export interface Relation {
  readonly id: string;
  readonly type: string;
  /** Name of a part. */
  readonly target: string;
}

/** What a part of an Office file names by ids. */
export async function relationsOf(archive: Archive, part: string): Promise<Relation[]> {
  const { dir, base } = posix.parse(part);
  const xml = await archive.text(posix.join(dir, '_rels', `${base}.rels`));
  if (xml === null) return [];
  return allNodes(xmlNodes(xml), 'Relationship').map(({ attributes: { Id = '', Type = '', Target = '' } }) => ({
    id: Id,
    type: Type,
    target: Target.startsWith('/') ? Target.slice(1) : posix.join(dir, Target),
  }));
}

/** A drawing that keeps its words in a part of its own. */
export type DrawingPart =
  | { readonly kind: 'diagram'; readonly points: readonly XmlNode[] }
  | { readonly kind: 'chart'; readonly title: string | undefined; readonly rows: readonly (readonly string[])[] };

/** Diagrams (SmartArt) and charts of a part, by the ids under which it draws them. Those that are no XML say nothing. */
export async function drawingParts(archive: Archive, part: string): Promise<ReadonlyMap<string, DrawingPart>> {
  const drawings = new Map<string, DrawingPart>();
  for (const { id, type, target } of await relationsOf(archive, part)) {
    const kind = /\/(diagramData|chart)$/.exec(type)?.[1];
    const xml = kind === undefined ? null : await archive.text(target);
    if (xml === null) continue;
    const tree = treeOf(xml);
    if (tree) drawings.set(id, kind === 'chart' ? chartOf(tree) : { kind: 'diagram', points: pointsOf(tree) });
  }
  return drawings;
}

function treeOf(xml: string): XmlNode | undefined {
  try {
    return xmlNodes(xml);
  } catch {
    return undefined;
  }
}

/** Points with words, in the order in which they are connected: from the whole to its parts, one after the other. */
function pointsOf(data: XmlNode): XmlNode[] {
  const points = allNodes(data, 'pt').filter(({ attributes: { type = 'node' } }) => type === 'node' || type === 'doc');
  const byId = new Map(points.map((point) => [point.attributes['modelId'] ?? '', point]));
  const children = new Map<string, { readonly id: string; readonly order: number }[]>();
  for (const { attributes } of allNodes(data, 'cxn')) {
    if ((attributes['type'] ?? 'parOf') !== 'parOf') continue;
    const from = attributes['srcId'] ?? '';
    const to = { id: attributes['destId'] ?? '', order: Number(attributes['srcOrd'] ?? 0) };
    children.set(from, [...(children.get(from) ?? []), to]);
  }
  const left = new Set(points);
  const ordered: XmlNode[] = [];
  const stack = points.filter(({ attributes }) => attributes['type'] === 'doc').map(({ attributes }) => attributes['modelId'] ?? ''); // prettier-ignore
  for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
    const point = byId.get(id);
    if (!point || !left.delete(point)) continue;
    ordered.push(point);
    const below = [...(children.get(id) ?? [])].sort((a, b) => b.order - a.order);
    stack.push(...below.map((child) => child.id));
  }
  // What nothing connects stands as it stands.
  if (children.size === 0) return points.filter(({ attributes }) => attributes['type'] !== 'doc');
  return [...ordered, ...left].filter(({ attributes }) => attributes['type'] !== 'doc');
}

const MAX_POINTS = 1_000;
const MAX_SERIES = 100;

/** A chart as the table that it draws: a row a category, a column a series. */
function chartOf(chart: XmlNode): DrawingPart {
  const title = lineOf(chart.children.flatMap((space) => titlesIn(space))[0]);
  const series = allNodes(chart, 'ser').slice(0, MAX_SERIES);
  const names = series.map((one) => partText(one, 'tx'));
  const categories = series.map((one) => cachedPoints(one, ['cat', 'xVal'])).find((points) => points.size > 0);
  const values = series.map((one) => cachedPoints(one, ['val', 'yVal']));
  const indexes = [...new Set([categories ?? new Map<number, string>(), ...values].flatMap((points) => [...points.keys()]))]; // prettier-ignore
  const rows = indexes
    .sort((a, b) => a - b)
    .slice(0, MAX_POINTS)
    .map((index) => [categories?.get(index) ?? '', ...values.map((points) => points.get(index) ?? '')]);
  const axes = allNodes(chart, 'plotArea').flatMap((area) => area.children.filter(({ name }) => /Ax$/.test(name)));
  const named = axes.flatMap((axis) => axis.children.filter(({ name }) => name === 'title')).flatMap((node) => lineOf(richText(node)) ?? []); // prettier-ignore
  const whole = [title, ...named].filter((text) => text !== undefined).join('; ');
  return {
    kind: 'chart',
    title: whole === '' ? undefined : whole,
    rows: rows.length === 0 ? [] : [['', ...names], ...rows],
  };
}

function titlesIn(space: XmlNode): XmlNode[] {
  const chart = firstNode(space, 'chart');
  return (chart?.children ?? []).filter(({ name }) => name === 'title').map(richText);
}

/** Only what is text: properties hold numbers too. */
function richText(node: XmlNode): XmlNode {
  const texts = [...allNodes(node, 't'), ...allNodes(node, 'v')].map(({ text }) => text);
  return { name: '', attributes: {}, children: [], text: texts.join('') };
}

function partText(series: XmlNode, name: string): string {
  const part = series.children.find((child) => child.name === name);
  return (part && lineOf(richText(part))) ?? '';
}

function cachedPoints(series: XmlNode, names: readonly string[]): Map<number, string> {
  const part = series.children.find(({ name }) => names.includes(name));
  const points = new Map<number, string>();
  if (!part) return points;
  const format = firstNode(part, 'formatCode')?.text ?? '';
  for (const point of allNodes(part, 'pt')) {
    const value = firstNode(point, 'v')?.text.replace(/\s+/g, ' ').trim() ?? '';
    const former = points.get(Number(point.attributes['idx'] ?? 0));
    // Categories of several levels: the innermost stands first.
    points.set(Number(point.attributes['idx'] ?? 0), former === undefined ? shown(value, format) : `${shown(value, format)} ${former}`); // prettier-ignore
  }
  return points;
}

/** Numbers are kept with all the digits that a computation left. */
function shown(value: string, format: string): string {
  if (!/^-?\d*\.?\d+(?:E[-+]?\d+)?$/i.test(value)) return value;
  const number = Number(value);
  if (format.includes('%')) return `${String(Number((number * 100).toPrecision(10)))}%`;
  return String(Number(number.toPrecision(12)));
}
