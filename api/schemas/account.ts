import Type, { type Static } from 'typebox';
import { PAGE_OUTCOMES, VERSION_STATES } from '../../core/contract/states.js';
import { ASIDE_REASONS, type AsideReason, WORD_FATES, WORD_PARTS } from '../../core/contract/word-account.js';
import { oneOf, Timestamp, Uuid } from './fields.js';

const Count = Type.Integer({ minimum: 0 });

const PLACE = {
  part: oneOf(WORD_PARTS),
  number: Type.Optional(
    Type.Integer({ minimum: 1, description: '1-based; absent of a part that there is only one of.' }),
  ),
};

export const WordCountsBody = Type.Object({
  words: Type.Integer({ description: 'That the witness saw in the source, hidden ones too.' }),
  read: Type.Integer({ description: 'Of these, how many are in the text.' }),
  added: Type.Integer({
    description: 'Of the text, how many the witness did not see: numbers of lists, descriptions of pictures.',
  }),
  furniture: Count,
  hidden: Count,
  struck: Count,
  lost: Type.Integer({ description: 'Nobody knows what became of them.' }),
  lostAt: Type.Array(Type.Object({ ...PLACE, words: Count }), {
    description: 'Places with more lost words than are allowed. A version with any is not published by itself.',
  }),
});

export const AsideBody = Type.Object({
  fate: oneOf(WORD_FATES),
  why: oneOf(Object.keys(ASIDE_REASONS) as AsideReason[]),
  sentence: Type.String({ description: 'Place, number and reason, for people.' }),
  ...PLACE,
  words: Count,
  longestRun: Type.Integer({ description: 'Most words in a row, single letters not counted.' }),
  text: Type.Optional(
    Type.String({
      description: 'The words, cut where they are many. Nobody screened them: only for keys with phi:read.',
    }),
  ),
});

export const AccountBody = Type.Object({
  versionId: Uuid,
  state: oneOf(VERSION_STATES),
  counts: WordCountsBody,
  aside: Type.Array(AsideBody),
  notices: Type.Array(Type.Object({ notice: Type.String(), times: Type.Integer() }), {
    description: 'What a library said that it did not understand of the file.',
  }),
});

export const CertificateBody = Type.Object(
  {
    certificate: Type.Literal(1),
    documentId: Uuid,
    versionId: Uuid,
    state: oneOf(VERSION_STATES),
    partial: Type.Boolean(),
    publishedAt: Type.Unsafe<string | null>({ type: ['string', 'null'], description: 'UTC, ISO 8601.' }),
    file: Type.Object({ sha256: Type.String(), sizeBytes: Count }),
    text: Type.Object({ sha256: Type.String(), characters: Count }),
    pages: Type.Array(
      Type.Object({ page: Type.Integer({ minimum: 1 }), outcome: oneOf(PAGE_OUTCOMES), sha256: Type.String() }),
    ),
    words: WordCountsBody,
    pipelineVersion: Type.Integer(),
    programVersion: Type.String(),
    certifiedAt: Timestamp,
    signature: Type.Object({
      algorithm: Type.Literal('Ed25519'),
      publicKey: Type.String({ description: '32 bytes in base64.' }),
      value: Type.String({
        description: 'Over the canonical JSON of all other members: keys sorted, no spaces; base64.',
      }),
    }),
  },
  { description: 'Hashes and counts of a version, signed by the system.' },
);

export const CertificateKeyBody = Type.Object({
  algorithm: Type.Literal('Ed25519'),
  publicKey: Type.String({ description: '32 bytes in base64.' }),
});

export type AccountBody = Static<typeof AccountBody>;
export type CertificateBody = Static<typeof CertificateBody>;
export type CertificateKeyBody = Static<typeof CertificateKeyBody>;
