import Type, { type Static } from 'typebox';
import { FAILURES, type FailureCode } from '../../core/contract/failures.js';
import { PHI_CATEGORIES } from '../../core/contract/finding.js';
import { PAGE_OUTCOMES, PHI_STATUSES, VERSION_STATES } from '../../core/contract/states.js';
import {
  closed,
  Cursor,
  Limit,
  NullableInteger,
  NullableString,
  oneOf,
  ScreenVersion,
  Timestamp,
  Uuid,
} from './fields.js';

const count = Type.Optional(Type.Integer({ minimum: 1 }));
const [first, ...others] = PAGE_OUTCOMES;

export const VersionBody = Type.Object({
  versionId: Uuid,
  number: Type.Integer({ description: 'Counts the versions of the document from 1.' }),
  state: oneOf(VERSION_STATES),
  live: Type.Boolean({ description: 'Whether this is the version that searches find.' }),
  phiStatus: oneOf(PHI_STATUSES),
  screenVersion: ScreenVersion,
  screenedWith: Type.Union([Type.String(), Type.Null()], {
    description:
      '`rules`, or `rules+` and the model that told names; null: not screened yet, or before this was recorded.',
  }),
  failureCode: Type.Optional(oneOf(Object.keys(FAILURES) as FailureCode[])),
  runId: Uuid,
  sha256: Type.String({ description: 'Of the source file.' }),
  pageCount: Type.Integer(),
  partial: Type.Boolean({ description: 'An editor published it without the pages that could not be read.' }),
  openedAt: Timestamp,
  publishedAt: NullableString,
  pages: Type.Object(Object.fromEntries([first, ...others].map((outcome) => [outcome, count])), {
    description: 'How many pages were read how; empty where the source has no pages.',
  }),
  findings: Type.Array(
    Type.Object({
      category: oneOf(PHI_CATEGORIES),
      page: NullableInteger,
      count: Type.Integer({ minimum: 1 }),
    }),
    { description: 'Suspected patient data by kind and page; never its text.' },
  ),
});

export const VersionList = Type.Object({ versions: Type.Array(VersionBody), next: NullableString });

export const VersionQuery = closed({ limit: Limit, cursor: Cursor });

export type VersionBody = Static<typeof VersionBody>;
export type VersionList = Static<typeof VersionList>;
