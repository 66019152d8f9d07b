import type { OrganizationId } from '../../../core/contract/ids.js';
import type { AnsweringMode, FeedbackVerdict } from '../../../core/contract/states.js';
import type { AccessScope } from '../../../core/ports/access-scope.js';
import {
  type Days,
  type Feedback,
  type GivenFeedback,
  MAX_WORDS_OF_A_QUESTION,
  MIN_DOCUMENTS_OF_A_WORD,
  MIN_QUESTIONS_OF_A_THEME,
  type QuestionCatalog,
  type QuestionCount,
  type QuestionStatistics,
  type QuestionTheme,
  UNANSWERED_DAYS,
  type UnansweredQuestion,
} from '../../../core/ports/question-catalog.js';
import type { Database } from '../database.js';
import { postingsOf } from '../lexical/postings.js';
import { scopedCollections } from '../scope-parameters.js';
import { isUuid, storableText } from '../storable.js';

// In one order, so that two processes that add up the same counts do not wait for each other in a circle.
const ADD_COUNTS = `
  insert into knowledge.question_counts as q (organization_id, collection_id, day, mode, asked, answerable, unanswered)
  select $1, k.collection_id, c.day, c.mode, sum(c.asked), sum(c.answerable), sum(c.unanswered)
  from unnest($2::text[], $3::date[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[])
    c (collection, day, mode, asked, answerable, unanswered)
  left join knowledge.collections k
    on k.organization_id = $1 and (k.name = c.collection or k.collection_id::text = c.collection)
  group by k.collection_id, c.day, c.mode
  order by k.collection_id, c.day, c.mode
  on conflict (organization_id, collection_id, day, mode) do update set
    asked = q.asked + excluded.asked, answerable = q.answerable + excluded.answerable,
    unanswered = q.unanswered + excluded.unanswered`;

// Postings of a word are looked through until there are enough documents; a word of one long book is given up early.
const ADD_UNANSWERED = `
  insert into knowledge.unanswered_questions (organization_id, question_hash, day, words)
  select $1, asked.question_hash, asked.day, coalesce(known.words, '{}')
  from unnest($3::text[], $4::date[], $5::text[]) asked (question_hash, day, text)
  cross join lateral (
    select array_agg(stem order by documents, stem) as words
    from (
      select stem, min(document_frequency) as documents
      from (
        select k.collection_id, s.stem, t.term_key, t.document_frequency
        from knowledge.collections k
        cross join lateral unnest(k.text_configs) config
        cross join lateral unnest(tsvector_to_array(to_tsvector(config::regconfig, asked.text))) s (stem)
        join knowledge.lexical_terms t on t.term_key = knowledge.term_key(k.collection_id, s.stem)
        where k.organization_id = $1 and ($2::uuid[] is null or k.collection_id = any ($2))
          and t.document_frequency >= ${MIN_DOCUMENTS_OF_A_WORD} and s.stem ~ '^[[:alpha:]-]{3,}$'
      ) term
      where (
        select count(*) from (
          select distinct c.document_id
          from (
            select posting >> 23 as chunk_no
            from (select) one ${postingsOf({ collectionId: 'term.collection_id', termKey: 'term.term_key' })}
            limit 2000
          ) held
          join knowledge.chunks c on c.chunk_no = held.chunk_no
          join knowledge.documents d on d.document_id = c.document_id
          where d.live_version_id is not null and not d.contains_phi
          limit ${MIN_DOCUMENTS_OF_A_WORD}
        ) holding
      ) >= ${MIN_DOCUMENTS_OF_A_WORD}
      group by stem
      order by documents, stem
      limit ${MAX_WORDS_OF_A_QUESTION}
    ) safe
  ) known
  on conflict (organization_id, question_hash) do nothing`;

const FORGET_UNANSWERED = `
  delete from knowledge.unanswered_questions
  where organization_id = $1 and day < (now() at time zone 'utc')::date - ${UNANSWERED_DAYS}`;

const KEEP_FEEDBACK = `
  insert into knowledge.question_feedback as f
    (feedback_id, organization_id, actor, verdict, mode, request_id, question_hash, chunk_ids, document_ids, sealed)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
  on conflict (feedback_id) do update set verdict = excluded.verdict, sealed = excluded.sealed,
    mode = coalesce(excluded.mode, f.mode)
  where f.organization_id = excluded.organization_id and f.actor = excluded.actor
  returning feedback_id`;

const LIST_FEEDBACK = `
  select feedback_id, feedback_no, actor, verdict, mode, request_id, question_hash, chunk_ids, document_ids, sealed, given_at
  from knowledge.question_feedback
  where organization_id = $1 and ($2::bigint is null or feedback_no < $2) and ($3::text is null or verdict = $3)
  order by feedback_no desc
  limit $4`;

const COUNTS = `
  select k.name as collection, q.day::text, q.mode, q.asked, q.answerable, q.unanswered
  from knowledge.question_counts q left join knowledge.collections k on k.collection_id = q.collection_id
  where q.organization_id = $1 and q.day between $2::date and $3::date
  order by q.day, k.name nulls first, q.mode`;

const FEEDBACK_COUNTS = `
  select (given_at at time zone 'utc')::date::text as day, mode, verdict, count(*)::int as given
  from knowledge.question_feedback
  where organization_id = $1 and given_at >= $2::date::timestamp at time zone 'utc'
    and given_at < ($3::date + 1)::timestamp at time zone 'utc'
  group by 1, 2, 3
  order by 1, 2, 3`;

