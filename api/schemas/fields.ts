import Type, { type TSchema } from 'typebox';

/** Building blocks of schemas, so that one kind of value looks the same on every route. */

export const Uuid = Type.String({ format: 'uuid' });

export const Timestamp = Type.String({ format: 'date-time', description: 'UTC, ISO 8601.' });

/** As collections are named (core/ports/collection-catalog.ts). */
export const COLLECTION_NAME = /^[a-z0-9][a-z0-9_-]{0,62}$/;
export const CollectionName = Type.String({
  pattern: COLLECTION_NAME.source,
  description: 'Lower-case letters, digits, _ and -; at most 63.',
});

/** JSON Schema 2020-12 says `type: [T, "null"]`, which OpenAPI 3.1 and the serializer take without trying alternatives. */
export const NullableString = Type.Unsafe<string | null>({ type: ['string', 'null'] });
export const NullableNumber = Type.Unsafe<number | null>({ type: ['number', 'null'] });
export const NullableInteger = Type.Unsafe<number | null>({ type: ['integer', 'null'] });

/** One of a closed list. */
export function oneOf<const T extends string>(values: readonly T[], options: { description?: string } = {}) {
  return Type.Unsafe<T>({ type: 'string', enum: [...values], ...options });
}

/** An object that takes only the properties it declares; for requests, so that a misspelt field is told. */
export function closed<T extends Record<string, TSchema>>(properties: T, options: { description?: string } = {}) {
  return Type.Object(properties, { additionalProperties: false, ...options });
}

/** Whose place a document takes (core/ports/document-catalog.ts). */
export const SUPERSESSION = {
  effectiveFrom: Type.Unsafe<string | null>({
    type: ['string', 'null'],
    description: 'The first day on which it counts; null where nobody says it.',
  }),
  superseded: Type.Boolean({ description: 'Another document took its place, today or before.' }),
  supersededBy: Type.Union([
    Type.Object({ documentId: Uuid, from: Type.String({ description: 'Day in UTC; may be one to come.' }) }),
    Type.Null(),
  ]),
};

export const FreeObject = Type.Record(Type.String(), Type.Unknown());

/** A page of a list: the default suits a screen, the limit keeps an answer under about a megabyte. */
export const Limit = Type.Optional(Type.Integer({ minimum: 1, maximum: 200, description: 'Default 50.' }));
export const DEFAULT_LIMIT = 50;

export const Cursor = Type.Optional(
  Type.String({ minLength: 1, maxLength: 64, description: 'The "next" of the page before.' }),
);

/** Resolution of a page's picture. */
export const PictureDpi = Type.Optional(Type.Integer({ minimum: 36, maximum: 200, description: 'Default 110.' }));

/** By which screen a version was screened last. */
export const ScreenVersion = Type.Union([Type.Integer(), Type.Null()], {
  description:
    'Of the screen, which counts up when it finds more; null: not screened yet, or before this was recorded.',
});

/** The query parameter in which a link has its right. */
export const LinkParameter = Type.Optional(
  Type.String({ maxLength: 200, description: 'Stands for a key in addresses that POST /v1/page-links made.' }),
);
