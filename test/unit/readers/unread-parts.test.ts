import { describe, expect, it } from 'vitest';
import { withoutUnreadParts } from '../../../infra/readers/pubmed/unread-parts.js';

describe('the unread parts of a record', () => {
  it.each([
    [
      'a list of references in another',
      '<a><ReferenceList><ReferenceList><b/></ReferenceList><c/></ReferenceList></a>',
    ],
    ['lists one after the other', '<a><GrantList CompleteYN="Y"><b/></GrantList><GrantList\n><c/></GrantList ></a>'],
    ['papers that are cited', `<a><CommentsCorrections RefType='Cites'><PMID>1</PMID></CommentsCorrections></a>`],
    ['an attribute with an angle bracket', '<a><CoiStatement note="a > b">none</CoiStatement></a>'],
    ['an element of another name in it', '<a><ReferenceList><GrantList/><GrantList></ReferenceList></a>'],
    ['a comment in it with its end tag', '<a><GrantList><!-- </GrantList> --><b/></GrantList></a>'],
    ['CDATA in it with its end tag', '<a><CoiStatement><![CDATA[</CoiStatement>]]>x</CoiStatement></a>'],
  ])('are cut out: %s', (_, xml) => {
    expect(withoutUnreadParts(xml)).toBe('<a></a>');
  });

  it.each([
    ['a retraction', '<a><CommentsCorrections RefType="RetractionIn"><PMID>1</PMID></CommentsCorrections></a>'],
    ['an element whose name only begins so', '<a><IdentifierList><b/></IdentifierList></a>'],
    ['an empty element', '<a><ReferenceList/><b/></a>'],
    ['a start tag in a comment', '<a><!-- <ReferenceList> --><b/></a>'],
    ['a start tag in CDATA', '<a><b><![CDATA[<GrantList>]]></b></a>'],
    ['an end tag without a start', '<a></GrantList></a>'],
    ['a list that never ends, for the parser to refuse', '<a><ReferenceList><b/></a>'],
    ['a comment that never ends', '<a><!-- <b/></a>'],
    ['nothing', ''],
  ])('are not %s', (_, xml) => {
    expect(withoutUnreadParts(xml)).toBe(xml);
  });

  it('leave all that stands before, between and behind them', () => {
    const xml = '<a>1<GrantList>x</GrantList>2<CommentsCorrections RefType="Cites"/>3<GrantList>y</GrantList>4</a>';
    expect(withoutUnreadParts(xml)).toBe('<a>12<CommentsCorrections RefType="Cites"/>34</a>');
  });

  it('are found in time linear in the record', () => {
    const many = '<CommentsCorrections RefType="Cites"><x/></CommentsCorrections>'.repeat(50_000);
    expect(withoutUnreadParts(`<a>${many}</a>`)).toBe('<a></a>');
    for (const start of ['<!--', '<![CDATA[', '<?', '<GrantList ', '<GrantList>', '</GrantList>']) {
      const endless = start.repeat(200_000);
      expect(withoutUnreadParts(endless)).toBe(endless);
    }
  });
});
