import { textOf } from '../xml/inline-text.js';
import { elements, find, type XmlElement } from '../xml/xml-tree.js';

export interface People {
  readonly authors: readonly string[];
  readonly editors: readonly string[];
}

/**
 * Authors and editors in the order of the record: `ForeName LastName Suffix`, or the name of a group. A chapter's authors
 * are its own; its book's count where it names none. Names that were found wrong (`ValidYN="N"`) are left out.
 */
export function peopleOf(article: XmlElement | undefined): People {
  const own = elements(article, 'AuthorList');
  const ofBook = elements(find(article, 'Book'), 'AuthorList');
  const authors = namesIn(own.filter((list) => !isOfEditors(list)));
  return {
    authors: authors.length > 0 ? authors : namesIn(ofBook.filter((list) => !isOfEditors(list))),
    editors: namesIn([...own, ...ofBook].filter(isOfEditors)),
  };
}

function isOfEditors(list: XmlElement): boolean {
  return list.attributes['Type'] === 'editors';
}

function namesIn(lists: readonly XmlElement[]): string[] {
  return lists
    .flatMap((list) => elements(list, 'Author'))
    .filter((author) => author.attributes['ValidYN'] !== 'N')
    .map(nameOf)
    .filter((name) => name !== '');
}

function nameOf(author: XmlElement): string {
  const collective = textOf(find(author, 'CollectiveName'));
  if (collective !== '') return collective;
  const given = textOf(find(author, 'ForeName')) || textOf(find(author, 'Initials'));
  return [given, textOf(find(author, 'LastName')), textOf(find(author, 'Suffix'))]
    .filter((part) => part !== '')
    .join(' ');
}
