import { describe, expect, it } from 'vitest';
import type { Reading } from '../../../core/contract/reading.js';
import { readJats } from '../../../infra/readers/jats/read-jats.js';
import { parseXml } from '../../../infra/readers/xml/parse-xml.js';
import { jatsArticle } from '../../fixtures/documents/jats-xml.js';

function read(parts: Parameters<typeof jatsArticle>[0]): Reading {
  const result = readJats(parseXml(jatsArticle(parts)));
  if (!('reading' in result)) throw new Error('no reading');
  return result.reading;
}

/** Kind and text of every block behind the title. */
function outline(reading: Reading): string[] {
  return reading.blocks.slice(1).map(({ kind, headingLevel, start, end }) => {
    const text = reading.text.slice(start, end);
    return kind === 'heading' ? `${'#'.repeat(headingLevel ?? 0)} ${text}` : `${kind}: ${text}`;
  });
}

describe('PMC full text', () => {
  it('says what the front says', () => {
    const reading = read({
      meta: `<article-id pub-id-type="pmid">21810267</article-id><article-id pub-id-type="pmcid">PMC3166277</article-id><article-id pub-id-type="pmcid-ver">PMC3166277.2</article-id><article-id pub-id-type="doi">10.0000/jim.1</article-id>
        <article-categories><subj-group subj-group-type="heading"><subject>Research Article</subject></subj-group></article-categories>
        <title-group><article-title>Fictamycin in <italic>imaginary</italic> fever</article-title><subtitle>A trial</subtitle></title-group>
        <contrib-group><contrib contrib-type="author"><name><surname>Muster</surname><given-names>Erika</given-names></name><xref ref-type="aff" rid="a">1</xref></contrib><contrib contrib-type="author"><collab>Imaginary Fever Group</collab></contrib><contrib contrib-type="editor"><name><surname>Doe</surname><given-names>Jane</given-names></name></contrib></contrib-group>
        <aff id="a">Nowhere</aff>
        <pub-date pub-type="pmc-release"><year>2012</year></pub-date><pub-date pub-type="collection"><year>2011</year></pub-date><pub-date pub-type="epub"><day>2</day><month>8</month><year>2011</year></pub-date>
        <volume>11</volume><fpage>174</fpage><lpage>180</lpage><kwd-group><kwd>Fever</kwd></kwd-group>
        <related-article related-article-type="corrected-article" ext-link-type="pubmed" xlink:href="77"/>`,
      body: '<p>Text.</p>',
    });
    expect(reading.metadata).toEqual({
      title: 'Fictamycin in imaginary fever: A trial', authors: ['Erika Muster', 'Imaginary Fever Group'], editors: ['Jane Doe'],
      pmid: '21810267', pmcid: 'PMC3166277', doi: '10.0000/jim.1', journal: 'Journal of Imaginary Medicine', journalAbbreviation: 'J Imag Med',
      issn: '0000-0000', publisher: 'Imaginary Press', volume: '11', pageRange: '174-180', publishedOn: '2011-08-02', electronicOn: '2011-08-02',
      publicationTypes: ['Research Article'], keywords: ['Fever'], relatedRecords: [{ type: 'corrected-article', pmid: '77' }],
    }); // prettier-ignore
    expect(reading.language).toBe('en');
  });

  it('keeps sections, lists, notes and appendices, and leaves cited papers out', () => {
    const reading = read({
      abstract:
        '<abstract><sec><title>Background</title><p>Fever is common.</p></sec></abstract><trans-abstract xml:lang="pt"><p>A febre é comum.</p></trans-abstract>',
      body: `<sec><label>1.</label><title>Methods</title><p>We asked.</p><sec><title>Doses</title><p>Given were: <list list-type="order"><list-item><p>0.5 mg/kg</p></list-item><list-item><p>1 mg/kg</p><list list-type="bullet"><list-item><p>slowly</p></list-item></list></list-item></list> as before.</p></sec><sec><title>Empty</title></sec></sec>
        <sec sec-type="supplementary-material"><title>Additional files</title><supplementary-material><caption><p>Click here.</p></caption></supplementary-material></sec>`,
      back: `<ack><p>We thank the sun.</p></ack><fn-group><fn><label>a</label><p>Given twice.</p></fn></fn-group><app-group><app><title>Appendix</title><p>More.</p></app></app-group>
        <ref-list><title>References</title><ref id="B1"><mixed-citation>Doe J. A cited paper.</mixed-citation></ref></ref-list>`,
    });
    expect(outline(reading)).toEqual([
      '## Abstract', '### Background', 'paragraph: Fever is common.', '## Abstract (Portuguese)', 'paragraph: A febre é comum.',
      '## 1. Methods', 'paragraph: We asked.', '### Doses', 'paragraph: Given were:', 'list: 1. 0.5 mg/kg\n2. 1 mg/kg\n  - slowly', 'paragraph: as before.',
      '## Acknowledgements', 'paragraph: We thank the sun.', '## Footnotes', 'paragraph: a Given twice.', '## Appendix', 'paragraph: More.',
    ]); // prettier-ignore
  });

  it('writes tables as rows between caption and notes, and puts floats where they are first named', () => {
    const table = `<table-wrap id="T1"><label>Table 1</label><caption><p>Doses by age</p></caption><table><thead><tr><th>Age</th><th colspan="2">Dose (mg)<sup>a</sup></th></tr></thead>
      <tbody><tr><td rowspan="2">2–5 years</td><td>day</td><td>10<sup>3</sup></td></tr><tr><td>night</td><td/></tr></tbody></table><table-wrap-foot><fn><p><sup>a</sup>By mouth.</p></fn></table-wrap-foot></table-wrap>`;
    const figure =
      '<fig id="F1"><label>Figure 1.</label><caption><title>Course</title><p>Days since onset.</p></caption><graphic xlink:href="f1"/></fig>';
    const reading = read({
      body: `<sec><title>Results</title><p>See <xref ref-type="table" rid="T1">Table 1</xref>.</p><p>Then.</p></sec>`,
      floats: table + figure,
    });
    expect(outline(reading)).toEqual([
      '## Results', 'paragraph: See Table 1.', 'caption: Table 1. Doses by age',
      'table: Age | Dose (mg)^a\n2–5 years | day | 10³\n2–5 years | night', 'paragraph: ^a By mouth.', 'paragraph: Then.',
      '## Figures and tables', 'caption: Figure 1. Course Days since onset.',
    ]); // prettier-ignore
  });

  it.each([
    [
      '5 mg<sup><xref ref-type="bibr" rid="B1">12</xref>,<xref ref-type="bibr" rid="B2">13</xref></sup> daily',
      '5 mg [12,13] daily',
    ],
    ['5 mg<xref ref-type="bibr" rid="B1"><sup>12</sup></xref>.', '5 mg [12].'],
    ['as shown [<xref ref-type="bibr" rid="B1">12</xref>]', 'as shown [12]'],
    ['10<sup>9</sup>/L, CO<sub>2</sub>', '10⁹/L, CO2'],
    [
      'let <inline-formula><alternatives><tex-math>\\documentclass{minimal}\\begin{document}$$x^{2}$$\\end{document}</tex-math><mml:math><mml:msup><mml:mi>x</mml:mi><mml:mn>2</mml:mn></mml:msup></mml:math></alternatives></inline-formula> be',
      'let x² be',
    ],
    [
      'let <inline-formula><tex-math>\\documentclass{minimal}\\begin{document}$$x^{2}$$\\end{document}</tex-math></inline-formula> be',
      'let x^{2} be',
    ],
    [
      'with<disp-formula id="E1"><label>(1)</label><graphic xlink:href="e1"/></disp-formula>where',
      'with [formula] (1) where',
    ],
  ])('inline: %s', (xml, text) => {
    expect(outline(read({ body: `<p>${xml}</p>` }))).toEqual([`paragraph: ${text}`]);
  });

  it('tells retracted articles, and articles without an identity', () => {
    const meta =
      '<article-id pub-id-type="pmc">12</article-id><title-group><article-title>T</article-title></title-group>';
    const retracted = `${meta}<related-article related-article-type="retraction-forward" xlink:href="9"/>`;
    expect(readJats(parseXml(jatsArticle({ meta: retracted })))).toMatchObject({
      externalId: 'pmcid:PMC12',
      retracted: true,
    });
    expect(readJats(parseXml(jatsArticle({ meta: '<title-group/>' })))).toEqual({
      problem: 'the article has no PMCID, PMID, DOI or number of its publisher',
    });
  });
});
