import { randomUUID } from 'node:crypto';
import type { CollectionId, OrganizationId, RunId, VersionId } from '../../../core/contract/ids.js';
import type { DueGoldenCheck } from '../../../core/contract/golden-messages.js';
import type { GoldenGate } from '../../../core/contract/states.js';
import type { AccessScope } from '../../../core/ports/access-scope.js';
import {
  type CheckedGoldenQuestion,
  type GoldenPage,
  type GoldenQuestion,
  type GoldenQuestionCatalog,
  type GoldenResult,
  type GoldenTally,
  type GuardedDocument,
  MAX_GOLDEN_QUESTIONS,
  type NewGoldenQuestion,
  type Replacement,
} from '../../../core/ports/golden-question-catalog.js';
import { appendAudit } from '../audit/append-audit.js';
import type { Database, Queryable } from '../database.js';
import { levelsUpTo } from '../safety-levels.js';
import { scopedCollections } from '../scope-parameters.js';
import { isUuid, storableJson } from '../storable.js';
import { ASK_FOR_CHECK, DUE_CHECKS, SETTLE_CHECK } from './due-checks.js';
import { LIVE_VERSIONS, PASSAGES, RECORD_GATE, REPLACEMENTS } from './gate-statements.js';
import { GOLDEN_QUESTION_COLUMNS, type GoldenQuestionRow, toGoldenQuestion } from './golden-question-row.js';
import { recordChecks } from './record-checks.js';

const FROM_SEEN = `
  from knowledge.golden_questions g join knowledge.collections k on k.collection_id = g.collection_id
  where g.organization_id = $1 and ($2::uuid[] is null or g.collection_id = any ($2)) and g.safety_level = any ($3::text[])`;

// Declarations of one collection take turns, so that none is counted past the limit.
const LOCK_COLLECTION = `
  select collection_id from knowledge.collections where organization_id = $1 and collection_id = $2 for no key update`;

const COUNT = `
  select count(*)::int as questions, count(*) filter (where question_hash = $3)::int as same
  from knowledge.golden_questions where organization_id = $1 and collection_id = $2`;

// Declared as it was before, it keeps its last result. The words are sealed anew each time and tell nothing: only what
// stands in the clear, and the hash of the words, is compared.
const DECLARE = `
  insert into knowledge.golden_questions as g
    (golden_question_id, organization_id, collection_id, question_hash, sealed, documents, pages, within_rank, gate,
     safety_level, words_hash)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
  on conflict (organization_id, collection_id, question_hash) do update set
    sealed = excluded.sealed, documents = excluded.documents, pages = excluded.pages,
    within_rank = excluded.within_rank, gate = excluded.gate, safety_level = excluded.safety_level,
    words_hash = excluded.words_hash, edition = g.edition + 1,
    checked_at = null, rank = null, lost_reason = null, found_at = null, lost_since = null, lost_by = null,
    held_version = null, held_run = null, held_at = null
  where (g.documents, g.pages, g.within_rank, g.gate, g.safety_level, g.words_hash) is distinct from
    (excluded.documents, excluded.pages, excluded.within_rank, excluded.gate, excluded.safety_level, excluded.words_hash)
  returning golden_question_id`;

const BY_HASH = `
  select ${GOLDEN_QUESTION_COLUMNS}
  from knowledge.golden_questions g join knowledge.collections k on k.collection_id = g.collection_id
  where g.organization_id = $1 and g.collection_id = $2 and g.question_hash = $3`;

const STATE = `
  case when g.checked_at is null then 'unchecked' when g.lost_reason is null then 'found' else 'lost' end`;

const LIST = `
  select ${GOLDEN_QUESTION_COLUMNS} ${FROM_SEEN}
    and ($4::uuid is null or g.collection_id = $4) and ($5::text is null or ${STATE} = $5) and g.golden_question_no > $6
  order by g.golden_question_no
  limit $7`;

const READ = `select ${GOLDEN_QUESTION_COLUMNS} ${FROM_SEEN} and g.golden_question_id = $4`;

const TO_CHECK = `
  select ${GOLDEN_QUESTION_COLUMNS}
  from knowledge.golden_questions g join knowledge.collections k on k.collection_id = g.collection_id
  where g.organization_id = $1 and g.collection_id = $2 and g.golden_question_no > $3 and ($4::text is null or g.gate = $4)
  order by g.golden_question_no
  limit $5`;

