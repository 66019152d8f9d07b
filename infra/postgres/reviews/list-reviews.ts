import type { PhiCategory } from '../../../core/contract/finding.js';
import type { AccessScope } from '../../../core/ports/access-scope.js';
import type { RecogniserCount, Review, ReviewCounts, ReviewListing } from '../../../core/ports/review-catalog.js';
import type { Queryable } from '../database.js';
import { isUuid } from '../storable.js';
import { scopeValues } from '../visibility.js';
import { REVIEW_COLUMNS, REVIEW_IN_SCOPE, REVIEW_STATE, REVIEWS, type ReviewRow, toReview } from './review-row.js';

const IS_WAITING = `(w.verdict is null and v.state = 'held' and r.state = 'running')`;

const LIST = `
  select ${REVIEW_COLUMNS}
  from ${REVIEWS}
  where ${REVIEW_IN_SCOPE}
    and case when $4::text is null then ${IS_WAITING} else ${REVIEW_STATE} = $4 end
    and ($5::uuid is null or r.collection_id = $5)
    and (($6::text is null and $7::text is null and $8::text[] is null) or exists (
      select from compliance.findings f where f.version_id = w.version_id and not f.dismissed
        and ($6 is null or f.category = $6)
        and ($7 is null or f.recogniser = $7 or split_part(f.recogniser, '/', 1) = $7)
        and ($8 is null or f.span_hash = any ($8))))
    and ($9::boolean is null or (w.overdue_at is not null) = $9)
    and ($10::uuid is null or (w.opened_at, w.run_id) > (
      select before.opened_at, before.run_id from compliance.reviews before where before.organization_id = $1 and before.run_id = $10))
  order by w.opened_at, w.run_id
  limit $11`;

const COUNTS = `
  with waiting as (
    select w.* from ${REVIEWS} where ${REVIEW_IN_SCOPE} and ${IS_WAITING}
  )
  select count(*) as waiting, count(*) filter (where overdue_at is not null) as overdue,
    count(*) filter (where claimed_until > now()) as claimed, min(opened_at) as oldest_opened_at,
    coalesce((
      select jsonb_object_agg(category, reviews) from (
        select f.category, count(distinct f.version_id) as reviews
        from compliance.findings f join waiting using (version_id) where not f.dismissed group by f.category) c), '{}') as by_category
  from waiting`;

// An approval dismisses the findings. A redaction cannot, as nothing of a held version changes; what it left is remembered.
const RECOGNISERS = `
  with seen as (
    select w.version_id, w.run_id, w.verdict is not null as decided, ${IS_WAITING} as waiting
    from ${REVIEWS} where ${REVIEW_IN_SCOPE}
  )
  select f.recogniser, f.category,
    count(distinct seen.version_id) filter (where seen.waiting and not f.dismissed) as waiting,
    count(*) filter (where seen.decided) as decided,
    count(*) filter (where seen.decided and (f.dismissed or r.span_hash is not null)) as false_alarms
  from seen join compliance.findings f on f.version_id = seen.version_id
    left join compliance.remembered_spans r on r.review_id = seen.run_id and r.span_hash = f.span_hash
  where seen.waiting or seen.decided
  group by f.recogniser, f.category
  order by 3 desc, 4 desc, 1, 2`;

export async function listReviews(database: Queryable, scope: AccessScope, listing: ReviewListing): Promise<Review[]> {
  if (listing.collectionId !== undefined && !isUuid(listing.collectionId)) return [];
  const rows = await database.query<ReviewRow>('listReviews', LIST, [
    ...scopeValues(scope),
    listing.state ?? null,
    listing.collectionId ?? null,
    listing.category ?? null,
    listing.recogniser ?? null,
    listing.spanHashes ?? null,
    listing.overdue ?? null,
    listing.after ?? null,
    listing.limit,
  ]);
  return rows.map(toReview);
}

interface CountsRow {
  waiting: number;
  overdue: number;
  claimed: number;
  oldest_opened_at: Date | null;
  by_category: Partial<Record<PhiCategory, number>>;
}

export async function countReviews(database: Queryable, scope: AccessScope): Promise<ReviewCounts> {
  const [row] = await database.query<CountsRow>('countReviews', COUNTS, scopeValues(scope));
  if (!row) throw new Error('an aggregate gave no row');
  const { waiting, overdue, claimed, oldest_opened_at: oldestOpenedAt, by_category: byCategory } = row;
  return { waiting, overdue, claimed, oldestOpenedAt, byCategory };
}

export async function countRecognisers(database: Queryable, scope: AccessScope): Promise<RecogniserCount[]> {
  const rows = await database.query<Omit<RecogniserCount, 'falseAlarms'> & { false_alarms: number }>(
    'countRecognisers',
    RECOGNISERS,
    scopeValues(scope),
  );
  return rows.map(({ false_alarms: falseAlarms, ...row }) => ({ ...row, falseAlarms }));
}
