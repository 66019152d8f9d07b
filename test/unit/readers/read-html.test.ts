import { describe, expect, it } from 'vitest';
import { decodeHtml } from '../../../infra/readers/html/decode-html.js';
import { readHtml } from '../../../infra/readers/html/read-html.js';

const blocksOf = (html: string) => {
  const reading = readHtml(html);
  return reading.blocks.map((block) => [block.kind, reading.text.slice(block.start, block.end)]);
};

describe('readHtml', () => {
  it.each([
    ['10<sup>9</sup>/L', '10⁹/L'],
    ['10<sup>-3</sup> mol', '10⁻³ mol'],
    ['10<span class="x-superscript">12</span>/L', '10¹²/L'],
    ['m<span style="vertical-align: super">2</span>', 'm²'],
    ['the 5<sup>th</sup> day', 'the 5th day'],
    ['dose<sup>a</sup>', 'dose^a'],
    ['2<sup>n</sup>', '2^n'],
    ['CO<sub>2</sub> and log<sub>10</sub>', 'CO2 and log10'],
    ['T3<sub>4</sub>', 'T3_4'],
    ['&ge;&nbsp;4&thinsp;&micro;g &lt;b&gt;', '≥ 4 µg <b>'],
  ])('%s keeps its meaning', (html, text) => {
    expect(readHtml(`<body><p>${html}</p>`).text).toBe(text);
  });

  it('takes classes, roles and bold lines for headings, but not whole sentences', () => {
    expect(
      blocksOf(
        '<p class="Custom-V_head-A">One</p><p class="MsoHeading2">Two</p><div role="heading" aria-level="3">Three</div>' +
          '<p><b>Four</b></p><p><b>A bold sentence.</b></p><p class="table-head-1">No heading</p><p class="head-T">Title of a table</p>',
      ),
    ).toEqual([
      ['heading', 'One'],
      ['heading', 'Two'],
      ['heading', 'Three'],
      ['heading', 'Four'],
      ['paragraph', 'A bold sentence.'],
      ['paragraph', 'No heading'],
      ['caption', 'Title of a table'],
    ]);
  });

  it('puts paragraphs with bullets together as a list', () => {
    expect(blocksOf('<p>Offer:</p><p>•\trest</p><p>•\twater</p><p>Then stop.</p>')).toEqual([
      ['paragraph', 'Offer:'],
      ['list', '• rest\n• water'],
      ['paragraph', 'Then stop.'],
    ]);
  });

  it('reads tables that only lay out a page as what they hold', () => {
    expect(blocksOf('<table><tr><td><h2>Left</h2><p>Words</p></td><td>More</td></tr></table>')).toEqual([
      ['heading', 'Left'],
      ['paragraph', 'Words'],
      ['paragraph', 'More'],
    ]);
  });

  it('keeps a form that holds the page, and links within the text', () => {
    const text = 'A sentence of the page that is wrapped in a form. '.repeat(4).trim();
    expect(readHtml(`<body><form><p>${text} <a href="/x">See there</a></p></form></body>`).text).toBe(
      `${text} See there`,
    );
  });

  it('is whole without end tags, html and body', () => {
    expect(blocksOf('<title>T of it</title><h1>H</h1><p>a<p>b<ul><li>c<li>d')).toEqual([
      ['heading', 'H'],
      ['paragraph', 'a'],
      ['paragraph', 'b'],
      ['list', '- c\n- d'],
    ]);
  });

  it('survives nesting without end, spans without measure and entities without number', () => {
    const depth = 100_000;
    expect(readHtml(`${'<div>'.repeat(depth)}deep${'</div>'.repeat(depth)} after`).text).toContain('deep');
    expect(readHtml(`${'<b>'.repeat(depth)}bold`).text).toBe('bold');
    expect(readHtml(`${'<ul><li>'.repeat(2000)}item`).text).toContain('item');
    expect(
      readHtml('<table><tr><td rowspan="99999999" colspan="99999999">a<td>b<tr><td>c<td>d</table>').text,
    ).toContain('a');
    const bomb = '<!DOCTYPE html [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><p>&b;&b;</p><p>end</p>';
    expect(readHtml(bomb).text).toContain('end');
    expect(readHtml(bomb).text).not.toContain('aaaa');
    expect(readHtml('').blocks).toEqual([]);
  });
});

describe('decodeHtml', () => {
  const bytes = (text: string) => Buffer.from(text, 'latin1');

  it('goes by byte order mark, then declaration, then UTF-8', () => {
    expect(decodeHtml(bytes('<meta charset="windows-1252"><p>5 \xB5g \x96 M\xFCller'))).toContain('5 µg – Müller');
    expect(decodeHtml(bytes("<?xml version='1.0' encoding='iso-8859-1'?><p>\xE9"))).toContain('é');
    expect(decodeHtml(Buffer.from('<meta charset="utf-8"><p>≥ 5'))).toContain('≥ 5');
    expect(decodeHtml(Buffer.from('\uFEFF<meta charset="latin1"><p>≥ 5'))).toContain('≥ 5');
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('<p>≥ 5', 'utf16le')]);
    expect(decodeHtml(utf16)).toContain('≥ 5');
  });

  it.each(['<p>5 \xB5g', '<meta charset="no-such-charset"><p>x'])('refuses what it would have to guess', (html) => {
    expect(() => decodeHtml(bytes(html))).toThrow(expect.objectContaining({ code: 'TEXT_UNREADABLE' }) as Error);
  });
});
