import Type, { type Static } from 'typebox';
import { CHANGE_KINDS } from '../../core/comparing/compare-texts.js';
import { closed, Cursor, Limit, NullableString, oneOf, Timestamp, Uuid } from './fields.js';

/** One of the two that are compared. */
const ComparedVersion = Type.Object({
  documentId: Uuid,
  versionId: Uuid,
  number: Type.Integer(),
  publishedAt: Timestamp,
});

const ChangedStatementBody = Type.Object({
  text: Type.String({ description: 'A sentence, a heading, an item of a list, or a row of a table.' }),
  start: Type.Integer({ description: 'Offset into the text of the version, in UTF-16 code units.' }),
  end: Type.Integer(),
  pages: Type.Array(Type.Integer(), { description: '1-based; empty where the source has no pages.' }),
  sectionPath: Type.Array(Type.String()),
  marks: Type.Array(Type.Object({ start: Type.Integer(), end: Type.Integer() }), {
    description: 'What differs, as offsets into "text".',
  }),
});

export const ChangeBody = Type.Object({
  kind: oneOf(CHANGE_KINDS, {
    description:
      'number: a number, dose, threshold or interval differs. negation: "not", "avoid", "except". strength: how strongly something is advised. removed, added: a whole statement. wording: all else.',
  }),
  before: Type.Union([ChangedStatementBody, Type.Null()]),
  after: Type.Union([ChangedStatementBody, Type.Null()]),
  values: Type.Array(Type.Object({ before: NullableString, after: NullableString }), {
    description: 'Numbers with their units that differ: the old one and the new one. Facts, no verdicts.',
  }),
});

const counts = Object.fromEntries(CHANGE_KINDS.map((kind) => [kind, Type.Integer()]));

export const ChangeList = Type.Object({
  from: ComparedVersion,
  to: ComparedVersion,
  counts: Type.Object(
    { ...counts, moved: Type.Integer({ description: 'Statements that stand elsewhere in the same words.' }) } as Record<
      (typeof CHANGE_KINDS)[number] | 'moved',
      ReturnType<typeof Type.Integer>
    >,
    { description: 'How many of each kind there are in all.' },
  ),
  changes: Type.Array(ChangeBody, { description: 'Changed numbers first.' }),
  next: NullableString,
});

const version = (description: string) =>
  Type.Optional(Type.Union([Type.Integer({ minimum: 1 }), Uuid], { description }));

export const ChangesQuery = closed({
  to: version('Number or id of the later version; without it the live one.'),
  from: version('Number or id of the earlier version; without it the last one published before "to".'),
  fromDocument: Type.Optional(
    Type.String({
      format: 'uuid',
      description:
        'Another document to compare with, such as the edition whose place this one takes: its live version.',
    }),
  ),
  limit: Limit,
  cursor: Cursor,
});

export type ChangeBody = Static<typeof ChangeBody>;
export type ChangeList = Static<typeof ChangeList>;
export type ChangesQuery = Static<typeof ChangesQuery>;
