import { describe, expect, it } from 'vitest';
import type { SeenText } from '../../../core/reading/witness/account-for.js';
import { wordsOf } from '../../../core/reading/witness/words.js';
import { witnessHtml } from '../../../infra/readers/witness/html-witness.js';
import { witnessMarkdown } from '../../../infra/readers/witness/markdown-witness.js';
import { witnessArticle, witnessRecord } from '../../../infra/readers/witness/record-witness.js';

function told(seen: readonly SeenText[]): string[] {
  return seen.map(({ text, aside }) => `${aside ? `${aside.fate} ${aside.why}: ` : ''}${wordsOf(text).join(' ')}`);
}

describe('the witness of HTML', () => {
  it.each<[string, string, string[]]>([
    [
      'all text, words whole over tags of their letters',
      '<p>Give <b>A</b>spirin</p><p>H<sub>2</sub>O</p>',
      ['give aspirin h 2 o'],
    ],
    [
      'no scripts, styles and titles',
      '<title>x</title><style>p{}</style><script>if (a<b) "</p>"</script><p>seen',
      ['seen'],
    ],
    [
      'what its own tags hide',
      '<div hidden><div>a</div>b</div>c<p style="display:none">d<p>e',
      ['hidden marked: a b', 'c', 'hidden style: d', 'e'],
    ],
    ['what may be opened', '<div hidden="until-found">a</div>', ['a']],
    ['an attribute that only speaks of hiding', '<p style="overflow: hidden ;x" title="hidden">a</p>', ['a']],
    [
      'what is struck',
      '10 mg <del>1 mg</del> <span style="text-decoration: line-through">2 mg</span>',
      ['10 mg', 'struck struck: 1 mg', 'struck struck: 2 mg'],
    ],
    ['entities, comments and CDATA', '&ge;5&nbsp;&micro;g<!-- no --><![CDATA[yes]]>', ['5 μgyes']],
  ])('%s', (_name, html, seen) => {
    expect(told(witnessHtml(html))).toEqual(seen);
  });

  it('sees what stands behind elements that are closed in themselves', () => {
    expect(
      told(witnessHtml('<html xmlns="x"><head><title/><script src="a"/></head><body><p>seen</p></body></html>')),
    ).toEqual(['seen']);
  });

  it('takes a time that follows the length, whatever never ends', () => {
    for (const hostile of [
      '<a "'.repeat(100_000),
      '<'.repeat(300_000),
      '<!--'.repeat(100_000),
      '<div hidden>'.repeat(50_000),
    ])
      expect(witnessHtml(hostile).length).toBeLessThan(10);
  });
});

describe('the witness of Markdown', () => {
  it.each<[string, string, string[]]>([
    [
      'links without where they lead',
      '[NICE](https://nice.org.uk/ng1 "NG1") and [WHO][1]\n\n[1]: https://who.int',
      ['nice and who'],
    ],
    ['fields in front', '---\ntitle: Fever\n---\nText', ['furniture front-matter: title fever', 'text']],
    ['numbers of lists as nobody typed them', '1. one\n1. two\n- three', ['one two three']],
    ['struck text', 'Give ~~10 mg~~ 1 mg', ['give', 'struck struck: 10 mg', '1 mg']],
    ['code as it stands', '`a<b>c`\n```\n<p>x</p>\n```', ['a b c', 'p x p']],
  ])('%s', (_name, markdown, seen) => {
    expect(told(witnessMarkdown(markdown))).toEqual(seen);
  });
});

describe('the witness of records', () => {
  it('sees titles and abstracts of PubMed', () => {
    const record =
      '<PubmedArticle><PMID>1</PMID><ArticleTitle>On <i>fe</i>ver</ArticleTitle><AbstractText Label="A">H<sub>2</sub></AbstractText></PubmedArticle>';
    expect(told(witnessRecord(record))).toEqual(['on fever h 2']);
  });

  it('sees all of an article but what is left out on purpose', () => {
    const article =
      '<article><front><journal-meta>J</journal-meta><article-meta><article-id>9</article-id><title-group><article-title>T</article-title></title-group></article-meta></front>' +
      '<body><sec><title>S</title><p>Body <strike>old</strike> text</p></sec></body><back><ref-list><ref>R</ref></ref-list></back></article>';
    expect(told(witnessArticle(article))).toEqual([
      'furniture apparatus: j 9', 't s body', 'struck struck: old', 'text', 'furniture references: r',
    ]); // prettier-ignore
  });
});
