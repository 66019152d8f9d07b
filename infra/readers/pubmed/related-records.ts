import type { RelatedRecord } from '../../../core/contract/bibliography.js';
import { textOf } from '../xml/inline-text.js';
import { elements, find, type XmlElement } from '../xml/xml-tree.js';

/** A paper with a link of these types, or this publication type, no longer counts. A notice's `RetractionOf` is none. */
const RETRACTING: ReadonlySet<string> = new Set(['RetractionIn', 'RetractedandRepublishedIn']);
const RETRACTED_PUBLICATION = 'Retracted Publication';

/** Links to corrections, comments and notices; the papers that it cites are left out. */
export function relatedRecords(citation: XmlElement): RelatedRecord[] {
  return elements(find(citation, 'CommentsCorrectionsList'), 'CommentsCorrections')
    .map((link) => ({ link, type: link.attributes['RefType'] ?? '' }))
    .filter(({ type }) => type !== '' && type !== 'Cites')
    .map(({ link, type }) => {
      const pmid = textOf(find(link, 'PMID'));
      const source = textOf(find(link, 'RefSource'));
      return { type, ...(pmid === '' ? {} : { pmid }), ...(source === '' ? {} : { citation: source }) };
    });
}

export function isRetracted(citation: XmlElement, article: XmlElement): boolean {
  return (
    relatedRecords(citation).some(({ type }) => RETRACTING.has(type)) ||
    elements(find(article, 'PublicationTypeList') ?? article, 'PublicationType').some(
      (type) => textOf(type) === RETRACTED_PUBLICATION,
    )
  );
}
