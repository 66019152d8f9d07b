import { Failure } from '../../../core/contract/failures.js';
import { assembleText } from '../../../core/reading/assemble-text.js';
import { accountFor } from '../../../core/reading/witness/account-for.js';
import type { DraftBlock } from '../../../core/contract/block.js';
import type { Reading } from '../../../core/contract/reading.js';
import type { Archive } from '../archive/open-archive.js';
import { mainPart } from '../archive/archive-format.js';
import { allNodes, firstNode, xmlNodes, type XmlNode } from '../archive/xml-nodes.js';
import { witnessSlides } from '../witness/slide-witness.js';
import { drawingParts, relationsOf, type DrawingPart } from './drawing-parts.js';
import { officeMetadata } from './office-metadata.js';
import { inReadingOrder, type Place } from './slide-order.js';
import { oneForm, paragraphsOf, paragraphText, type SlideParagraph } from './slide-paragraphs.js';

const PRESENTATION = 'ppt/presentation.xml';
/** What stands on every slide: date, footer, number. */
const FURNITURE = new Set(['dt', 'ftr', 'sldNum', 'hdr']);
const TITLES = new Set(['title', 'ctrTitle']);

/**
 * A presentation, slide by slide in the order in which they are shown: titles are headings, paragraphs of a text box or of a
 * diagram (SmartArt) a list, tables and charts rows, and boxes follow each other as they are read. Speaker's notes, hidden slides and
 * shapes, struck text and pictures are left out.
 */
export async function readPptx(archive: Archive): Promise<Reading> {
  const blocks: DraftBlock[] = [];
  const presentation = (await mainPart(archive)) ?? PRESENTATION;
  for (const name of await slideNames(archive, presentation)) {
    const xml = await archive.text(name);
    if (xml === null) throw new Failure('ARCHIVE_DAMAGED');
    const slide = xmlNodes(xml);
    if (firstNode(slide, 'sld')?.attributes['show'] === '0') continue;
    const inherited = await layoutsOf(archive, name);
    const tree = firstNode(slide, 'spTree');
    const drawings = await drawingParts(archive, name);
    // What no shape draws is still a part of the slide.
    const unplaced = [...drawings].filter(([id]) => !xml.includes(`"${id}"`)).map(([, drawing]) => drawing);
    const drafts = [...(tree ? blocksWithin(tree, { inherited, drawings }) : []), ...unplaced.flatMap(drawnBlocks)];
    // A title may stand anywhere in the file; it is read first.
    blocks.push(...drafts.filter((block) => block.kind === 'heading'), ...drafts.filter((block) => block.kind !== 'heading')); // prettier-ignore
  }
  const metadata = await officeMetadata(archive);
  const title = metadata.title ?? blocks.find((block) => block.kind === 'heading')?.text;
  const reading = assembleText(blocks, { ...metadata, ...(title === undefined ? {} : { title }) });
  return { ...reading, account: accountFor({ seen: await witnessSlides(archive), read: reading.text }) };
}

/** Slides in their order, by the relations of the presentation. */
async function slideNames(archive: Archive, part: string): Promise<string[]> {
  const presentation = xmlNodes((await archive.text(part)) ?? '');
  const targets = new Map((await relationsOf(archive, part)).map(({ id, target }) => [id, target]));
  return allNodes(presentation, 'sldId').flatMap(({ attributes }) => targets.get(attributes['r:id'] ?? '') ?? []);
}

/** The layout and the master of a slide, which say where its placeholders stand. */
async function layoutsOf(archive: Archive, slideName: string): Promise<XmlNode[]> {
  const layouts: XmlNode[] = [];
  let part = slideName;
  for (const kind of ['/slideLayout', '/slideMaster']) {
    const next = (await relationsOf(archive, part)).find(({ type }) => type.endsWith(kind))?.target;
    const xml = next === undefined ? null : await archive.text(next);
    if (next === undefined || xml === null) break;
    layouts.push(xmlNodes(xml));
    part = next;
  }
  return layouts;
}

interface SlideContext {
  /** The layout and the master, in this order. */
  readonly inherited: readonly XmlNode[];
  readonly drawings: ReadonlyMap<string, DrawingPart>;
}

/** Blocks of the shapes of a slide or of a group, which stays together. */
function blocksWithin(group: XmlNode, context: SlideContext): DraftBlock[] {
  const shapes = oneForm(group.children).flatMap((shape) => {
    if (isHidden(shape)) return [];
    const blocks =
      shape.name === 'grpSp'
        ? blocksWithin(shape, context)
        : shape.name === 'sp' || shape.name === 'graphicFrame'
          ? shapeBlocks(shape, context)
          : [];
    if (blocks.length === 0) return [];
    const paragraphs = blocks.reduce((sum, { text }) => sum + text.split('\n').length, 0);
    return [
      {
        blocks,
        paragraphs,
        place: isTitle(shape) ? undefined : (placeOf(shape) ?? inheritedPlace(shape, context.inherited)),
      },
    ];
  });
  return inReadingOrder(shapes).flatMap(({ blocks }) => blocks);
}

