import type { OrganizationId } from '../../../core/contract/ids.js';
import type { RecallReason } from '../../../core/contract/states.js';
import type { AccessScope } from '../../../core/ports/access-scope.js';
import type {
  AnswerCatalog,
  AnswerCitation,
  AnswersOf,
  KeepOutcome,
  KeptAnswer,
  NewAnswer,
  RecalledAnswer,
} from '../../../core/ports/answer-catalog.js';
import { appendAudit } from '../audit/append-audit.js';
import type { Database } from '../database.js';
import { LIVE_CHUNK_IN_SCOPE } from '../documents/live-chunk-row.js';
import { liveLookup } from '../documents/live-lookup.js';
import { isUuid } from '../storable.js';
import { scopeValues } from '../visibility.js';
import { REVIEW_DUE_AT } from '../documents/review-cycle.js';

// Parameters of all statements: $1 to $3 are those of `scopeValues`.

const LIVE_CHUNKS = `
  select c.chunk_id, d.document_id, d.live_version_id as version_id
  from knowledge.chunks c
  ${liveLookup({ chunkNo: 'c.chunk_no', documentId: 'c.document_id' })}
  join knowledge.collections k on k.collection_id = d.collection_id
  where c.chunk_id = any ($4::uuid[]) and not d.contains_phi and ${LIVE_CHUNK_IN_SCOPE}`;

// Until the answer is there, none of what it cites can end: whoever ends it then finds the answer, and has it recalled.
const LOCK_CITED = `
  select d.document_id from knowledge.documents d
  where d.document_id in (select c.document_id from knowledge.chunks c where c.organization_id = $1 and c.chunk_id = any ($2::uuid[]))
  order by d.document_id for share`;

const KEEP = `
  insert into knowledge.answers
    (answer_id, organization_id, actor, subject, reference, question_hash, form_hash, sealed, told_at)
  values ($2, $1, $3, $4, $5, $6, $7, $8, date_trunc('milliseconds', clock_timestamp()))
  on conflict (answer_id) do nothing
  returning answer_id`;

const CITE = `
  insert into knowledge.answer_citations (organization_id, answer_id, ordinal, chunk_id, document_id, version_id)
  select $1::text, $2::uuid, n, chunk_id, document_id, version_id
  from unnest($3::uuid[], $4::uuid[], $5::uuid[]) with ordinality cited (chunk_id, document_id, version_id, n)`;

/** The first that is true of a citation `c`, its document `d`, version `v`, that one's successor `live` and collection `k`. */
const ENDINGS: readonly { readonly when: string; readonly reason: string; readonly since: string }[] = [
  {
    when: 'd.deleted_at is not null and d.withdrawn_cause is not null and not d.deleted_by_hand',
    reason: 'd.withdrawn_cause',
    since: 'd.deleted_at',
  },
  { when: 'd.deleted_at is not null', reason: "'deleted'", since: 'd.deleted_at' },
  { when: 'd.live_version_id is null', reason: "'held'", since: 'd.updated_at' },
  { when: 'd.live_version_id <> c.version_id', reason: "'replaced'", since: 'live.published_at' },
  {
    when: "d.superseded_from <= (now() at time zone 'utc')::date",
    reason: "'superseded'",
    since: "d.superseded_from::timestamp at time zone 'utc'",
  },
  {
    when: `${REVIEW_DUE_AT} <= now()`,
    reason: "'review_overdue'",
    since: REVIEW_DUE_AT,
  },
];
const ended = (what: 'reason' | 'since'): string =>
  `case ${ENDINGS.map((ending) => `when ${ending.when} then ${ending[what]}`).join(' ')} end`;

// Collected for each answer before any is judged.
const WITH_CITATIONS = `
  cross join lateral (
    select
      json_agg(json_build_object('chunkId', chunk_id, 'documentId', document_id, 'versionId', version_id,
        'reason', reason, 'since', since) order by ordinal) as citations,
      bool_and(reason is null and seen) as holds,
      coalesce(bool_or(since > a.told_at), false) as is_recalled
    from (
      select c.ordinal, c.chunk_id, c.document_id, c.version_id, ${ended('reason')} as reason, ${ended('since')} as since,
        ${LIVE_CHUNK_IN_SCOPE} as seen
      from knowledge.answer_citations c
      join knowledge.documents d on d.document_id = c.document_id
      join knowledge.collections k on k.collection_id = d.collection_id
      join knowledge.versions v on v.version_id = c.version_id
      left join knowledge.versions live on live.version_id = d.live_version_id
      where c.answer_id = a.answer_id
    ) one
  ) cited`;

const COLUMNS = `
  a.answer_id, a.answer_no, a.subject, a.reference, a.told_at, cited.citations,
  case when cited.holds then a.sealed end as sealed`;

// A question that thousands were told the same of: the newest of them hold, or none is likely to.
const LOOK_UP = `
  select ${COLUMNS}, a.question_hash = $5 as as_asked
  from (
    select * from knowledge.answers
    where organization_id = $1 and form_hash = $4 and sealed is not null
    order by answer_no desc
    limit 50
  ) a ${WITH_CITATIONS}
  where cited.holds
  order by (a.question_hash = $5) desc, a.answer_no desc
  limit 1`;