// Pairs say more than words; a word whose questions all have a pair in common is told by that pair.
const THEMES = `
  with asked as (
    select question_hash, words from knowledge.unanswered_questions
    where organization_id = $1 and day between $2::date and $3::date
  ), grouped as (
    select array[a.word] as words, count(distinct question_hash)::int as questions
    from asked cross join lateral unnest(asked.words) a (word)
    group by a.word
    union all
    select array[a.word, b.word], count(distinct question_hash)::int
    from asked cross join lateral unnest(asked.words) a (word) cross join lateral unnest(asked.words) b (word)
    where a.word < b.word
    group by a.word, b.word
  ), told as (
    select * from grouped where questions >= ${MIN_QUESTIONS_OF_A_THEME}
  )
  select words, questions from told t
  where cardinality(words) = 2
    or not exists (select from told pair where cardinality(pair.words) = 2 and t.words <@ pair.words and pair.questions = t.questions)
  order by questions desc, words
  limit $4`;

interface FeedbackRow {
  feedback_id: string;
  feedback_no: string | number;
  actor: string;
  verdict: FeedbackVerdict;
  mode: AnsweringMode | null;
  request_id: string | null;
  question_hash: string | null;
  chunk_ids: string[];
  document_ids: string[];
  sealed: Uint8Array | null;
  given_at: Date;
}

interface CountRow {
  collection: string | null;
  day: string;
  mode: AnsweringMode;
  asked: string | number;
  answerable: string | number;
  unanswered: string | number;
}

export class PgQuestionCatalog implements QuestionCatalog {
  constructor(private readonly database: Database) {}

  async addCounts(organizationId: OrganizationId, counts: readonly QuestionCount[]): Promise<void> {
    if (counts.length === 0) return;
    await this.database
      .forOrganization(organizationId)
      .query('addQuestionCounts', ADD_COUNTS, [
        organizationId,
        counts.map(({ collection }) => collection),
        counts.map(({ day }) => day),
        counts.map(({ mode }) => mode),
        counts.map(({ asked }) => asked),
        counts.map(({ answerable }) => answerable),
        counts.map(({ unanswered }) => unanswered),
      ]);
  }

  async addUnanswered(scope: AccessScope, questions: readonly UnansweredQuestion[]): Promise<void> {
    if (questions.length === 0) return;
    const { organizationId } = scope;
    await this.database.forOrganization(organizationId).transaction('addUnanswered', async (tx) => {
      await tx.query('addUnanswered', ADD_UNANSWERED, [
        organizationId,
        scopedCollections(scope),
        questions.map(({ questionHash }) => questionHash),
        questions.map(({ day }) => day),
        questions.map(({ text }) => storableText(text)),
      ]);
      await tx.query('forgetUnanswered', FORGET_UNANSWERED, [organizationId]);
    });
  }

  async keepFeedback(organizationId: OrganizationId, feedback: Feedback): Promise<'kept' | 'taken'> {
    const kept = await this.database
      .forOrganization(organizationId)
      .query('keepFeedback', KEEP_FEEDBACK, [
        feedback.feedbackId,
        organizationId,
        feedback.actor,
        feedback.verdict,
        feedback.mode,
        feedback.requestId,
        feedback.questionHash,
        feedback.chunkIds.filter(isUuid),
        feedback.documentIds.filter(isUuid),
        feedback.sealed,
      ]);
    return kept.length > 0 ? 'kept' : 'taken';
  }

  async listFeedback(
    organizationId: OrganizationId,
    {
      limit,
      before,
      verdict,
    }: { readonly limit: number; readonly before?: number; readonly verdict?: FeedbackVerdict },
  ): Promise<GivenFeedback[]> {
    const rows = await this.database
      .forOrganization(organizationId)
      .query<FeedbackRow>('listFeedback', LIST_FEEDBACK, [organizationId, before ?? null, verdict ?? null, limit]);
    return rows.map((row) => ({
      feedbackId: row.feedback_id,
      number: Number(row.feedback_no),
      actor: row.actor,
      verdict: row.verdict,
      mode: row.mode,
      requestId: row.request_id,
      questionHash: row.question_hash,
      chunkIds: row.chunk_ids,
      documentIds: row.document_ids,
      sealed: row.sealed,
      givenAt: row.given_at,
    }));
  }

  async statistics(organizationId: OrganizationId, { from, to }: Days): Promise<QuestionStatistics> {
    const database = this.database.forOrganization(organizationId);
    const counts = await database.query<CountRow>('questionCounts', COUNTS, [organizationId, from, to]);
    const feedback = await database.query<QuestionStatistics['feedback'][number]>('feedbackCounts', FEEDBACK_COUNTS, [
      organizationId,
      from,
      to,
    ]);
    return {
      counts: counts.map(({ asked, answerable, unanswered, ...same }) => ({
        ...same,
        asked: Number(asked),
        answerable: Number(answerable),
        unanswered: Number(unanswered),
      })),
      feedback,
    };
  }

  themes(organizationId: OrganizationId, { from, to }: Days, limit: number): Promise<QuestionTheme[]> {
    return this.database
      .forOrganization(organizationId)
      .query<QuestionTheme>('questionThemes', THEMES, [organizationId, from, to, limit]);
  }
}