/** It is read first, wherever it stands, and lies over all columns. */
function isTitle(shape: XmlNode): boolean {
  return shape.name === 'sp' && TITLES.has(firstNode(shape, 'ph')?.attributes['type'] ?? '');
}

function isHidden(shape: XmlNode): boolean {
  const [properties] = shape.children.filter(({ name }) => /^nv\w*Pr$/.test(name));
  return isOn(properties && firstNode(properties, 'cNvPr')?.attributes['hidden']);
}

/** By the shape itself; what stands within it has places of its own. */
function placeOf(shape: XmlNode): Place | undefined {
  const transforms = shape.children.flatMap(
    (child) =>
    child.name === 'xfrm' ? [child] : /^(?:sp|grpSp)Pr$/.test(child.name) ? child.children.filter(({ name }) => name === 'xfrm') : [], // prettier-ignore
  );
  const [transform] = transforms;
  const at = transform && firstNode(transform, 'off')?.attributes;
  const size = transform && firstNode(transform, 'ext')?.attributes;
  const [left, top, width, height] = [at?.['x'], at?.['y'], size?.['cx'], size?.['cy']].map(Number);
  if (left === undefined || top === undefined || width === undefined || height === undefined) return undefined;
  if (![left, top, width, height].every(Number.isFinite)) return undefined;
  return { left, top, right: left + width, bottom: top + height };
}

/** Of a placeholder: by the one of its index in the layout, else by one of its type. */
function inheritedPlace(shape: XmlNode, inherited: readonly XmlNode[]): Place | undefined {
  const own = firstNode(shape, 'ph')?.attributes;
  if (!own) return undefined;
  for (const layout of inherited) {
    const holders = allNodes(layout, 'sp').flatMap((holder) => {
      const attributes = firstNode(holder, 'ph')?.attributes;
      return attributes ? [{ holder, attributes }] : [];
    });
    const same = (name: 'idx' | 'type') => holders.find(({ attributes }) => own[name] !== undefined && attributes[name] === own[name]); // prettier-ignore
    const place = [same('idx'), same('type')].map((found) => found && placeOf(found.holder)).find((found) => found);
    if (place) return place;
  }
  return undefined;
}

function shapeBlocks(shape: XmlNode, { drawings }: SlideContext): DraftBlock[] {
  const id = firstNode(shape, 'relIds')?.attributes['r:dm'] ?? firstNode(shape, 'chart')?.attributes['r:id'];
  const drawing = id === undefined ? undefined : drawings.get(id);
  if (drawing) return drawnBlocks(drawing);
  const table = firstNode(shape, 'tbl');
  if (table) return tableBlocks(table);
  const kind = firstNode(shape, 'ph')?.attributes['type'] ?? '';
  if (FURNITURE.has(kind)) return [];
  const paragraphs = paragraphsOf(shape);
  if (paragraphs.length > 0 && TITLES.has(kind)) {
    return [{ kind: 'heading', headingLevel: 1, text: paragraphs.map(({ text }) => text).join(' '), boxes: [] }];
  }
  return textBlocks(paragraphs);
}

function textBlocks(paragraphs: readonly SlideParagraph[]): DraftBlock[] {
  if (paragraphs.length === 0) return [];
  const [only] = paragraphs;
  if (only && paragraphs.length === 1) {
    return [{ kind: 'paragraph', text: only.mark === undefined ? only.text : `${only.mark} ${only.text}`, boxes: [] }];
  }
  const lines = paragraphs.map(({ text, level, mark = '-' }) => `${'  '.repeat(level)}${mark} ${text}`);
  return [{ kind: 'list', text: lines.join('\n'), boxes: [] }];
}

/** Diagrams are lists of what stands in their shapes, charts the tables that they draw. */
function drawnBlocks(drawing: DrawingPart): DraftBlock[] {
  if (drawing.kind === 'diagram') return textBlocks(drawing.points.flatMap(paragraphsOf));
  const title: DraftBlock[] = drawing.title === undefined ? [] : [{ kind: 'caption', text: drawing.title, boxes: [] }];
  const text = drawing.rows.map((row) => row.join(' | ')).join('\n');
  return text === '' ? title : [...title, { kind: 'table', text, boxes: [] }];
}

/** A cell that goes on from the row above says the same there, as in HTML. */
function tableBlocks(table: XmlNode): DraftBlock[] {
  const rows: string[][] = [];
  for (const row of allNodes(table, 'tr')) {
    const above = rows.at(-1) ?? [];
    rows.push(
      allNodes(row, 'tc').map((cell, column) => {
        if (isOn(cell.attributes['vMerge'])) return above[column] ?? '';
        const texts = allNodes(cell, 'p').map(paragraphText);
        return texts.filter((text) => text !== '').join(' ');
      }),
    );
  }
  const lines = rows.map((cells) => cells.join(' | '));
  const text = lines.filter((line) => line.replace(/[|\s]/g, '') !== '').join('\n');
  return text === '' ? [] : [{ kind: 'table', text, boxes: [] }];
}

function isOn(value: string | undefined): boolean {
  return value === '1' || value === 'true';
}
