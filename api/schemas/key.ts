import Type, { type Static } from 'typebox';
import { PLANS } from '../../core/contract/plans.js';
import { KEY_SCOPES, SAFETY_LEVELS } from '../../core/contract/states.js';
import { closed, CollectionName, oneOf, Timestamp, Uuid } from './fields.js';

/** What a person calls a key; shown in lists, never in logs. */
const KeyName = Type.String({ minLength: 1, maxLength: 100 });
const MAX_COLLECTIONS = 200;

export const KeyBody = Type.Object({
  keyId: Uuid,
  name: Type.String(),
  scopes: Type.Array(oneOf(KEY_SCOPES)),
  collections: Type.Unsafe<string[] | null>({
    type: ['array', 'null'],
    items: { type: 'string' },
    description: 'Names; null: all of the organization.',
  }),
  safetyLevel: oneOf(SAFETY_LEVELS),
  plan: oneOf(PLANS, { description: 'How much it may ask for (GET /v1/limits).' }),
  createdAt: Timestamp,
  expiresAt: Type.Unsafe<string | null>({ type: ['string', 'null'], description: 'UTC, ISO 8601; null: never.' }),
  lastUsedAt: Type.Unsafe<string | null>({
    type: ['string', 'null'],
    description: 'UTC, ISO 8601, to the minute; null: never, or before this was recorded.',
  }),
});

const { keyId, scopes, collections, safetyLevel } = KeyBody.properties;
export const CurrentKey = Type.Object({ keyId, scopes, collections, safetyLevel });

export const KeyList = Type.Object({ keys: Type.Array(KeyBody) });

export const CreateKey = closed({
  name: KeyName,
  scopes: Type.Array(oneOf(KEY_SCOPES), { minItems: 1, maxItems: KEY_SCOPES.length }),
  collections: Type.Optional(Type.Array(CollectionName, { minItems: 1, maxItems: MAX_COLLECTIONS })),
  safetyLevel: Type.Optional(
    oneOf(SAFETY_LEVELS, { description: 'Documents above it are invisible. Default: public.' }),
  ),
  plan: Type.Optional(oneOf(PLANS, { description: 'How much it may ask for (GET /v1/limits). Default: pro.' })),
  expiresAt: Type.Optional(Timestamp),
});

export const ChangeKey = closed({ plan: oneOf(PLANS) });
export const ChangedKey = Type.Object({ keyId: Uuid, plan: oneOf(PLANS) });

export const CreatedKey = Type.Object({
  ...KeyBody.properties,
  key: Type.String({ description: 'The key itself. It is shown now and never again.' }),
});

export const KeyParams = closed({ keyId: Uuid });
export const RevokedKey = Type.Object({ keyId: Uuid });

export type KeyBody = Static<typeof KeyBody>;
export type CurrentKey = Static<typeof CurrentKey>;
export type KeyList = Static<typeof KeyList>;
export type CreateKey = Static<typeof CreateKey>;
export type CreatedKey = Static<typeof CreatedKey>;
