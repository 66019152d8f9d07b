import { WORKER_KINDS } from '../../core/contract/queues.js';
import Type, { type Static } from 'typebox';
import { oneOf } from './fields.js';

export const Alive = Type.Object({ status: Type.Literal('ok') });

export const ComponentBody = Type.Object({
  status: oneOf(['ok', 'down']),
  tookMs: Type.Number(),
});

export const PhiDetectorBody = Type.Object({
  status: oneOf(['ok', 'off', 'missing'], {
    description:
      'Not `ok`: screening goes by rules alone. `off`: by the settings. `missing`: the settings ask for a model that is not on this machine.',
  }),
});

export const EmbedderBody = Type.Object({
  status: oneOf(['ok', 'down', 'off', 'missing'], {
    description: '`off`: by the settings. `missing`: the settings name a model that is not on this machine.',
  }),
  tookMs: Type.Number(),
});

export const WorkersBody = Type.Object({
  status: oneOf(['ok', 'missing', 'unknown'], {
    description: '`missing`: nobody works on at least one queue. `unknown`: the engine could not be asked.',
  }),
  queues: Type.Array(
    Type.Object({
      queue: oneOf(WORKER_KINDS),
      status: oneOf(['ok', 'missing']),
      lastSeenAt: Type.Union([Type.String({ format: 'date-time' }), Type.Null()]),
    }),
  ),
});

export const DeepHealth = Type.Object({
  status: oneOf(['ok', 'degraded'], {
    description:
      '`degraded`: searches and uploads are served, but a model (of vectors, or of names of patients) or workers are missing.',
  }),
  components: Type.Object({
    database: ComponentBody,
    objectStore: ComponentBody,
    engine: ComponentBody,
    embedder: EmbedderBody,
    phiDetector: PhiDetectorBody,
    workers: WorkersBody,
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

export type EmbedderBody = Static<typeof EmbedderBody>;
export type WorkersBody = Static<typeof WorkersBody>;
export type ComponentBody = Static<typeof ComponentBody>;
export type DeepHealth = Static<typeof DeepHealth>;

export const ProofQuery = Type.Object({
  nonce: Type.String({
    minLength: 22,
    maxLength: 128,
    pattern: '^[A-Za-z0-9_-]+$',
    description: 'Chosen by chance by whoever asks; the proof holds for it alone.',
  }),
});
export const ProofBody = Type.Object({ proof: Type.String() });
export type ProofBody = Static<typeof ProofBody>;