const REMOVE = `
  delete from knowledge.golden_questions g
  where g.organization_id = $1 and ($2::uuid[] is null or g.collection_id = any ($2))
    and g.safety_level = any ($3::text[]) and g.golden_question_id = $4
  returning g.collection_id`;

const TALLY = `
  select count(*)::int as questions, count(*) filter (where lost_reason is not null)::int as lost
  from knowledge.golden_questions where $1::text is null or organization_id = $1`;

interface ReplacementRow {
  version_id: string;
  run_id: string;
  document_id: string;
  external_id: string;
  live_version_id: string | null;
}

/** Whose questions a scope sees: $1 to $3. */
const seenBy = (scope: AccessScope): unknown[] => [
  scope.organizationId,
  scopedCollections(scope),
  levelsUpTo(scope.safetyLevel),
];

export class PgGoldenQuestionCatalog implements GoldenQuestionCatalog {
  constructor(private readonly database: Database) {}

  declare(
    scope: AccessScope,
    question: NewGoldenQuestion,
    actor: string,
  ): Promise<{ readonly question: GoldenQuestion; readonly isNew: boolean } | 'full'> {
    const { organizationId, safetyLevel } = scope;
    const { collectionId, questionHash } = question;
    return this.database.forOrganization(organizationId).transaction('declareGoldenQuestion', async (tx) => {
      await tx.query('lockCollection', LOCK_COLLECTION, [organizationId, collectionId]);
      const place = [organizationId, collectionId, questionHash];
      const [count] = await tx.query<{ questions: number; same: number }>('countGoldenQuestions', COUNT, place);
      const isNew = count?.same === 0;
      if (isNew && (count?.questions ?? 0) >= MAX_GOLDEN_QUESTIONS) return 'full';
      const [changed] = await tx.query<{ golden_question_id: string }>('declareGoldenQuestion', DECLARE, [
        randomUUID(),
        organizationId,
        collectionId,
        questionHash,
        question.sealed,
        storableJson(question.documents),
        [...question.pages],
        question.withinRank,
        question.gate,
        safetyLevel,
        question.wordsHash,
      ]);
      if (changed) await audit(tx, { organizationId, actor, subject: changed.golden_question_id }, 'declared');
      const [row] = await tx.query<GoldenQuestionRow>('goldenQuestionByHash', BY_HASH, place);
      if (!row) throw new Error('a golden question that was just declared is gone');
      return { question: toGoldenQuestion(row), isNew };
    });
  }

  async list(
    scope: AccessScope,
    listing: {
      readonly collectionId?: CollectionId;
      readonly state?: GoldenResult['state'];
      readonly limit: number;
      readonly after?: number;
    },
  ): Promise<GoldenQuestion[]> {
    const rows = await this.database
      .forOrganization(scope.organizationId)
      .query<GoldenQuestionRow>('listGoldenQuestions', LIST, [
        ...seenBy(scope),
        listing.collectionId ?? null,
        listing.state ?? null,
        listing.after ?? 0,
        listing.limit,
      ]);
    return rows.map(toGoldenQuestion);
  }

  async read(scope: AccessScope, goldenQuestionId: string): Promise<GoldenQuestion | null> {
    if (!isUuid(goldenQuestionId)) return null;
    const [row] = await this.database
      .forOrganization(scope.organizationId)
      .query<GoldenQuestionRow>('readGoldenQuestion', READ, [...seenBy(scope), goldenQuestionId]);
    return row ? toGoldenQuestion(row) : null;
  }

  async remove(scope: AccessScope, goldenQuestionId: string, actor: string): Promise<boolean> {
    if (!isUuid(goldenQuestionId)) return false;
    const { organizationId } = scope;
    return this.database.forOrganization(organizationId).transaction('removeGoldenQuestion', async (tx) => {
      const gone = await tx.query('removeGoldenQuestion', REMOVE, [...seenBy(scope), goldenQuestionId]);
      if (gone.length === 0) return false;
      await audit(tx, { organizationId, actor, subject: goldenQuestionId }, 'removed');
      return true;
    });
  }

