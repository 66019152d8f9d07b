import Type, { type Static } from 'typebox';
import { PLANS, REQUEST_CLASSES } from '../../core/contract/plans.js';
import { closed, oneOf } from './fields.js';

/** A day; longer windows are what quotas are for. */
const MAX_WINDOW_SECONDS = 86_400;
const MAX_REQUESTS = 10_000_000;

const LimitBody = Type.Object({
  requests: Type.Integer(),
  windowSeconds: Type.Integer({ description: 'Any window of so many seconds.' }),
});

const eachClass = <T extends Type.TSchema>(schema: T) =>
  Type.Object(
    Object.fromEntries(REQUEST_CLASSES.map((name) => [name, schema])) as Record<(typeof REQUEST_CLASSES)[number], T>,
  );

const Monthly = Type.Union([Type.Integer(), Type.Null()], {
  description: 'Requests of a month (UTC); null: no quota.',
});

const PlanBody = Type.Object({ plan: oneOf(PLANS), limits: eachClass(LimitBody), monthly: Monthly });

export const LimitsBody = Type.Object({
  plans: Type.Array(PlanBody),
  store: Type.Object(
    {
      kind: Type.Union([Type.String(), Type.Null()], { description: 'redis or postgres; null: nobody is limited.' }),
      insured: Type.Boolean({ description: 'true: the store fails, and each process counts for itself.' }),
    },
    { description: 'What the processes share their counts by.' },
  ),
  counts: eachClass(
    Type.Object(
      { allowed: Type.Integer(), blocked: Type.Integer() },
      { description: 'Of this process, since its start.' },
    ),
  ),
});

const NewLimit = closed({
  requests: Type.Integer({ minimum: 1, maximum: MAX_REQUESTS }),
  windowSeconds: Type.Integer({ minimum: 1, maximum: MAX_WINDOW_SECONDS }),
});

export const PlanParams = closed({ plan: oneOf(PLANS) });
export const ChangeLimits = closed({
  limits: Type.Optional(
    closed(
      Object.fromEntries(REQUEST_CLASSES.map((name) => [name, Type.Optional(NewLimit)])) as Record<
        (typeof REQUEST_CLASSES)[number],
        Type.TOptional<typeof NewLimit>
      >,
    ),
  ),
  monthly: Type.Optional(
    Type.Union([Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }), Type.Null()], {
      description: 'null: no quota.',
    }),
  ),
});

export const UsageBody = Type.Object({
  keyId: Type.String(),
  plan: oneOf(PLANS),
  month: Type.String({ description: 'First day, UTC.' }),
  requests: Type.Integer(),
  byClass: Type.Record(Type.String(), Type.Integer()),
  quota: Monthly,
  remaining: Type.Union([Type.Integer(), Type.Null()], { description: 'null: no quota.' }),
});

export type LimitsBody = Static<typeof LimitsBody>;
export type UsageBody = Static<typeof UsageBody>;
