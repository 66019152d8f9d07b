import Type, { type Static } from 'typebox';
import { FAILURES, type FailureCode } from '../../core/contract/failures.js';
import { WORKER_KINDS } from '../../core/contract/queues.js';
import { RUN_STATES, STAGES } from '../../core/contract/states.js';
import { closed, CollectionName, Cursor, NullableInteger, NullableString, oneOf, Timestamp } from './fields.js';

const day = (description: string) => Type.Optional(Type.String({ format: 'date', description }));

export const StatisticsQuery = closed({
  from: day('First day, UTC. Default: thirty days ago.'),
  to: day('Last day, UTC. Default: today.'),
  collection: Type.Optional(CollectionName),
});

const Failed = Type.Object({
  code: Type.String(),
  message: Type.String(),
  retryable: Type.Boolean({ description: 'false: another try of the same file fails as well.' }),
  runs: Type.Integer({ description: 'That ended in these days.' }),
  open: Type.Integer({
    description: 'Of whatever age, and nothing came after them: POST /v1/runs/retries tries these again.',
  }),
});

export const RunStatisticsBody = Type.Object({
  from: Type.String(),
  to: Type.String(),
  accepted: Type.Array(Type.Object({ day: Type.String(), runs: Type.Integer() }), {
    description: 'Files that came in, by day (UTC). Days without any are left out.',
  }),
  ended: Type.Array(
    Type.Object({
      day: Type.String(),
      state: oneOf(RUN_STATES),
      runs: Type.Integer(),
      pages: Type.Integer(),
      records: Type.Integer(),
    }),
  ),
  minutes: Type.Array(
    Type.Object({ minute: Timestamp, runs: Type.Integer(), pages: Type.Integer(), records: Type.Integer() }),
    { description: 'The last hour. What a run has read counts in the minute in which it ended.' },
  ),
  underWay: Type.Array(
    Type.Object({
      stage: oneOf(STAGES),
      runs: Type.Integer(),
      pagesLeft: Type.Integer({ description: 'As far as their number is known.' }),
    }),
  ),
  queues: Type.Unsafe<readonly { queue: string; waiting: number; oldestSeconds: number }[] | null>({
    type: ['array', 'null'],
    description:
      'Tasks that wait at the engine, of all organizations; null for keys that are no admin of the whole organization, and while the engine does not answer.',
    items: Type.Object({
      queue: oneOf(WORKER_KINDS),
      waiting: Type.Integer(),
      oldestSeconds: Type.Integer(),
    }),
  }),
  failures: Type.Array(Failed),
  content: Type.Array(
    Type.Object({
      collection: Type.String(),
      documents: Type.Integer({ description: 'Published.' }),
      reviewCycleDays: NullableInteger,
      overdue: Type.Integer({ description: 'Their review cycle is over.' }),
      dueSoon: Type.Integer({ description: 'It is over within thirty days.' }),
      superseded: Type.Integer({ description: 'Another document has taken their place.' }),
    }),
  ),
});

/** Each is a transaction and a start at the engine, some tens of milliseconds. */
export const MAX_RETRIES = 100;

export const RetryRuns = closed({
  code: oneOf(Object.keys(FAILURES) as FailureCode[], { description: 'Why they failed.' }),
  collection: Type.Optional(CollectionName),
  cursor: Cursor,
});

export const RetriedRuns = Type.Object({
  retried: Type.Integer({ description: 'Now under way again.' }),
  refused: Type.Integer({ description: 'Their original is gone, or something came after them meanwhile.' }),
  next: Type.Unsafe<string | null>({
    ...NullableString,
    description: `A call tries at most ${MAX_RETRIES}; this goes on with older ones.`,
  }),
});

export type RunStatisticsBody = Static<typeof RunStatisticsBody>;
export type RetryRuns = Static<typeof RetryRuns>;
export type RetriedRuns = Static<typeof RetriedRuns>;
