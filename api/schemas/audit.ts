import Type, { type Static } from 'typebox';
import { closed, Cursor, FreeObject, Limit, NullableString, Timestamp } from './fields.js';

export const AuditQuery = closed({ limit: Limit, cursor: Cursor });

export const AuditList = Type.Object({
  entries: Type.Array(
    Type.Object({
      sequence: Type.Integer(),
      at: Timestamp,
      actor: Type.String({ description: 'Id of a key, or system.' }),
      action: Type.String(),
      subject: Type.String({ description: 'Id of what it was done to.' }),
      details: FreeObject,
      hash: Type.String({ description: 'SHA-256 over the entry and the hash before it.' }),
    }),
  ),
  next: NullableString,
});

export const PhiAccessList = Type.Object({
  accesses: Type.Array(
    Type.Object({
      sequence: Type.Integer(),
      at: Timestamp,
      actor: Type.String({ description: 'Id of a key.' }),
      act: Type.String(),
      documentId: NullableString,
      versionId: NullableString,
      requestId: NullableString,
    }),
  ),
  next: NullableString,
});

export type AuditList = Static<typeof AuditList>;
export type PhiAccessList = Static<typeof PhiAccessList>;
