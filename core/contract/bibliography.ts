/** What bibliographic records (PubMed, PMC) say of a paper or a book's chapter; every field as found. */
export interface BibliographicMetadata {
  readonly pmid?: string;
  /** `Version` of the PMID: of two records with one PMID the higher is the newer. */
  readonly pmidVersion?: number;
  readonly doi?: string;
  /** With its prefix, e.g. `PMC2579563`. */
  readonly pmcid?: string;
  /** BCP 47 primary tag; where the record's text is in another language, as abstracts mostly are. */
  readonly paperLanguage?: string;
  /** In the paper's own language. */
  readonly vernacularTitle?: string;
  readonly editors?: readonly string[];
  readonly journal?: string;
  readonly journalAbbreviation?: string;
  readonly issn?: string;
  readonly volume?: string;
  readonly issue?: string;
  /** As printed, e.g. `1865-76`, or the article's number. */
  readonly pageRange?: string;
  /** Of the book that a chapter is part of. */
  readonly bookTitle?: string;
  readonly isbn?: string;
  readonly publisher?: string;
  /** ISO 8601, like `publishedOn`: when it appeared online. */
  readonly electronicOn?: string;
  /** The issue's date as written, where that is a range or a season: `1998 Dec-1999 Jan`, `2000 Spring`. */
  readonly issueDate?: string;
  /** ISO 8601: when the record was last revised. */
  readonly revisedOn?: string;
  /** Corrections, comments, retraction notices and the like, but not the papers that it cites. */
  readonly relatedRecords?: readonly RelatedRecord[];
  readonly publicationTypes?: readonly string[];
  /** MeSH descriptors. */
  readonly meshTerms?: readonly string[];
  /** In MEDLINE's notation, with qualifiers and a star before major topics: `Fever/*drug therapy`. */
  readonly meshHeadings?: readonly string[];
  readonly substances?: readonly string[];
  readonly keywords?: readonly string[];
  /** Trial registrations and data sets: `ClinicalTrials.gov/NCT02149199`. */
  readonly registrations?: readonly string[];
}

export interface RelatedRecord {
  /** PubMed's `RefType`: `ErratumIn`, `ExpressionOfConcernIn`, `RetractionOf`, `CommentOn` … */
  readonly type: string;
  readonly pmid?: string;
  /** As written, e.g. `N Engl J Med. 2021 Mar 4;384(9):e32`. */
  readonly citation?: string;
}
