import type { List, ListItem, Nodes, PhrasingContent, RootContent, Table } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';
import { assembleText } from '../../../core/reading/assemble-text.js';
import { accountFor } from '../../../core/reading/witness/account-for.js';
import type { DraftBlock } from '../../../core/contract/block.js';
import type { Reading } from '../../../core/contract/reading.js';
import { htmlBlocks } from '../html/html-blocks.js';
import { parseHtml } from '../html/html-tree.js';
import { guideToPiece } from '../html/main-content.js';
import { splitFrontMatter } from './front-matter.js';
import { witnessMarkdown } from '../witness/markdown-witness.js';
import { escapeText } from '../xml/escape-text.js';

/** Markdown (CommonMark with GitHub's tables and lists) as blocks; the first level-1 heading is the title if no front matter gives one. */
export function readMarkdown(text: string): Reading {
  const { metadata, body } = splitFrontMatter(text.replace(/\r\n?/g, '\n').replace(/^\uFEFF/, ''));
  const tree = fromMarkdown(body, { extensions: [gfm({ singleTilde: false })], mdastExtensions: [gfmFromMarkdown()] });
  const blocks = withWholeHtml(tree.children)
    .flatMap(blocksOf)
    .filter((block) => block.text.trim() !== '');
  const title = metadata.title ?? blocks.find((block) => block.kind === 'heading' && block.headingLevel === 1)?.text;
  const reading = assembleText(blocks, {
    ...metadata,
    ...(title === undefined ? {} : { title: title.replaceAll('\n', ' ') }),
  });
  return { ...reading, account: accountFor({ seen: witnessMarkdown(text), read: reading.text }) };
}

function blocksOf(node: RootContent): DraftBlock[] {
  if (node.type === 'heading') {
    return [
      { kind: 'heading', text: inline(node.children).replaceAll('\n', ' '), headingLevel: node.depth, boxes: [] },
    ];
  }
  if (node.type === 'list') return listBlocks(node);
  if (node.type === 'table') return [{ kind: 'table', text: tableText(node), boxes: [] }];
  if (node.type === 'code') return [{ kind: 'code', text: node.value, boxes: [] }];
  if (node.type === 'html') return htmlPiece(node.value);
  if (node.type === 'blockquote' || node.type === 'footnoteDefinition') return withWholeHtml(node.children).flatMap(blocksOf); // prettier-ignore
  // Paragraphs, and what carries no text: rules, link definitions.
  return [{ kind: 'paragraph', text: inline('children' in node ? node.children : []), boxes: [] }];
}

/**
 * One line an item with its marker; items of an inner list are indented by their parent's marker. Tables and code within an
 * item are blocks between the lines.
 */
function listBlocks(list: List): DraftBlock[] {
  const blocks: DraftBlock[] = [];
  let lines: string[] = [];
  const flush = () => {
    if (lines.length > 0) blocks.push({ kind: 'list', text: lines.join('\n'), boxes: [] });
    lines = [];
  };
  const addList = ({ children, ordered, start }: List, indent: string) => {
    for (const [index, item] of children.entries()) {
      addItem(item, indent, ordered ? `${(start ?? 1) + index}.` : '-');
    }
  };
  const addItem = (item: ListItem, indent: string, marker: string) => {
    lines.push(`${indent}${marker} `);
    for (const child of withWholeHtml(item.children)) {
      if (child.type === 'list') {
        addList(child, `${indent}  `);
        continue;
      }
      for (const block of blocksOf(child)) {
        const isLine = block.kind !== 'table' && block.kind !== 'code';
        if (isLine && lines.length > 0) lines[lines.length - 1] += `${block.text.replaceAll('\n', ' ')} `;
        else {
          flush();
          blocks.push(block);
        }
      }
    }
  };
  addList(list, '');
  flush();
  return blocks;
}

function tableText(table: Table): string {
  return table.children
    .map((row) => row.children.map((cell) => inline(cell.children).replaceAll('\n', ' ').trim()).join(' | '))
    .join('\n');
}

/** The words of inline content: link texts and image descriptions, no addresses, no tags, nothing that is struck through. */
function inline(nodes: readonly (PhrasingContent | Nodes)[]): string {
  if (!nodes.some(holdsHtml)) return nodes.map(inlineText).join('');
  return htmlPiece(`<div>${nodes.map(inlineHtml).join('')}</div>`).map(({ text }) => text).join('\n'); // prettier-ignore
}

function inlineText(node: PhrasingContent | Nodes): string {
  if (node.type === 'text' || node.type === 'inlineCode') return node.value;
  if (node.type === 'break') return '\n';
  if (node.type === 'image' || node.type === 'imageReference') return node.alt ?? '';
  if (node.type === 'delete') return '';
  return 'children' in node ? node.children.map(inlineText).join('') : '';
}

function holdsHtml(node: PhrasingContent | Nodes): boolean {
  return node.type === 'html' || ('children' in node && node.children.some(holdsHtml));
}

/** A tag may begin in one node and end in another. */
function inlineHtml(node: PhrasingContent | Nodes): string {
  if (node.type === 'html') return node.value;
  if (node.type === 'break') return '<br>';
  if (node.type === 'delete') return '';
  return 'children' in node ? node.children.map(inlineHtml).join('') : escapeText(inlineText(node));
}

function htmlPiece(html: string): DraftBlock[] {
  const roots = parseHtml(html);
  return htmlBlocks(roots, guideToPiece(roots));
}

/**
 * Pieces of HTML that blank lines part are one, and so is a table of HTML whose cells are written in Markdown: by
 * themselves they would be rows without a table.
 */
function withWholeHtml(nodes: readonly RootContent[]): RootContent[] {
  const whole: RootContent[] = [];
  let open: { type: 'html'; value: string } | undefined;
  let depth = 0;
  for (const node of nodes) {
    if (node.type !== 'html') {
      if (open && depth > 0)
        open.value += blocksOf(node).map(({ text }) => `<p>${escapeText(text)}</p>`).join(''); // prettier-ignore
      else {
        open = undefined;
        whole.push(node);
      }
      continue;
    }
    if (open) open.value += `\n${node.value}`;
    else whole.push((open = { type: 'html', value: node.value }));
    depth = Math.max(0, depth + (node.value.match(/<table\b/gi)?.length ?? 0) - (node.value.match(/<\/table\b/gi)?.length ?? 0)); // prettier-ignore
  }
  return whole;
}
