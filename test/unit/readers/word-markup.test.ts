import { describe, expect, it } from 'vitest';
import { plainWordMarkup } from '../../../infra/readers/office/word-markup.js';

const r = (text: string) => `<m:r><m:rPr><m:sty m:val="p"/></m:rPr><m:t>${text}</m:t></m:r>`;
const e = (text: string) => `<m:e>${r(text)}</m:e>`;
const written = (markup: string) =>
  /<w:t xml:space="preserve">(.*?)<\/w:t>/.exec(plainWordMarkup(`<w:p><m:oMath>${markup}</m:oMath></w:p>`))?.[1];

describe('Word markup', () => {
  it.each([
    ['a fraction', `<m:f><m:fPr><m:type m:val="bar"/></m:fPr><m:num>${r('a+b')}</m:num><m:den>${r('2')}</m:den></m:f>`, '(a+b)/2'],
    ['a power', `<m:sSup>${e('10')}<m:sup>${r('9')}</m:sup></m:sSup>${r('/L')}`, '10⁹/L'],
    ['an index', `<m:sSub>${e('H')}<m:sub>${r('2')}</m:sub></m:sSub>${r('O')}`, 'H2O'],
    ['a root', `<m:rad><m:radPr><m:degHide m:val="1"/></m:radPr><m:deg/>${e('n')}</m:rad>`, '√n'],
    ['brackets', `<m:d><m:dPr><m:begChr m:val="["/><m:endChr m:val="]"/></m:dPr>${e('x')}</m:d>`, '[x]'],
    ['a bound', r('K &lt; 3'), 'K &lt; 3'],
    ['what is not known', `<m:groupChr><m:groupChrPr/>${e('left')}</m:groupChr>`, 'left'],
  ])('writes %s in a line', (_name, markup, text) => expect(written(markup)).toBe(text)); // prettier-ignore

  it('leaves out runs that are hidden, and nothing else', () => {
    const run = (properties: string, text: string) =>
      `<w:r w:rsidR="1"><w:rPr>${properties}</w:rPr><w:t>${text}</w:t></w:r>`;
    const kept = [
      run('<w:vanish w:val="0"/>', 'a'),
      run('<w:webHidden/>', 'b'),
      '<w:p><w:pPr><w:rPr><w:vanish/></w:rPr></w:pPr><w:r><w:t>c</w:t></w:r></w:p>',
      '<w:r><w:rPr><w:vanish/></w:rPr><w:pict><w:r><w:t>d</w:t></w:r></w:pict></w:r>',
    ];
    const hidden = run('<w:b/><w:vanish/><w:i/>', 'gone');
    expect(plainWordMarkup(kept.join(hidden))).toBe(kept.join(''));
    expect(plainWordMarkup(`${hidden}${hidden}`)).toBe('');
  });

  it.each(['<m:oMath>', '<w:vanish/>', '<w:rPr><w:vanish/>', '<w:r><w:rPr><w:vanish/>', '<m:oMathPara '])(
    'takes time that follows the length: %s',
    (piece) => {
      const broken = piece.repeat(200_000);
      expect(plainWordMarkup(broken).length).toBeGreaterThan(0);
    },
  );
});
