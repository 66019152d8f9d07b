import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SaxesParser } from 'saxes';
import { describe, expect, it } from 'vitest';
import { parseXml } from '../../../infra/documents/xml/parse-xml.js';
import type { XmlElement } from '../../../infra/documents/xml/xml-tree.js';
import { PROJECT_ROOT } from '../../../infra/entry-point.js';
import { jatsArticle } from '../../fixtures/documents/jats-xml.js';
import { pubmedRecord } from '../../fixtures/documents/pubmed-xml.js';

const SAMPLES = join(process.env['MEDINDEX_SHARED'] ?? join(PROJECT_ROOT, '..', 'shared'), 'samples');

/** The same tree by a parser that looks at every character; `null` where the XML is not well-formed. */
function bySaxes(xml: string): XmlElement | null {
  const parser = new SaxesParser<{ xmlns: false; position: false }>({ xmlns: false, position: false });
  const root: XmlElement = { name: '', attributes: {}, children: [] };
  const open: XmlElement[] = [root];
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    const element: XmlElement = { name, attributes: { ...attributes }, children: [] };
    open.at(-1)?.children.push(element);
    open.push(element);
  });
  parser.on('closetag', () => open.pop());
  parser.on('text', (text) => open.at(-1)?.children.push(text));
  parser.on('cdata', (text) => open.at(-1)?.children.push(text));
  try {
    parser.write(xml).close();
  } catch {
    return null;
  }
  return root.children.find((child) => typeof child !== 'string') ?? null;
}

function byOurs(xml: string): XmlElement | null {
  try {
    return parseXml(xml);
  } catch {
    return null;
  }
}

/** Text in one piece between two elements, however a parser handed it out. */
function merged(element: XmlElement | null): unknown {
  if (element === null) return null;
  const children: unknown[] = [];
  for (const child of element.children) {
    const last = children.at(-1);
    if (typeof child === 'string' && typeof last === 'string') children[children.length - 1] = last + child;
    else if (child !== '') children.push(typeof child === 'string' ? child : merged(child));
  }
  return { name: element.name, attributes: { ...element.attributes }, children };
}

function expectSame(xml: string): void {
  expect(merged(byOurs(xml)), JSON.stringify(xml)).toEqual(merged(bySaxes(xml)));
}

const isNamedS = (name: string) => name === 's';

/** A small generator with a seed, so that a failure can be seen again. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

describe('parseXml', () => {
  it.each([
    '<a/>', '<a></a>', '<a >x</a >', '<a b="1" c=\'2\'/>', '<a b = "x\ty\nz"/>', '<a b="&lt;&#65;&#x42;">&amp;&gt;</a>', '<a b="1" b="2"/>',
    '<a b=1/>', '<a b="<"/>', '<a b="1"c="2"/>', '<a>]]></a>', '<a><![CDATA[<b>&amp;]]></a>', '<![CDATA[x]]><a/>', '<a><!-- x --></a>', '<a><!-- x -- y --></a>',
    '<a><?pi x?></a>', '<a><?xml x?></a>', '<a><??></a>', '<a>&nbsp;</a>', '<a>&</a>', '<a>&#0;</a>', '<a>&#xD800;</a>', '<a>&#x1F600;</a>', '<a>\u0001</a>', '<a>\uFFFE</a>',
    '<a><b></a></b>', '<a>', '</a>', '<a/><b/>', 'x<a/>', '<a/>x', '<a/> <!-- y -->\n', '', ' ', '<a', '<a b', '<a b="', '<1/>', '<a><</a>', '< a/>', '<a>\r\nx\ry</a>',
    '<é à="ü">ñ</é>', '<a:b c:d="e"/>', '<a><b/><b>1</b>2</a>', '<a x="a>b">c</a>', '\uFEFF<a/>', '<a>&lt</a>', '<a b="&"/>', '<!DOCTYPE a><a/', '<a><!DOCTYPE b></a>',
  ])('agrees with a parser that looks at every character: %j', (xml) => expectSame(xml)); // prettier-ignore

  it('agrees on damaged records', () => {
    const next = random(20261121);
    const sources = [
      pubmedRecord(3),
      jatsArticle({ body: '<sec><title>T</title><p>A &amp; <![CDATA[b]]> <!-- c --></p></sec>' }),
    ];
    const pieces = ['<', '>', '&', ';', '"', "'", '=', '/', '!', '?', '-', '[', ']', ' ', 'x', '&amp;', '<!--', '-->', ']]>', '<![CDATA[', '<b>', '</b>', '\u0000', 'é']; // prettier-ignore
    for (let round = 0; round < 3000; round++) {
      let xml = sources[round % sources.length] ?? '';
      for (let change = next(3); change >= 0; change--) {
        const at = next(xml.length);
        xml = xml.slice(0, at) + (pieces[next(pieces.length)] ?? '') + xml.slice(at + next(4));
      }
      expectSame(xml);
    }
  });

  it('leaves out what is named, and goes no deeper than 128', () => {
    const xml = '<a><s x="1"><s>in</s><t>]]&gt;</t></s><b/>c<s/></a>';
    expect(parseXml(xml, isNamedS)).toEqual({
      name: 'a', attributes: {}, children: [{ name: 'b', attributes: {}, children: [] }, 'c'],
    }); // prettier-ignore
    expect(() => parseXml('<a><s><t></s></t></a>', isNamedS)).toThrow('an end tag of another element');
    expect(() => parseXml('<a>'.repeat(129) + '</a>'.repeat(129))).toThrow('nested too deep');
    expect(() => parseXml(`<a>${'<s>'.repeat(129)}${'</s>'.repeat(129)}</a>`, isNamedS)).toThrow('nested too deep');
  });

  it.skipIf(!existsSync(SAMPLES))('agrees on the samples (skipped: ../shared is not on this machine)', () => {
    for (const folder of ['pubmed', 'pmc']) {
      for (const name of readdirSync(join(SAMPLES, folder))) {
        const file = readFileSync(join(SAMPLES, folder, name), 'utf8');
        const root = /<(?:PubmedArticleSet|article)[\s>]/.exec(file);
        const [ours, theirs] = [byOurs, bySaxes].map((parse) => merged(parse(file.slice(root?.index))));
        expect(ours).not.toBeNull();
        expect(ours).toEqual(theirs);
      }
    }
  });
});
