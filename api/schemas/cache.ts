import Type, { type Static } from 'typebox';
import { SEARCH_MODES } from '../../core/retrieval/plan.js';
import { closed, CollectionName, oneOf } from './fields.js';
import { MAX_TOP_K } from './search.js';

const orNull = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

const TierBody = Type.Object({
  hits: Type.Integer(),
  misses: Type.Integer(),
  stores: Type.Integer({ description: 'Answers put there.' }),
  evictions: Type.Integer({ description: 'Answers that went because the tier was full.' }),
  errors: Type.Integer({ description: 'Calls that the tier did not answer.' }),
  meanAgeSeconds: orNull(Type.Number({ description: 'Of the answers that were given.' })),
  entries: orNull(Type.Integer()),
  sizeBytes: orNull(Type.Integer()),
});

export const CacheStats = Type.Object({
  enabled: Type.Boolean(),
  l1: TierBody,
  l2: Type.Object({ kind: orNull(Type.String({ description: 'redis or postgres.' })), ...TierBody.properties }),
  l3: Type.Object(
    { enabled: Type.Boolean(), ...TierBody.properties },
    { description: 'Large answers in the object store. A hit there is one of l2, too, which keeps the references.' },
  ),
  warming: Type.Object(
    {
      enabled: Type.Boolean(),
      counted: Type.Integer({ description: 'Questions of the organization that are counted, by a keyed hash.' }),
      frequent: Type.Integer({ description: 'Those that are asked often; their words are kept, sealed.' }),
      due: Type.Integer({ description: 'Those whose answers are to be made.' }),
      made: Type.Integer({ description: 'Answers that this process made ahead.' }),
      found: Type.Integer({ description: 'Answers that it found there already.' }),
    },
    { description: 'Answers of frequent questions, made before they are asked again.' },
  ),
  refreshes: Type.Integer({ description: 'Answers made anew before they ended, while nobody waited for them.' }),
});

export const CacheHealth = Type.Object({
  l1: oneOf(['ok', 'off'], { description: 'off: searches are worked out.' }),
  l2: oneOf(['ok', 'down', 'off']),
  epochs: Type.Object({
    trusted: Type.Boolean({ description: 'false: nothing is answered from a cache until the database answers again.' }),
    ageMs: orNull(Type.Integer({ description: 'Since the newest reading of the epochs.' })),
  }),
});

/** What a chat service asks at the start of a shift. */
const MAX_WARM_QUERIES = 50;

export const WarmCache = closed({
  queries: Type.Array(Type.String({ description: 'Up to 2,000 characters.' }), {
    minItems: 1,
    maxItems: MAX_WARM_QUERIES,
  }),
  collections: Type.Optional(Type.Array(CollectionName, { minItems: 1, maxItems: 100 })),
  mode: Type.Optional(oneOf(SEARCH_MODES, { description: 'Default hybrid.' })),
  topK: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_TOP_K, description: 'Default 10.' })),
});

export const WarmedCache = Type.Object({
  made: Type.Integer({ description: 'Answers that were worked out.' }),
  found: Type.Integer({ description: 'Answers that were there already.' }),
});

export const ClearedCache = Type.Object({ cleared: Type.Literal(true) });

export type CacheStats = Static<typeof CacheStats>;
