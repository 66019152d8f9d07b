import { describe, expect, it } from 'vitest';
import type { Reading } from '../../../core/contract/reading.js';
import { readArticle } from '../../../infra/readers/pubmed/pubmed-article.js';
import { parseXml } from '../../../infra/readers/xml/parse-xml.js';
import { pubmedRecord } from '../../fixtures/documents/pubmed-xml.js';

function read(xml: string): Reading {
  const result = readArticle(parseXml(xml));
  if (!('reading' in result)) throw new Error('no reading');
  return result.reading;
}

/** Kind and text of every block; headings with their level. */
function outline(reading: Reading): string[] {
  return reading.blocks.map(({ kind, headingLevel, start, end }) => {
    const text = reading.text.slice(start, end);
    return kind === 'heading' ? `${'#'.repeat(headingLevel ?? 0)} ${text}` : text;
  });
}

const withArticleDate = (xml: string, date: string) =>
  xml.replace('<Language>', `<ArticleDate DateType="Electronic">${date}</ArticleDate><Language>`);

describe('dates of PubMed records', () => {
  it.each([
    ['<Year>2021</Year><Month>Mar</Month><Day>9</Day>', '2021-03-09', undefined],
    ['<Year>2021</Year><Month>03</Month><Day>09</Day>', '2021-03-09', undefined],
    ['<Year>2021</Year><Month>11</Month>', '2021-11', undefined],
    ['<Year>2021</Year><Month>September</Month>', '2021-09', undefined],
    ['<Year>2021</Year>', '2021', undefined],
    ['<Year>2021</Year><Month>Feb</Month><Day>30</Day>', '2021-02', undefined],
    ['<Year>2000</Year><Season>Spring</Season>', '2000', '2000 Spring'],
    ['<MedlineDate>1998 Dec-1999 Jan</MedlineDate>', '1998-12', '1998 Dec-1999 Jan'],
    ['<MedlineDate>2000 Dec 23- 30</MedlineDate>', '2000-12-23', '2000 Dec 23- 30'],
    ['<MedlineDate>2000 Spring-Summer</MedlineDate>', '2000', '2000 Spring-Summer'],
    ['<MedlineDate>1978-1979</MedlineDate>', '1978', '1978-1979'],
    ['<MedlineDate>Winter 1995</MedlineDate>', '1995', 'Winter 1995'],
    ['<MedlineDate>2007 1st Quart</MedlineDate>', '2007', '2007 1st Quart'],
  ])('%s', (pubDate, publishedOn, issueDate) => {
    const { metadata } = read(pubmedRecord(0, { pubDate }));
    expect([metadata.publishedOn, metadata.issueDate]).toEqual([publishedOn, issueDate]);
  });

  it.each([
    ['<Year>2021</Year>', '2021-03-04', '2021-03-04'],
    ['<Year>2021</Year><Month>Mar</Month>', '2021-03-04', '2021-03-04'],
    ['<Year>2021</Year><Month>Jun</Month>', '2021-03-04', '2021-06'],
    ['<Year>2022</Year>', '2021-03-04', '2022'],
    ['', '2021-03-04', '2021-03-04'],
  ])('issue %s and online %s', (pubDate, electronicOn, publishedOn) => {
    const online = '<Year>2021</Year><Month>03</Month><Day>04</Day>';
    const { metadata } = read(withArticleDate(pubmedRecord(0, { pubDate: pubDate || '<Year/>' }), online));
    expect([metadata.publishedOn, metadata.electronicOn]).toEqual([publishedOn, electronicOn]);
  });
});

