import Type, { type Static } from 'typebox';
import { SYNC_STAGES } from '../../core/contract/sync-messages.js';
import { RUN_STATES } from '../../core/contract/states.js';
import { closed, oneOf, Timestamp, Uuid } from './fields.js';

/** Half of a location that disappears between two syncs is an accident until somebody says otherwise. */
export const DEFAULT_MAX_WITHDRAWN_SHARE = 0.5;

export const StartSync = closed({
  uri: Type.String({
    minLength: 1,
    maxLength: 4096,
    description: 's3://bucket/prefix, or file:///folder of the machine that medindex runs on. A prefix is a folder.',
  }),
  maxWithdrawnShare: Type.Optional(
    Type.Number({
      minimum: 0,
      maximum: 1,
      description: `When more than this share of the known files is gone, nothing is withdrawn and the run ends needs_attention. Default ${DEFAULT_MAX_WITHDRAWN_SHARE}.`,
    }),
  ),
  confirmWithdrawals: Type.Optional(
    Type.Boolean({ description: 'Withdraw what is gone, however much it is. Default false.' }),
  ),
});

export const AcceptedSync = Type.Object({
  runId: Uuid,
  workflowId: Type.String(),
  joined: Type.Boolean({ description: 'A sync of this location was running: this is that run.' }),
});

const Count = Type.Integer({ minimum: 0 });
const ProgressBody = Type.Object({ total: Count, done: Count });
const RunErrorBody = Type.Object({ code: Type.String(), message: Type.String() });

export const SyncBody = Type.Object({
  kind: Type.Literal('sync'),
  runId: Uuid,
  workflowId: Type.String(),
  collection: Type.String(),
  uri: Type.String(),
  state: oneOf(RUN_STATES),
  stage: oneOf(SYNC_STAGES),
  pages: ProgressBody,
  records: Type.Object({ total: Count, done: Count }, { description: 'In sources: listed, and done with.' }),
  documents: Type.Array(Type.Never(), { description: 'Empty: see the runs of the sources.' }),
  sources: Type.Object({
    listed: Count,
    kept: Count,
    inserted: Count,
    updated: Count,
    ended: Type.Integer({ description: 'Of the inserted and updated ones.' }),
    failed: Count,
    waiting: Type.Integer({ description: 'Held for review, or with pages that failed.' }),
    cancelled: Type.Integer({ description: 'Cancelled by somebody. The next sync reads them.' }),
    withdrawn: Count,
    missing: Type.Integer({ description: 'Gone from the location and still in the index.' }),
  }),
  problems: Type.Array(
    Type.Object({
      uri: Type.String(),
      error: RunErrorBody,
      runId: Type.Unsafe<string | null>({ type: ['string', 'null'] }),
    }),
    { description: 'The first 100. They are not tried again until the file, or how it is read, changes.' },
  ),
  error: Type.Optional(RunErrorBody),
  acceptedAt: Timestamp,
  finishedAt: Type.Unsafe<string | null>({ type: ['string', 'null'], description: 'UTC, ISO 8601.' }),
});

export type StartSync = Static<typeof StartSync>;
export type AcceptedSync = Static<typeof AcceptedSync>;
export type SyncBody = Static<typeof SyncBody>;
