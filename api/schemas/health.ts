import Type, { type Static } from 'typebox';
import { oneOf } from './fields.js';

export const Alive = Type.Object({ status: Type.Literal('ok') });

export const ComponentBody = Type.Object({
  status: oneOf(['ok', 'down', 'off']),
  tookMs: Type.Number(),
});

export const DeepHealth = Type.Object({
  status: Type.Literal('ok'),
  components: Type.Object({
    database: ComponentBody,
    objectStore: ComponentBody,
    engine: ComponentBody,
    embedder: ComponentBody,
    phiDetector: ComponentBody,
  }),
  stores: Type.Array(
    Type.Object({
      name: Type.String(),
      state: oneOf(['closed', 'half_open', 'open'], {
        description: 'open: it is left alone for a moment, as it failed.',
      }),
      opened: Type.Integer({ description: 'Times that it was left alone, since the process started.' }),
    }),
  ),
});

export type ComponentBody = Static<typeof ComponentBody>;
export type DeepHealth = Static<typeof DeepHealth>;

export const ProofQuery = Type.Object({
  nonce: Type.String({ minLength: 22, maxLength: 128, pattern: '^[A-Za-z0-9_-]+$' }),
});
export const ProofBody = Type.Object({ proof: Type.String() });
export type ProofBody = Static<typeof ProofBody>;
