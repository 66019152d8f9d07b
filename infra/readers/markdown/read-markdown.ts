import type { List, ListItem, Nodes, PhrasingContent, RootContent, Table } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';
import { assembleText } from '../../../core/reading/assemble-text.js';
import type { DraftBlock } from '../../../core/contract/block.js';
import type { Reading } from '../../../core/contract/reading.js';
import { splitFrontMatter } from './front-matter.js';

/** Markdown (CommonMark with GitHub's tables and lists) as blocks; the first level-1 heading is the title if no front matter gives one. */
export function readMarkdown(text: string): Reading {
  const { metadata, body } = splitFrontMatter(text.replace(/\r\n?/g, '\n').replace(/^\uFEFF/, ''));
  const tree = fromMarkdown(body, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });
  const blocks = tree.children.flatMap((node) => blocksOf(node)).filter((block) => block.text.trim() !== '');
  const title = metadata.title ?? blocks.find((block) => block.kind === 'heading' && block.headingLevel === 1)?.text;
  return assembleText(blocks, { ...metadata, ...(title === undefined ? {} : { title: title.replaceAll('\n', ' ') }) });
}

function blocksOf(node: RootContent): DraftBlock[] {
  if (node.type === 'heading') {
    return [
      { kind: 'heading', text: inline(node.children).replaceAll('\n', ' '), headingLevel: node.depth, boxes: [] },
    ];
  }
  if (node.type === 'list') return [{ kind: 'list', text: listLines(node, '').join('\n'), boxes: [] }];
  if (node.type === 'table') return [{ kind: 'table', text: tableText(node), boxes: [] }];
  if (node.type === 'code') return [{ kind: 'code', text: node.value, boxes: [] }];
  if (node.type === 'html') return [{ kind: 'paragraph', text: withoutTags(node.value), boxes: [] }];
  if (node.type === 'blockquote' || node.type === 'footnoteDefinition') return node.children.flatMap(blocksOf);
  // Paragraphs, and what carries no text: rules, link definitions.
  return [{ kind: 'paragraph', text: inline('children' in node ? node.children : []), boxes: [] }];
}

/** One line an item with its marker; items of an inner list are indented by their parent's marker. */
function listLines(list: List, indent: string): string[] {
  return list.children.flatMap((item, index) => {
    const marker = list.ordered ? `${(list.start ?? 1) + index}.` : '-';
    return itemLines(item, indent, marker);
  });
}

function itemLines(item: ListItem, indent: string, marker: string): string[] {
  const own: string[] = [];
  const inner: string[] = [];
  for (const child of item.children) {
    if (child.type === 'list') inner.push(...listLines(child, `${indent}  `));
    else own.push(...blocksOf(child).map((block) => block.text.replaceAll('\n', ' ')));
  }
  return [`${indent}${marker} ${own.join(' ')}`, ...inner];
}

function tableText(table: Table): string {
  return table.children
    .map((row) => row.children.map((cell) => inline(cell.children).replaceAll('\n', ' ').trim()).join(' | '))
    .join('\n');
}

/** The words of inline content: link texts and image descriptions, no addresses, no tags. */
function inline(nodes: readonly (PhrasingContent | Nodes)[]): string {
  return nodes.map(inlineText).join('');
}

function inlineText(node: PhrasingContent | Nodes): string {
  if (node.type === 'text' || node.type === 'inlineCode') return node.value;
  if (node.type === 'break') return '\n';
  if (node.type === 'html') return /^<br\s*\/?>$/i.test(node.value) ? '\n' : withoutTags(node.value);
  if (node.type === 'image' || node.type === 'imageReference') return node.alt ?? '';
  return 'children' in node ? inline(node.children) : '';
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

/** The text of HTML inside Markdown: no tags, comments, scripts or styles. */
function withoutTags(html: string): string {
  return html
    .replace(/<!--[\s\S]*?(?:-->|$)/g, '')
    .replace(/<(script|style)\b[\s\S]*?(?:<\/\1\s*>|$)/gi, '')
    .replace(/<\/?(?:p|div|br|li|tr|h[1-6])\b[^<>]*>/gi, '\n')
    .replace(/<[^<>]*>/g, '')
    .replace(/&(amp|lt|gt|quot|apos|nbsp);/g, (_, name: string) => ENTITIES[name] ?? '');
}