const READ = `
  select ${COLUMNS} from knowledge.answers a ${WITH_CITATIONS}
  where a.organization_id = $1 and a.answer_id = $4 and ($5::text is null or a.actor = $5)`;

const RECALLED = `
  select ${COLUMNS} from knowledge.answers a ${WITH_CITATIONS}
  where a.organization_id = $1 and a.told_at >= $4 and ($5::text is null or a.actor = $5)
    and ($6::bigint is null or a.answer_no < $6) and cited.is_recalled
  order by a.answer_no desc
  limit $7`;

const FORGET = `
  delete from knowledge.answers where organization_id = $1 and answer_id = $2 and ($3::text is null or actor = $3)
  returning answer_id`;

interface CitationJson {
  readonly chunkId: string;
  readonly documentId: string;
  readonly versionId: string;
  readonly reason: RecallReason | null;
  readonly since: string | null;
}

interface AnswerRow {
  answer_id: string;
  answer_no: string | number;
  subject: string | null;
  reference: string | null;
  told_at: Date;
  citations: CitationJson[];
  sealed: Uint8Array | null;
}

const actorOf = (of: AnswersOf): string | null => (of === 'all' ? null : of.actor);

export class PgAnswerCatalog implements AnswerCatalog {
  constructor(private readonly database: Database) {}

  async keep(scope: AccessScope, answer: NewAnswer): Promise<KeepOutcome> {
    const { organizationId } = scope;
    const { answerId, actor, subject, reference, questionHash, formHash, sealed, chunkIds } = answer;
    const before = await this.read(scope, answerId, { actor });
    if (before) return { kept: before };
    const missing = await this.database.forOrganization(organizationId).transaction('keepAnswer', async (tx) => {
      const cites = chunkIds.filter(isUuid);
      await tx.query('lockCited', LOCK_CITED, [organizationId, cites]);
      const live = await tx.query<{ chunk_id: string; document_id: string; version_id: string }>(
        'liveChunks',
        LIVE_CHUNKS,
        [...scopeValues(scope), cites],
      );
      const byId = new Map(live.map((row) => [row.chunk_id, row]));
      const cited = chunkIds.flatMap((chunkId) => byId.get(chunkId) ?? []);
      if (cited.length < chunkIds.length) return chunkIds.filter((chunkId) => !byId.has(chunkId));
      const inserted = await tx.query('keep', KEEP, [
        organizationId,
        answerId,
        actor,
        subject,
        reference,
        questionHash,
        formHash,
        sealed,
      ]);
      if (inserted.length === 0) return [];
      await tx.query('cite', CITE, [
        organizationId,
        answerId,
        cited.map((row) => row.chunk_id),
        cited.map((row) => row.document_id),
        cited.map((row) => row.version_id),
      ]);
      return [];
    });
    if (missing.length > 0) return { missing };
    const kept = await this.read(scope, answerId, { actor });
    return kept ? { kept } : 'taken';
  }

  async lookUp(
    scope: AccessScope,
    { questionHash, formHash }: { readonly questionHash: string; readonly formHash: string },
  ): Promise<{ readonly answer: KeptAnswer; readonly asAsked: boolean } | null> {
    const [row] = await this.database
      .forOrganization(scope.organizationId)
      .query<AnswerRow & { as_asked: boolean }>('lookUpAnswer', LOOK_UP, [
        ...scopeValues(scope),
        formHash,
        questionHash,
      ]);
    return row ? { answer: toAnswer(row), asAsked: row.as_asked } : null;
  }

  async read(scope: AccessScope, answerId: string, of: AnswersOf): Promise<KeptAnswer | null> {
    if (!isUuid(answerId)) return null;
    const [row] = await this.database
      .forOrganization(scope.organizationId)
      .query<AnswerRow>('readAnswer', READ, [...scopeValues(scope), answerId, actorOf(of)]);
    return row ? toAnswer(row) : null;
  }

  async recalled(
    scope: AccessScope,
    { since, of, limit, before }: { since: Date; of: AnswersOf; limit: number; before?: number },
  ): Promise<RecalledAnswer[]> {
    const rows = await this.database
      .forOrganization(scope.organizationId)
      .query<AnswerRow>('recalledAnswers', RECALLED, [
        ...scopeValues(scope),
        since,
        actorOf(of),
        before ?? null,
        limit,
      ]);
    return rows.map((row) => ({ ...toAnswer(row), number: Number(row.answer_no) }));
  }

  forget(
    organizationId: OrganizationId,
    answerId: string,
    { of, actor }: { readonly of: AnswersOf; readonly actor: string },
  ): Promise<boolean> {
    return this.database.forOrganization(organizationId).transaction('forgetAnswer', async (tx) => {
      const gone = await tx.query('forget', FORGET, [organizationId, answerId, actorOf(of)]);
      if (gone.length === 0) return false;
      await appendAudit(tx, { organizationId, actor, action: 'answer.forgotten', subject: answerId, details: {} });
      return true;
    });
  }
}

function toAnswer(row: AnswerRow): KeptAnswer {
  return {
    answerId: row.answer_id,
    subject: row.subject,
    reference: row.reference,
    toldAt: row.told_at,
    citations: row.citations.map(({ reason, since, ...passage }): AnswerCitation => ({
      ...passage,
      ended: reason === null || since === null ? null : { reason, since: new Date(since) },
    })),
    sealed: row.sealed,
  };
}