describe('markup within PubMed text', () => {
  it.each([
    ['10<sup>9</sup>/L', '10⁹/L'],
    ['Ca<sup>2+</sup> and HCO<sub>3</sub><sup>-</sup>', 'Ca²⁺ and HCO3⁻'],
    ['<i>P</i> &lt; 0.05, <b>n</b> = 12<sup>a</sup>', 'P < 0.05, n = 12^a'],
    ['the 5<sup>th</sup> dose of Fictamycin<sup>®</sup>', 'the 5th dose of Fictamycin®'],
    ['<u>under</u>lined, 10<sub>2</sub>', 'underlined, 10_2'],
    ['a fast-acting β\n\t\t\t<sub>2</sub>-agonist', 'a fast-acting β2-agonist'],
    ['counts of 10\n\t<sup>9</sup>/L in\n\t<sup>13</sup>C breath tests', 'counts of 10⁹/L in ¹³C breath tests'],
    ['0.5&#xa0;mg/kg, ≥ 4&#8201;mmol/L', '0.5 mg/kg, ≥ 4 mmol/L'],
    ['<![CDATA[AUC < 0.7]]>', 'AUC < 0.7'],
  ])('%s', (xml, text) => {
    const reading = read(pubmedRecord(0, { abstract: `<AbstractText>${xml}</AbstractText>` }));
    expect(outline(reading).at(-1)).toBe(text);
  });

  it.each([
    ['<mml:msup><mml:mn>10</mml:mn><mml:mn>9</mml:mn></mml:msup>', '10⁹'],
    ['<mml:msub><mml:mi>VO</mml:mi><mml:mn>2</mml:mn></mml:msub>', 'VO2'],
    ['<mml:msub><mml:mi>x</mml:mi><mml:mi>max</mml:mi></mml:msub>', 'x_max'],
    ['<mml:mover><mml:mi>V</mml:mi><mml:mo>˙</mml:mo></mml:mover>', 'V̇'],
    [
      '<mml:mfrac><mml:mrow><mml:mi>a</mml:mi><mml:mo>+</mml:mo><mml:mi>b</mml:mi></mml:mrow><mml:mn>2</mml:mn></mml:mfrac>',
      '(a+b)/2',
    ],
    ['<mml:msqrt><mml:mi>n</mml:mi><mml:mo>−</mml:mo><mml:mn>1</mml:mn></mml:msqrt>', '√(n-1)'],
    [
      '<mml:mmultiscripts><mml:mi>He</mml:mi><mml:mprescripts/><mml:none/><mml:mn>3</mml:mn></mml:mmultiscripts>',
      '³He',
    ],
    ['<mml:mi>p</mml:mi><mml:mo>&lt;</mml:mo><mml:mn>0.05</mml:mn>', 'p < 0.05'],
    ['<mml:mfenced open="[" close="]"><mml:mn>1</mml:mn><mml:mn>2</mml:mn></mml:mfenced>', '[1, 2]'],
    [
      '<mml:munderover><mml:mo>∑</mml:mo><mml:mrow><mml:mi>i</mml:mi><mml:mo>=</mml:mo><mml:mn>1</mml:mn></mml:mrow><mml:mi>n</mml:mi></mml:munderover>',
      '∑_(i = 1)^n',
    ],
  ])('formula %s', (mathml, line) => {
    const abstract = `<AbstractText>Of <mml:math xmlns:mml="http://www.w3.org/1998/Math/MathML">${mathml}</mml:math> it is said.</AbstractText>`;
    expect(outline(read(pubmedRecord(0, { abstract }))).at(-1)).toBe(`Of ${line} it is said.`.normalize('NFC'));
  });
});

