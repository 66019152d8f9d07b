import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DOMParser, type Element } from '@xmldom/xmldom';
import { describe, expect, it } from 'vitest';
import { detectFormat } from '../../../infra/readers/detect-format.js';
import { RecordCursor } from '../../../infra/readers/pubmed/record-cursor.js';
import type { RecordPart } from '../../../infra/readers/reader-protocol.js';
import { PROJECT_ROOT } from '../../../infra/entry-point.js';

const SAMPLES = join(process.env['MEDINDEX_SHARED'] ?? join(PROJECT_ROOT, '..', 'shared'), 'samples', 'pmc');
/** Not read on purpose, see `infra/readers/jats/`. */
const UNREAD = ['ref-list', 'front', 'supplementary-material', 'graphic', 'object-id', 'disp-formula'];

/** The same by another parser and in the plainest way. */
describe.skipIf(!existsSync(SAMPLES))('PMC samples (skipped: ../shared is not on this machine)', () => {
  for (const name of existsSync(SAMPLES) ? readdirSync(SAMPLES).sort() : []) {
    it(`${name}: its ids, its sections in order, every word of its text, every row of its tables`, async () => {
      const path = join(SAMPLES, name);
      expect(await detectFormat(path)).toEqual({ format: 'pmc-xml', compressed: false });
      const parts: RecordPart[] = [];
      const cursor = await RecordCursor.atStart(path, 1e9);
      expect(await cursor.read(path, { fromIndex: 0, limit: 10, oneByOne: false, budgetMs: Infinity }, async (some) => void parts.push(...some))).toEqual({ total: 1, nextIndex: null }); // prettier-ignore
      const [part] = parts;
      if (!part || !('record' in part)) return expect.fail('the article was not read');
      const { externalId, reading } = part.record;

      const document = new DOMParser().parseFromString(readFileSync(path, 'utf8'), 'text/xml');
      const article = document.documentElement;
      if (!article) return expect.fail('no article');
      const id = (type: string) =>
        content(all(article, 'article-id').find((one) => one.getAttribute('pub-id-type') === type));
      expect(externalId).toBe(`pmcid:PMC${id('pmc')}`);
      expect([reading.metadata.pmid, reading.metadata.doi]).toEqual([id('pmid'), id('doi')]);
      expect(fold(reading.metadata.title)).toBe(fold(content(all(article, 'article-title')[0])));
      const contributors = all(all(article, 'contrib-group')[0], 'contrib').map(
        (one) => `${content(all(one, 'given-names')[0])} ${content(all(one, 'surname')[0])}`,
      );
      expect(reading.metadata.authors?.slice(0, contributors.length)).toEqual(contributors);

      const tables = all(article, 'table').map((table) => all(table, 'tr').length);
      expect(texts(reading, 'table').map((rows) => rows.split('\n').length)).toEqual(tables);
      const cited = all(article, 'article-title')
        .slice(1)
        .map(content)
        .filter((title) => title.length > 40);
      expect(cited.filter((title) => fold(reading.text).includes(fold(title)))).toEqual([]);
      const abstracts = all(article, 'abstract');
      const beside = all(article, 'sec').filter(
        (section) =>
          all(section, 'p').length === all(section, 'supplementary-material').flatMap((one) => all(one, 'p')).length,
      );
      for (const section of beside) section.parentNode?.removeChild(section);
      for (const unread of UNREAD)
        for (const one of all(article, unread)) one.parentNode?.replaceChild(document.createTextNode(' '), one);
      const sections = [...abstracts, ...all(article, 'body'), ...all(article, 'back')]
        .flatMap((parent) => all(parent, 'sec'))
        .filter((section) => all(section, 'p').length > 0)
        .map((section) => fold(content(all(section, 'title')[0])));
      const headings = texts(reading, 'heading').map(fold);
      expect(headings.filter((heading) => sections.includes(heading))).toEqual(sections);
      const kept = new Set(words(reading.text));
      for (const source of [...abstracts, article]) {
        expect(words(spaced(source)).filter((word) => !kept.has(word))).toEqual([]);
      }
    });
  }
});

function texts(
  reading: { text: string; blocks: readonly { kind: string; start: number; end: number }[] },
  kind: string,
): string[] {
  return reading.blocks
    .filter((block) => block.kind === kind)
    .map((block) => reading.text.slice(block.start, block.end));
}

function all(parent: Element | undefined, name: string): Element[] {
  return parent ? [...parent.getElementsByTagName(name)] : [];
}

function content(element: Element | undefined): string {
  return (element?.textContent ?? '').replace(/\s+/g, ' ').trim();
}

/** Text with a blank between elements that stand apart on paper. */
function spaced(element: Element): string {
  let text = '';
  for (const node of [...element.childNodes]) {
    if (node.nodeType === 3) text += node.nodeValue ?? '';
    else if (node.nodeType === 1) {
      const inner = spaced(node as Element);
      text += /^(?:italic|bold|sub|underline|sc|xref|email|ext-link|monospace|named-content)$/.test(node.nodeName)
        ? inner
        : ` ${inner} `;
    }
  }
  return text;
}

/** Words of letters only: how raised figures are written is tested elsewhere. */
function words(text: string): string[] {
  return text.normalize('NFC').match(/\p{L}{3,}/gu) ?? [];
}

function fold(text: string | undefined): string {
  return (text ?? '').normalize('NFKC').replace(/[\s^_\u00AD\u200B\uFEFF]/g, '');
}
