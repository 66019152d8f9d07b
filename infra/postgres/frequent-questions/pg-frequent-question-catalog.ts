import type { OrganizationId } from '../../../core/contract/ids.js';
import type { WarmingPlan } from '../../../core/contract/warming-messages.js';
import {
  type AskedQuestion,
  type DueQuestion,
  type FrequentQuestionCatalog,
  type FrequentQuestionCounts,
  MIN_ASKED,
} from '../../../core/ports/frequent-question-catalog.js';
import type { Database } from '../database.js';

/** The first times have lost a little of their weight when the last one comes; some hours are allowed for. */
const FREQUENT_FROM = MIN_ASKED - 0.5;
/** A question that was asked once is forgotten after a day, one that was asked a thousand times after eleven. */
const FORGOTTEN_BELOW = 0.5;
/** About 1 kB each; those beyond are asked least. */
const MOST_COUNTED = 5_000;
/** An answer may also lack what was added, or be gone because a tier was full: so often somebody looks. */
const LOOK_AGAIN_MINUTES = 10;

const NOW_WEIGHS = `q.weight * power(0.5, extract(epoch from now() - q.weighed_at)::float8 / 86400)`;

/** Of a question `q`, or of arguments in its place: whether a collection that it is asked of lets patient data in. */
const letsPatientDataIn = (organizationId: string, collectionIds: string): string => `exists (
  select from knowledge.collections c
  where c.organization_id = ${organizationId} and c.phi_policy = 'allow'
    and (${collectionIds} is null or c.collection_id = any (${collectionIds})))`;

// Ids come as text, as arrays of arrays of different lengths are none. In one order, so that two processes wait for each other in no
// circle.
const ADD = `
  insert into knowledge.frequent_questions as q
    (organization_id, question_hash, collection_ids, weight, weighed_at, sealed)
  select $1, a.question_hash, ids.collection_ids, a.asked, now(), case when a.asked >= ${FREQUENT_FROM} then a.sealed end
  from unnest($2::text[], $3::float8[], $4::text[], $5::bytea[]) a (question_hash, asked, collections, sealed)
  cross join lateral (select string_to_array(a.collections, ' ')::uuid[] as collection_ids) ids
  where not ${letsPatientDataIn('$1', 'ids.collection_ids')}
  order by a.question_hash
  on conflict (organization_id, question_hash) do update set
    weight = ${NOW_WEIGHS} + excluded.weight,
    weighed_at = now(),
    collection_ids = excluded.collection_ids,
    sealed = case when ${NOW_WEIGHS} + excluded.weight >= ${FREQUENT_FROM}
      then (select a.sealed from unnest($2::text[], $5::bytea[]) a (question_hash, sealed)
            where a.question_hash = excluded.question_hash)
      else q.sealed end`;

const FORGET = `
  delete from knowledge.frequent_questions q
  using (
    select organization_id, question_hash,
      row_number() over (partition by organization_id order by ${NOW_WEIGHS} desc, question_hash) as place
    from knowledge.frequent_questions q
  ) ranked
  where ranked.organization_id = q.organization_id and ranked.question_hash = q.question_hash
    and (ranked.place > $1 or ${NOW_WEIGHS} < ${FORGOTTEN_BELOW}
      or ${letsPatientDataIn('q.organization_id', 'q.collection_ids')})
  returning q.question_hash`;

// The day is one of the things that an answer hangs on. What is added moves no state: while a collection is being filled, it would
// move with each look.
const FIND_DUE = `
  with states as (
    select c.organization_id, md5(concat_ws(' ', (now() at time zone 'utc')::date, max(r.epoch),
      string_agg(concat_ws(':', c.collection_id, c.withdrawal_epoch, v.vector_index_id), ' ' order by c.collection_id))) as state
    from knowledge.collections c
    left join knowledge.vector_indexes v on v.collection_id = c.collection_id and v.state = 'live'
    left join ops.cache_resets r on r.organization_id = c.organization_id
    where c.organization_id in (select organization_id from knowledge.frequent_questions)
    group by c.organization_id
  ), ranked as (
    select organization_id, question_hash,
      row_number() over (partition by organization_id order by ${NOW_WEIGHS} desc, question_hash) as place
    from knowledge.frequent_questions q
    where sealed is not null
  )
  update knowledge.frequent_questions q set due_state = states.state
  from states, ranked
  where states.organization_id = q.organization_id
    and ranked.organization_id = q.organization_id and ranked.question_hash = q.question_hash
    and ranked.place <= $1 and q.due_state is distinct from states.state
    and (q.warmed_state is distinct from states.state
      or q.warmed_at < now() - interval '${LOOK_AGAIN_MINUTES} minutes')`;