  async toCheck(
    organizationId: OrganizationId,
    collectionId: CollectionId,
    { after, limit, gate }: { readonly after: number; readonly limit: number; readonly gate?: GoldenGate },
  ): Promise<GoldenPage> {
    const database = this.database.forOrganization(organizationId);
    const [clock] = await database.query<{ now: Date }>(
      'clock',
      `select date_trunc('milliseconds', clock_timestamp()) as now`,
    );
    const rows = isUuid(collectionId)
      ? await database.query<GoldenQuestionRow>('goldenQuestionsToCheck', TO_CHECK, [
          organizationId,
          collectionId,
          after,
          gate ?? null,
          limit,
        ])
      : [];
    return { begunAt: clock?.now ?? new Date(), questions: rows.map(toGoldenQuestion) };
  }

  record(organizationId: OrganizationId, begunAt: Date, checked: readonly CheckedGoldenQuestion[]): Promise<void> {
    return recordChecks(this.database.forOrganization(organizationId), organizationId, begunAt, checked);
  }

  async replacements(organizationId: OrganizationId, versionIds: readonly VersionId[]): Promise<Replacement[]> {
    const rows = await this.database
      .forOrganization(organizationId)
      .query<ReplacementRow>('goldenReplacements', REPLACEMENTS, [organizationId, versionIds.filter(isUuid)]);
    return rows.map((row) => ({
      versionId: row.version_id,
      runId: row.run_id,
      documentId: row.document_id,
      externalId: row.external_id,
      liveVersionId: row.live_version_id,
    }));
  }

  async liveVersions({
    organizationId,
    collectionId,
    documents,
  }: Pick<GoldenQuestion, 'organizationId' | 'collectionId' | 'documents'>): Promise<GuardedDocument[]> {
    const rows = await this.database
      .forOrganization(organizationId)
      .query<{ document_id: string; live_version_id: string }>('goldenLiveVersions', LIVE_VERSIONS, [
        organizationId,
        collectionId,
        storableJson(documents),
      ]);
    return rows.map((row) => ({ documentId: row.document_id, liveVersionId: row.live_version_id }));
  }

  passages(organizationId: OrganizationId, versionId: VersionId): Promise<{ text: string; pages: number[] }[]> {
    return this.database
      .forOrganization(organizationId)
      .query<{ text: string; pages: number[] }>('goldenPassages', PASSAGES, [organizationId, versionId]);
  }

  async recordGate(
    {
      organizationId,
      goldenQuestionId,
      edition,
    }: Pick<GoldenQuestion, 'organizationId' | 'goldenQuestionId' | 'edition'>,
    held: { readonly versionId: VersionId; readonly runId: RunId } | null,
  ): Promise<void> {
    await this.database
      .forOrganization(organizationId)
      .query('recordGoldenGate', RECORD_GATE, [
        organizationId,
        goldenQuestionId,
        edition,
        held?.versionId ?? null,
        held?.runId ?? null,
      ]);
  }

  async due(): Promise<DueGoldenCheck[]> {
    const rows = await this.database
      .forSystem('looks through all organizations')
      .query<{ organization_id: string; collection_id: string; state: string }>('dueGoldenChecks', DUE_CHECKS);
    return rows.map((row) => ({
      organizationId: row.organization_id,
      collectionId: row.collection_id,
      state: row.state,
    }));
  }

  async settleCheck({ organizationId, collectionId, state }: DueGoldenCheck): Promise<void> {
    await this.database
      .forOrganization(organizationId)
      .query('settleGoldenCheck', SETTLE_CHECK, [organizationId, collectionId, state]);
  }

  async askForCheck(organizationId: OrganizationId, collectionId: CollectionId): Promise<Date> {
    const [row] = await this.database
      .forOrganization(organizationId)
      .query<{ asked_at: Date }>('askForGoldenCheck', ASK_FOR_CHECK, [organizationId, collectionId]);
    if (!row) throw new Error('a golden check that was just asked for is gone');
    return row.asked_at;
  }

  async tally(organizationId?: OrganizationId): Promise<GoldenTally> {
    const database =
      organizationId === undefined
        ? this.database.forSystem('counts of all organizations, for the operator')
        : this.database.forOrganization(organizationId);
    const [row] = await database.query<GoldenTally>('tallyGoldenQuestions', TALLY, [organizationId ?? null]);
    return row ?? { questions: 0, lost: 0 };
  }
}

function audit(
  tx: Queryable,
  entry: { organizationId: OrganizationId; actor: string; subject: string },
  act: 'declared' | 'removed',
): Promise<unknown> {
  return appendAudit(tx, { ...entry, action: `golden_question.${act}`, details: {} });
}
