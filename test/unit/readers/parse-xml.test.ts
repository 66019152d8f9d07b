import { describe, expect, it } from 'vitest';
import { parseXml, XmlError } from '../../../infra/readers/xml/parse-xml.js';

describe('parseXml', () => {
  it('gives elements, attributes and text in their order', () => {
    expect(parseXml('\uFEFF<?xml version="1.0"?>\n<a b="&lt;&#65;">1<c/>&amp;<![CDATA[<x>]]><!-- no --></a>')).toEqual({
      name: 'a',
      attributes: { b: '<A' },
      children: ['1', { name: 'c', attributes: {}, children: [] }, '&', '<x>'],
    });
  });

  it.each([
    '', ' ', 'text', '<a>', '</a>', '<a/><b/>', 'x<a/>', '<a><b></a></b>', '<a b=1/>', '<a b="1" b="2"/>', '<a b="<"/>', '<a>&</a>', '<a>\u0001</a>',
    '<a>]]></a>', '<a><![CDATA[x</a>', '<a><!-- x</a>', '<a>&#0;</a>', '<a><', '<a b="',
  ])('refuses what is not well-formed: %j', (xml) => {
    expect(() => parseXml(xml)).toThrow(XmlError);
  }); // prettier-ignore

  it('expands and fetches nothing that a DOCTYPE declares', () => {
    const declared = '<!DOCTYPE a [<!ENTITY e "expanded"><!ENTITY f SYSTEM "file:///etc/passwd">]>';
    for (const entity of ['&e;', '&f;', '&nbsp;']) {
      expect(() => parseXml(`${declared}<a>${entity}</a>`)).toThrow(XmlError);
    }
    expect(parseXml(`${declared}<a>x</a>`).children).toEqual(['x']);
  });

  it('goes no deeper than 128', () => {
    expect(parseXml('<a>'.repeat(128) + '</a>'.repeat(128)).name).toBe('a');
    expect(() => parseXml('<a>'.repeat(129) + '</a>'.repeat(129))).toThrow('nested too deep');
  });
});