describe('the parts of a PubMed record', () => {
  it('reads other abstracts under headings of their own, and drops labels that say nothing', () => {
    const xml = pubmedRecord(0, {
      title: 'Fictamycin.',
      abstract: '<AbstractText Label="UNLABELLED">It works.</AbstractText>',
    })
      .replace(
        '<MeshHeadingList>',
        `<OtherAbstract Type="Publisher" Language="por"><AbstractText Label="OBJETIVO">Avaliar a fictamicina.</AbstractText></OtherAbstract>
        <OtherAbstract Type="plain-language-summary" Language="eng"><AbstractText>It helps people.</AbstractText></OtherAbstract><MeshHeadingList>`,
      )
      .replace('<Language>', '<VernacularTitle>Fictamicina.</VernacularTitle><Language>');
    const reading = read(xml);
    expect(outline(reading)).toEqual([
      '# Fictamycin.',
      'Fictamicina.',
      'It works.',
      '## Abstract (Portuguese)',
      '### OBJETIVO',
      'Avaliar a fictamicina.',
      '## Plain language summary',
      'It helps people.',
    ]);
    expect(reading.metadata.vernacularTitle).toBe('Fictamicina.');
  });

  it('takes the vernacular title where there is none in English', () => {
    const xml = pubmedRecord(0, { title: '[Not Available].', abstract: '' }).replace(
      '<Language>eng',
      '<VernacularTitle>Étude de la fièvre.</VernacularTitle><Language>fre',
    );
    const reading = read(xml);
    expect([outline(reading), reading.metadata.title, reading.metadata.vernacularTitle, reading.language]).toEqual([
      ['# Étude de la fièvre.'], 'Étude de la fièvre.', undefined, 'fr',
    ]); // prettier-ignore
  });

  it('leaves out names that were found wrong, and keeps groups', () => {
    const xml = pubmedRecord(0).replace(
      '</AuthorList>',
      '<Author ValidYN="N"><LastName>Mistaken</LastName></Author><Author><LastName>Roe</LastName><Initials>J</Initials><Suffix>Jr</Suffix></Author></AuthorList>',
    );
    expect(read(xml).metadata.authors).toEqual(['Erika Muster', 'Imaginary Fever Group', 'J Roe Jr']);
  });

  it('reads a chapter of a book', () => {
    const reading = read(`<PubmedBookArticle><BookDocument><PMID Version="1">20301295</PMID>
      <ArticleIdList><ArticleId IdType="bookaccession">NBK1116</ArticleId><ArticleId IdType="doi">10.0000/book.1</ArticleId></ArticleIdList>
      <Book><Publisher><PublisherName>Imaginary University</PublisherName><PublisherLocation>Nowhere</PublisherLocation></Publisher>
        <BookTitle book="gene">Fevers<sup>®</sup></BookTitle><PubDate><Year>1993</Year></PubDate>
        <AuthorList Type="editors"><Author><LastName>Doe</LastName><ForeName>Jane</ForeName></Author></AuthorList>
        <Isbn>9780000000000</Isbn><Medium>Internet</Medium></Book>
      <ArticleTitle book="gene" part="fever">Imaginary Fever</ArticleTitle><Language>eng</Language>
      <AuthorList Type="authors"><Author><LastName>Muster</LastName><ForeName>Erika</ForeName></Author></AuthorList>
      <PublicationType UI="D016454">Review</PublicationType>
      <Abstract><AbstractText Label="CLINICAL CHARACTERISTICS.">Fever that is not there.</AbstractText><CopyrightInformation>© 1993</CopyrightInformation></Abstract>
      <Sections><Section><SectionTitle>Summary</SectionTitle></Section></Sections>
      <ContributionDate><Year>1998</Year><Month>Sep</Month><Day>4</Day></ContributionDate>
      <DateRevised><Year>2020</Year><Month>1</Month><Day>2</Day></DateRevised></BookDocument>
      <PubmedBookData><ArticleIdList><ArticleId IdType="pubmed">20301295</ArticleId></ArticleIdList></PubmedBookData></PubmedBookArticle>`);
    expect(outline(reading)).toEqual(['# Imaginary Fever', '## CLINICAL CHARACTERISTICS.', 'Fever that is not there.']);
    expect(reading.metadata).toEqual({
      title: 'Imaginary Fever', authors: ['Erika Muster'], editors: ['Jane Doe'], pmid: '20301295', pmidVersion: 1,
      doi: '10.0000/book.1', bookTitle: 'Fevers®', publisher: 'Imaginary University', isbn: '9780000000000',
      publicationTypes: ['Review'], publishedOn: '1998-09-04', revisedOn: '2020-01-02',
    }); // prettier-ignore
  });
});
