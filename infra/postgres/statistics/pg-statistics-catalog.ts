import { isFailureCode } from '../../../core/contract/failures.js';
import type { RunId } from '../../../core/contract/ids.js';
import type { FinalRunState, Stage } from '../../../core/contract/states.js';
import type { AccessScope } from '../../../core/ports/access-scope.js';
import type {
  ContentCount,
  FailedRuns,
  FailureCount,
  RunStatistics,
  StatisticsAsked,
  StatisticsCatalog,
} from '../../../core/ports/statistics-catalog.js';
import type { Database } from '../database.js';
import { REVIEW_DUE_AT } from '../documents/review-cycle.js';
import { documentsToSearch, Parameters } from '../documents/visible-documents.js';
import { READS_A_SOURCE } from '../runs/run-row.js';
import { actorOf, runInScope, scopeValues } from '../visibility.js';

/** Parameters: those of `scopeValues` and `actorOf`, then $5 collection or null. */
const SEEN_RUNS = `
  knowledge.runs r join knowledge.collections c using (collection_id)
  where ${READS_A_SOURCE} and ${runInScope('$4')} and ($5::uuid is null or r.collection_id = $5)`;

const within = (time: string) => `
  ${time} >= $6::date::timestamp at time zone 'utc' and ${time} < ($7::date + 1)::timestamp at time zone 'utc'`;

const ACCEPTED = `
  select (r.accepted_at at time zone 'utc')::date::text as day, count(*) as runs
  from ${SEEN_RUNS} and ${within('r.accepted_at')}
  group by 1 order by 1`;

const ENDED = `
  select (r.finished_at at time zone 'utc')::date::text as day, r.state, count(*) as runs,
    coalesce(sum(r.pages_done), 0) as pages, coalesce(sum(r.records_done), 0) as records
  from ${SEEN_RUNS} and ${within('r.finished_at')}
  group by 1, 2 order by 1, 2`;

const MINUTES = `
  select date_trunc('minute', r.finished_at) as minute, count(*) as runs,
    coalesce(sum(r.pages_done), 0) as pages, coalesce(sum(r.records_done), 0) as records
  from ${SEEN_RUNS} and r.finished_at > now() - interval '1 hour'
  group by 1 order by 1`;

const UNDER_WAY = `
  select r.stage, count(*) as runs, coalesce(sum(greatest(r.pages_total - r.pages_done, 0)), 0) as pages_left
  from ${SEEN_RUNS} and r.state = 'running'
  group by 1 order by 1`;

/** What another try takes (core/publishing/judge-retry.ts): the newest run of its source, with its original. */
const IS_OPEN = `
  r.original_erased_at is null and exists (
    select from knowledge.sources s where s.source_id = r.source_id and s.latest_run_id = r.run_id)`;

const FAILURES = `
  select r.error_code as code, count(*) filter (where ${within('r.finished_at')}) as runs,
    count(*) filter (where ${IS_OPEN}) as open
  from ${SEEN_RUNS} and r.state = 'failed'
  group by 1 order by 2 desc, 1`;

const OPEN_FAILURES = `
  select r.run_id, r.sequence
  from ${SEEN_RUNS} and r.state = 'failed' and r.error_code = $6 and ${IS_OPEN}
    and ($7::bigint is null or r.sequence < $7)
  order by r.sequence desc
  limit $8`;

/** Long enough to find somebody who looks it over. */
const SOON = `interval '30 days'`;

export class PgStatisticsCatalog implements StatisticsCatalog {
  constructor(private readonly database: Database) {}

  async ofRuns(scope: AccessScope, { from, to, collectionId }: StatisticsAsked): Promise<RunStatistics> {
    const database = this.database.forOrganization(scope.organizationId);
    const seen = [...scopeValues(scope), actorOf(scope), collectionId ?? null];
    const days = [...seen, from, to];
    const accepted = await database.query<{ day: string; runs: number }>('acceptedRuns', ACCEPTED, days);
    const ended = await database.query<{
      day: string;
      state: FinalRunState;
      runs: number;
      pages: number;
      records: number;
    }>('endedRuns', ENDED, days);
    const minutes = await database.query<{ minute: Date; runs: number; pages: number; records: number }>(
      'runsByMinute',
      MINUTES,
      seen,
    );
    const underWay = await database.query<{ stage: Stage; runs: number; pages_left: number }>(
      'runsUnderWay',
      UNDER_WAY,
      seen,
    );
    const failures = await database.query<{ code: string; runs: number; open: number }>('failures', FAILURES, days);
    return {
      accepted,
      ended,
      minutes,
      underWay: underWay.map(({ stage, runs, pages_left: pagesLeft }) => ({ stage, runs, pagesLeft })),
      failures: failures.flatMap(({ code, runs, open }): FailureCount[] =>
        isFailureCode(code) && (runs > 0 || open > 0) ? [{ code, runs, open }] : [],
      ),
    };
  }

  async ofContent(scope: AccessScope, { collectionId }: { collectionId?: string }): Promise<ContentCount[]> {
    const parameters = new Parameters();
    const seen = documentsToSearch({ scope, filter: {} }, parameters);
    const collection = parameters.add(collectionId ?? null);
    const rows = await this.database.forOrganization(scope.organizationId).query<{
      collection: string;
      review_cycle_days: number | null;
      documents: number;
      overdue: number;
      due_soon: number;
      superseded: number;
    }>(
      'contentCounts',
      // Only what has to be looked over in turns needs its version.
      `
      select k.name as collection, k.review_cycle_days, count(*) as documents,
        count(*) filter (where due.at <= now()) as overdue,
        count(*) filter (where due.at > now() and due.at <= now() + ${SOON}) as due_soon,
        count(*) filter (where d.superseded_from <= (now() at time zone 'utc')::date) as superseded
      from knowledge.documents d
      join knowledge.collections k on k.organization_id = d.organization_id and k.collection_id = d.collection_id
      left join knowledge.versions v on k.review_cycle_days is not null and v.version_id = d.live_version_id
        and d.superseded_from > (now() at time zone 'utc')::date
      cross join lateral (select ${REVIEW_DUE_AT} as at) due
      where d.live_version_id is not null and ${seen} and (${collection}::uuid is null or d.collection_id = ${collection})
      group by k.collection_id, k.name, k.review_cycle_days
      order by k.name`,
      parameters.values,
    );
    return rows.map((row) => ({
      collection: row.collection,
      reviewCycleDays: row.review_cycle_days,
      documents: row.documents,
      overdue: row.overdue,
      dueSoon: row.due_soon,
      superseded: row.superseded,
    }));
  }

  async openFailures(
    scope: AccessScope,
    { code, collectionId, limit, before }: FailedRuns,
  ): Promise<{ runId: RunId; sequence: number }[]> {
    const rows = await this.database
      .forOrganization(scope.organizationId)
      .query<{ run_id: string; sequence: number }>('openFailures', OPEN_FAILURES, [
        ...scopeValues(scope),
        actorOf(scope),
        collectionId ?? null,
        code,
        before ?? null,
        limit,
      ]);
    return rows.map((row) => ({ runId: row.run_id, sequence: row.sequence }));
  }
}
