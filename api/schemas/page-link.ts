import Type, { type Static } from 'typebox';
import { closed, PictureDpi, Timestamp, Uuid } from './fields.js';

/** A page of an answer has a handful of citations. */
const MAX_PAGES = 100;
const DEFAULT_SECONDS = 900;
const MAX_SECONDS = 86_400;

export const MakePageLinks = closed({
  pages: Type.Array(
    closed({
      chunkId: Type.Optional(
        Type.String({ format: 'uuid', description: 'The page on which this passage stands, with the passage marked.' }),
      ),
      documentId: Type.Optional(
        Type.String({
          format: 'uuid',
          description: 'A page of this document, as it looks; needs `page` and the scope read.',
        }),
      ),
      page: Type.Optional(
        Type.Integer({
          minimum: 1,
          description: '1-based; of a passage that stands on several, the first by default.',
        }),
      ),
      dpi: PictureDpi,
    }),
    { minItems: 1, maxItems: MAX_PAGES, description: 'Each names a passage or a document.' },
  ),
  expiresInSeconds: Type.Optional(
    Type.Integer({ minimum: 10, maximum: MAX_SECONDS, description: `Default ${DEFAULT_SECONDS}.` }),
  ),
});

export const PageLinkList = Type.Object({
  links: Type.Array(
    Type.Object({
      url: Type.String({ description: 'Address of the PNG, relative to that of this system.' }),
      chunkId: Type.Optional(Uuid),
      documentId: Type.Optional(Uuid),
    }),
    { description: 'In the order in which the pages were named.' },
  ),
  expiresAt: Timestamp,
});

export type MakePageLinks = Static<typeof MakePageLinks>;
export type PageLinkList = Static<typeof PageLinkList>;