const COUNT_DUE = `select count(*)::integer as due from knowledge.frequent_questions where due_state is not null`;

const CLAIM = `
  update knowledge.frequent_questions q set leased_until = now() + make_interval(secs => $2)
  from (
    select organization_id, question_hash from knowledge.frequent_questions
    where due_state is not null and sealed is not null and (leased_until is null or leased_until <= now())
    order by weight desc limit $1
    for update skip locked
  ) next
  where q.organization_id = next.organization_id and q.question_hash = next.question_hash
  returning q.organization_id, q.question_hash, q.sealed, q.due_state, q.weight`;

const SETTLE = `
  update knowledge.frequent_questions set warmed_state = $3, warmed_at = now(), leased_until = null,
    due_state = case when due_state = $3 then null else due_state end
  where organization_id = $1 and question_hash = $2`;

const DROP = `delete from knowledge.frequent_questions where organization_id = $1 and question_hash = $2`;

const COUNT = `
  select count(*)::integer as counted, count(sealed)::integer as frequent, count(due_state)::integer as due
  from knowledge.frequent_questions where organization_id = $1`;

interface DueRow {
  organization_id: string;
  question_hash: string;
  sealed: Uint8Array;
  due_state: string;
  weight: number;
}

export class PgFrequentQuestionCatalog implements FrequentQuestionCatalog {
  constructor(private readonly database: Database) {}

  async add(organizationId: OrganizationId, asked: readonly AskedQuestion[]): Promise<void> {
    if (asked.length === 0) return;
    await this.database
      .forOrganization(organizationId)
      .query('addFrequentQuestions', ADD, [
        organizationId,
        asked.map(({ questionHash }) => questionHash),
        asked.map((one) => one.asked),
        asked.map(({ collections }) => (collections === 'all' ? null : collections.join(' '))),
        asked.map(({ sealed }) => Buffer.from(sealed)),
      ]);
  }

  async plan({ perOrganization }: { readonly perOrganization: number }): Promise<WarmingPlan> {
    const system = this.#system();
    const keep = perOrganization === 0 ? 0 : MOST_COUNTED;
    const forgotten = (await system.query('forgetFrequentQuestions', FORGET, [keep])).length;
    if (perOrganization > 0) await system.query('findDueQuestions', FIND_DUE, [perOrganization]);
    const [row] = await system.query<{ due: number }>('countDueQuestions', COUNT_DUE);
    return { due: row?.due ?? 0, forgotten };
  }

  async claim({ limit, leaseMs }: { readonly limit: number; readonly leaseMs: number }): Promise<DueQuestion[]> {
    const rows = await this.#system().query<DueRow>('claimDueQuestions', CLAIM, [limit, leaseMs / 1000]);
    return rows
      .sort((a, b) => b.weight - a.weight)
      .map((row) => ({
        organizationId: row.organization_id,
        questionHash: row.question_hash,
        sealed: row.sealed,
        state: row.due_state,
      }));
  }

  async settle({ organizationId, questionHash, state }: DueQuestion): Promise<void> {
    await this.database
      .forOrganization(organizationId)
      .query('settleDueQuestion', SETTLE, [organizationId, questionHash, state]);
  }

  async drop({ organizationId, questionHash }: DueQuestion): Promise<void> {
    await this.database
      .forOrganization(organizationId)
      .query('dropFrequentQuestion', DROP, [organizationId, questionHash]);
  }

  async forget(organizationId: OrganizationId): Promise<void> {
    await this.database
      .forOrganization(organizationId)
      .query('forgetQuestionsOf', 'delete from knowledge.frequent_questions where organization_id = $1', [
        organizationId,
      ]);
  }

  async count(organizationId: OrganizationId): Promise<FrequentQuestionCounts> {
    const [row] = await this.database
      .forOrganization(organizationId)
      .query<FrequentQuestionCounts>('countFrequentQuestions', COUNT, [organizationId]);
    return row ?? { counted: 0, frequent: 0, due: 0 };
  }

  #system() {
    return this.database.forSystem('frequent questions of all organizations have one queue; their words are sealed');
  }
}
