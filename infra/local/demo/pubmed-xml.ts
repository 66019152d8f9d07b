/** A made-up record in the shape of PubMed's own. */
export interface DemonstrationRecord {
  /** From 99,000,001 on: PubMed is far from there. */
  readonly pmid: number;
  readonly title: string;
  readonly authors: readonly (readonly [lastName: string, foreName: string])[];
  readonly year: number;
  readonly month: string;
  readonly publicationTypes: readonly string[];
  readonly meshTerms: readonly string[];
  /** Labelled sections of a structured abstract. */
  readonly abstract: readonly (readonly [label: string, text: string])[];
}

/** A `PubmedArticleSet` of these records, in the element order of NLM's DTD (pubmed_190101.dtd). */
export function pubmedXml(records: readonly DemonstrationRecord[]): string {
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    '<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2019//EN" "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_190101.dtd">',
    '<!-- Made-up records for the medindex demonstration: no such articles, authors or results exist. -->',
    '<PubmedArticleSet>',
    ...records.map(articleXml),
    '</PubmedArticleSet>',
    '',
  ].join('\n');
}

function articleXml(record: DemonstrationRecord): string {
  const authors = record.authors.map(
    ([last, fore]) =>
      `          <Author ValidYN="Y"><LastName>${escapeXml(last)}</LastName><ForeName>${escapeXml(fore)}</ForeName></Author>`,
  );
  const sections = record.abstract.map(
    ([label, text]) => `          <AbstractText Label="${escapeXml(label)}">${escapeXml(text)}</AbstractText>`,
  );
  const types = record.publicationTypes.map(
    (type) => `          <PublicationType>${escapeXml(type)}</PublicationType>`,
  );
  const terms = record.meshTerms.map(
    (term) => `        <MeshHeading><DescriptorName MajorTopicYN="N">${escapeXml(term)}</DescriptorName></MeshHeading>`,
  );
  return `  <PubmedArticle>
    <MedlineCitation Status="MEDLINE" Owner="NLM">
      <PMID Version="1">${record.pmid}</PMID>
      <Article PubModel="Print">
        <Journal>
          <JournalIssue CitedMedium="Internet"><PubDate><Year>${record.year}</Year><Month>${record.month}</Month></PubDate></JournalIssue>
          <Title>Journal of Demonstration Records</Title>
          <ISOAbbreviation>J Demonstr Rec</ISOAbbreviation>
        </Journal>
        <ArticleTitle>${escapeXml(record.title)}</ArticleTitle>
        <Abstract>
${sections.join('\n')}
        </Abstract>
        <AuthorList CompleteYN="Y">
${authors.join('\n')}
        </AuthorList>
        <Language>eng</Language>
        <PublicationTypeList>
${types.join('\n')}
        </PublicationTypeList>
      </Article>
      <MeshHeadingList>
${terms.join('\n')}
      </MeshHeadingList>
    </MedlineCitation>
    <PubmedData>
      <PublicationStatus>ppublish</PublicationStatus>
      <ArticleIdList>
        <ArticleId IdType="pubmed">${record.pmid}</ArticleId>
        <ArticleId IdType="doi">10.5555/medindex.demo.${record.pmid}</ArticleId>
      </ArticleIdList>
    </PubmedData>
  </PubmedArticle>`;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
