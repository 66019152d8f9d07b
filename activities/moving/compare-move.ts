import { Failure } from '../../core/contract/failures.js';
import type { CollectionId, OrganizationId } from '../../core/contract/ids.js';
import type { RunRef } from '../../core/contract/ingest-messages.js';
import type { ComparisonSummary } from '../../core/contract/move-messages.js';
import { moveReportKey } from '../../core/contract/object-keys.js';
import {
  compareAnswers,
  type ComparedQuestion,
  judgeMove,
  type MoveJudgement,
  type QuestionComparison,
  summarise,
} from '../../core/moving/compare-answers.js';
import { DEPTH } from '../../core/moving/rank-agreement.js';
import type { AccessScope } from '../../core/ports/access-scope.js';
import type { VectorIndexSpec } from '../../core/ports/vector-index.js';
import { todayUtc } from '../../core/reading/facts/calendar-day.js';
import { MODEL_DOWN, STORE_DOWN } from '../../core/retrieval/plan.js';
import { normaliseQuery } from '../../core/retrieval/query.js';
import type { JudgedHit } from '../../core/retrieval/golden-question.js';
import { openGoldenTexts } from '../../core/retrieval/golden-texts.js';
import { createRetrieval } from '../../core/retrieval/retrieve.js';
import { putJson, readArtefact } from '../artefacts.js';
import type { EmbeddingDependencies, MovingDependencies } from '../dependencies.js';
import { cancellable } from '../heartbeat.js';
import { loadMove } from './move-run.js';

/** Titles of documents that are asked for, besides the questions of whoever moves: each has to find its own document. */
const TITLES = 50;
/** A title of one or two words is a topic that many documents share. */
const LEAST_TITLE_WORDS = 3;

const GOLDEN_PER_PAGE = 100;

export interface CompareMoveResult {
  readonly judgement: MoveJudgement;
  readonly summary: ComparisonSummary;
}

/**
 * Asks both vector indexes the same questions, in hybrid searches as people make them, and puts on record how far the answers
 * agree. Changes nothing else. May run twice: the report is replaced.
 */
export function createCompareMove(deps: MovingDependencies) {
  const { catalog, objects } = deps;
  return async function compareMove(run: RunRef): Promise<CompareMoveResult> {
    const { organizationId, runId } = run;
    const { collectionId, details, generations, target } = await loadMove(catalog, run);
    if (!target) return { judgement: 'cannot_tell', summary: summarise([]) };
    await catalog.runs.recordActStage(organizationId, runId, 'compare');
    const scope: AccessScope = { organizationId, collections: [collectionId], safetyLevel: 'clinical_staff_only' };
    return cancellable(async (signal) => {
      const live = generations.find(({ spec }) => spec.state === 'live' && spec !== target.spec)?.spec;
      const searchLive = createSearch(deps, scope, live);
      const searchNext = createSearch(deps, scope, target.spec);
      const given = details.questions ? await readArtefact<ComparedQuestion[]>(objects, details.questions) : [];
      const asked = [...given, ...(await goldenOf(organizationId, collectionId)), ...(await titlesOf(scope))];
      const compared: QuestionComparison[] = [];
      for (const question of asked) {
        signal.throwIfAborted();
        const query = normaliseQuery(question.text);
        if (!query.ok) continue;
        const topK = Math.max(DEPTH, question.expectation?.withinRank ?? 0);
        const found = { live: await searchLive(query.text, topK), next: await searchNext(query.text, topK) };
        compared.push(compareAnswers(question, found));
      }
      const summary = summarise(compared);
      const report = await putJson(objects, moveReportKey(run), { summary, questions: compared });
      await catalog.runs.recordActDetails(organizationId, runId, { comparison: summary, report });
      await catalog.runs.recordActStage(organizationId, runId, 'decide');
      return { judgement: judgeMove(summary), summary };
    });
  };

  /** All that were declared for the collection. */
  async function goldenOf(organizationId: OrganizationId, collectionId: CollectionId): Promise<ComparedQuestion[]> {
    const compared: ComparedQuestion[] = [];
    for (let after = 0; ;) {
      const page = { after, limit: GOLDEN_PER_PAGE };
      const { questions } = await catalog.goldenQuestions.toCheck(organizationId, collectionId, page);
      for (const golden of questions) {
        const { question, phrase } = openGoldenTexts(deps.goldenTexts, golden);
        const { documents, pages, withinRank } = golden;
        compared.push({ text: question, expectation: { documents, pages, phrase, withinRank } });
      }
      const last = questions.at(-1);
      if (!last || questions.length < GOLDEN_PER_PAGE) return compared;
      after = last.number;
    }
  }

  /** Each as a question whose answer is known. */
  async function titlesOf(scope: AccessScope): Promise<ComparedQuestion[]> {
    const listed = await catalog.documents.list(scope, { state: 'published', limit: TITLES });
    return listed.flatMap(({ documentId, title }) =>
      title !== null && title.split(/\s+/).length >= LEAST_TITLE_WORDS
        ? [{ text: title, expectation: { documents: [{ documentId }], pages: [], phrase: null, withinRank: DEPTH } }]
        : [],
    );
  }
}

/** Searches one vector index of a collection as if it were the live one. */
function createSearch(
  { catalog, vectorIndex, embedder, collectionModels }: EmbeddingDependencies,
  scope: AccessScope,
  spec: VectorIndexSpec | undefined,
): (text: string, topK: number) => Promise<JudgedHit[]> {
  const vectorIndexes = { searchable: async () => ({ specs: spec ? [spec] : [], complete: true }) };
  const { candidates, documents, lexical } = catalog;
  const ports = { catalog: { candidates, documents, lexical, vectorIndexes }, vectorIndex, embedder, collectionModels };
  const retrieve = createRetrieval(ports);
  const filter = { inForce: { on: todayUtc(), withSuperseded: false } };
  return async (text, topK) => {
    const { hits, degraded } = await retrieve(scope, { text, mode: 'hybrid', topK, filter });
    // An answer by words alone would agree with everything.
    if (degraded === MODEL_DOWN) throw new Failure('EMBEDDING_UNAVAILABLE', { detail: 'while answers were compared' });
    if (degraded === STORE_DOWN)
      throw new Failure('VECTOR_STORE_UNAVAILABLE', { detail: 'while answers were compared' });
    return hits.map(({ chunk }) => chunk);
  };
}
