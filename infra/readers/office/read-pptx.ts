import { posix } from 'node:path';
import { Failure } from '../../../core/contract/failures.js';
import { assembleText } from '../../../core/reading/assemble-text.js';
import type { DraftBlock } from '../../../core/contract/block.js';
import type { Reading } from '../../../core/contract/reading.js';
import type { Archive } from '../archive/open-archive.js';
import { allNodes, firstNode, lineOf, xmlNodes, type XmlNode } from '../archive/xml-nodes.js';
import { officeMetadata } from './office-metadata.js';

const PRESENTATION = 'ppt/presentation.xml';
/** What stands on every slide: date, footer, number. */
const FURNITURE = new Set(['dt', 'ftr', 'sldNum', 'hdr']);
const TITLES = new Set(['title', 'ctrTitle']);

/**
 * A presentation, slide by slide in the order in which they are shown: titles are headings, paragraphs of a text box or of a
 * diagram (SmartArt) a list, tables rows. Speaker's notes, hidden slides and pictures are left out.
 */
export async function readPptx(archive: Archive): Promise<Reading> {
  const blocks: DraftBlock[] = [];
  for (const name of await slideNames(archive)) {
    const xml = await archive.text(name);
    if (xml === null) throw new Failure('ARCHIVE_DAMAGED');
    const slide = xmlNodes(xml);
    if (firstNode(slide, 'sld')?.attributes['show'] === '0') continue;
    const shapes = [...allNodes(slide, 'sp'), ...allNodes(slide, 'graphicFrame')];
    const drafts = [...shapes.flatMap(shapeBlocks), ...(await diagramBlocks(archive, name))];
    // A title may stand anywhere in the file; it is read first.
    blocks.push(...drafts.filter((block) => block.kind === 'heading'), ...drafts.filter((block) => block.kind !== 'heading')); // prettier-ignore
  }
  const metadata = await officeMetadata(archive);
  const title = metadata.title ?? blocks.find((block) => block.kind === 'heading')?.text;
  return assembleText(blocks, { ...metadata, ...(title === undefined ? {} : { title }) });
}

/** Slides in their order, by the relations of the presentation. */
async function slideNames(archive: Archive): Promise<string[]> {
  const presentation = xmlNodes((await archive.text(PRESENTATION)) ?? '');
  const relations = xmlNodes((await archive.text('ppt/_rels/presentation.xml.rels')) ?? '');
  const targets = new Map(
    allNodes(relations, 'Relationship').map(({ attributes }) => [attributes['Id'], attributes['Target'] ?? '']),
  );
  return allNodes(presentation, 'sldId').flatMap(({ attributes }) => {
    const target = targets.get(attributes['r:id']);
    if (target === undefined) return [];
    return [target.startsWith('/') ? target.slice(1) : posix.join('ppt', target)];
  });
}

function shapeBlocks(shape: XmlNode): DraftBlock[] {
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

interface SlideParagraph {
  readonly text: string;
  readonly level: number;
}

function paragraphsOf(shape: XmlNode): SlideParagraph[] {
  return allNodes(shape, 'p').flatMap((paragraph) => {
    const text = paragraphText(paragraph);
    return text === '' ? [] : [{ text, level: Number(firstNode(paragraph, 'pPr')?.attributes['lvl'] ?? 0) || 0 }];
  });
}

function textBlocks(paragraphs: readonly SlideParagraph[]): DraftBlock[] {
  if (paragraphs.length === 0) return [];
  const [only] = paragraphs;
  if (only && paragraphs.length === 1) return [{ kind: 'paragraph', text: only.text, boxes: [] }];
  const lines = paragraphs.map(({ text, level }) => `${'  '.repeat(level)}- ${text}`);
  return [{ kind: 'list', text: lines.join('\n'), boxes: [] }];
}

/** Diagrams of a slide, which keep their words in files of their own: each a list of what stands in its shapes. */
async function diagramBlocks(archive: Archive, slideName: string): Promise<DraftBlock[]> {
  const { dir, base } = posix.parse(slideName);
  const relations = await archive.text(posix.join(dir, '_rels', `${base}.rels`));
  if (relations === null) return [];
  const blocks: DraftBlock[] = [];
  for (const { attributes } of allNodes(xmlNodes(relations), 'Relationship')) {
    if (!attributes['Type']?.endsWith('/diagramData')) continue;
    const data = await archive.text(posix.join(dir, attributes['Target'] ?? ''));
    if (data === null) continue;
    const points = allNodes(xmlNodes(data), 'pt').filter(({ attributes: { type = 'node' } }) => type === 'node');
    blocks.push(...textBlocks(points.flatMap(paragraphsOf)));
  }
  return blocks;
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

/** Runs follow each other without a space; breaks are spaces. */
function paragraphText(paragraph: XmlNode): string {
  const runs = paragraph.children.map((child) => {
    if (child.name === 'br') return ' ';
    return allNodes(child, 't')
      .map((run) => run.text)
      .join('');
  });
  return lineOf({ name: '', attributes: {}, children: [], text: runs.join('') }) ?? '';
}
