import { textOf } from '../xml/inline-text.js';
import { elements, find, type XmlElement } from '../xml/xml-tree.js';

/** The descriptors, without their qualifiers. */
export function meshTerms(citation: XmlElement): string[] {
  return headings(citation).map((heading) => textOf(find(heading, 'DescriptorName')));
}

/** Whole headings in MEDLINE's notation: `Fever/*drug therapy/etiology`, the star before what is a major topic. */
export function meshHeadings(citation: XmlElement): string[] {
  return headings(citation).map((heading) =>
    elements(heading)
      .map((name) => `${name.attributes['MajorTopicYN'] === 'Y' ? '*' : ''}${textOf(name)}`)
      .join('/'),
  );
}

function headings(citation: XmlElement): XmlElement[] {
  return elements(find(citation, 'MeshHeadingList'), 'MeshHeading').filter(
    (heading) => textOf(find(heading, 'DescriptorName')) !== '',
  );
}
