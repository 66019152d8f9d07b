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
});

export type ComponentBody = Static<typeof ComponentBody>;
export type DeepHealth = Static<typeof DeepHealth>;

export const ProofQuery = Type.Object({
  nonce: Type.String({ minLength: 22, maxLength: 128, pattern: '^[A-Za-z0-9_-]+$' }),
});
export const ProofBody = Type.Object({ proof: Type.String() });
export type ProofBody = Static<typeof ProofBody>;
