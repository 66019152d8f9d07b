import { assembleText } from '../../../core/reading/assemble-text.js';
import type { Reading } from '../../../core/contract/reading.js';
import { htmlBlocks } from './html-blocks.js';
import { htmlMetadata } from './html-metadata.js';
import { parseHtml } from './html-tree.js';
import { asHtml, isXhtml } from './xhtml.js';
import { mainContent } from './main-content.js';
import { accountFor } from '../../../core/reading/witness/account-for.js';
import { witnessHtml } from '../witness/html-witness.js';

/**
 * HTML as blocks: the document's own text without the site around it. Scripts, styles, forms and hidden elements are
 * dropped, and nothing is fetched. A page whose main content cannot be told is read whole.
 */
export function readHtml(text: string): Reading {
  const roots = parseHtml(isXhtml(text) ? asHtml(text) : text);
  const { nodes, guide, putAside } = mainContent(roots);
  const blocks = htmlBlocks(nodes, guide);
  const headings = blocks.filter((block) => block.kind === 'heading');
  const topLevel = Math.min(...headings.map((block) => block.headingLevel ?? 1));
  const heading = headings.find((block) => block.headingLevel === topLevel)?.text;
  const { metadata, language } = htmlMetadata(roots, heading);
  const reading = assembleText(blocks, metadata, language === undefined ? {} : { language });
  const account = accountFor({ seen: witnessHtml(text), read: reading.text, putAside: putAside() });
  return { ...reading, account };
}
