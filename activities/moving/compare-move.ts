import { Failure } from '../../core/contract/failures.js';
import type { RunRef } from '../../core/contract/ingest-messages.js';
import type { ComparisonSummary } from '../../core/contract/move-messages.js';
import { moveReportKey } from '../../core/contract/object-keys.js';
import {
  compareAnswers,
  type ComparedQuestion,
  type FoundPassage,
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
import { createRetrieval } from '../../core/retrieval/retrieve.js';
import { putJson, readArtefact } from '../artefacts.js';
import type { EmbeddingDependencies, ReadingDependencies } from '../dependencies.js';
import { cancellable } from '../heartbeat.js';
import { loadMove } from './move-run.js';

/** Titles of documents that are asked for, besides the questions of whoever moves: each has to find its own document. */
const TITLES = 50;
/** A title of one or two words is a topic that many documents share. */
const LEAST_TITLE_WORDS = 3;

export interface CompareMoveResult {
  readonly judgement: MoveJudgement;
  readonly summary: ComparisonSummary;
}

/**
 * Asks both vector indexes the same questions, in hybrid searches as people make them, and puts on record how far the answers
 * agree. Changes nothing else. May run twice: the report is replaced.
 */
export function createCompareMove(deps: EmbeddingDependencies & Pick<ReadingDependencies, 'objects'>) {
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
      const compared: QuestionComparison[] = [];
      for (const question of [...given, ...(await titlesOf(scope))]) {
        signal.throwIfAborted();
        const query = normaliseQuery(question.text);
        if (!query.ok) continue;
        const found = { live: await searchLive(query.text), next: await searchNext(query.text) };
        compared.push(compareAnswers(question, found));
      }
      const summary = summarise(compared);
      const report = await putJson(objects, moveReportKey(run), { summary, questions: compared });
      await catalog.runs.recordActDetails(organizationId, runId, { comparison: summary, report });
      await catalog.runs.recordActStage(organizationId, runId, 'decide');
      return { judgement: judgeMove(summary), summary };
    });
  };

  /** Each as a question whose answer is known. */
  async function titlesOf(scope: AccessScope): Promise<ComparedQuestion[]> {
    const listed = await catalog.documents.list(scope, { state: 'published', limit: TITLES });
    return listed.flatMap(({ documentId, title }) =>
      title !== null && title.split(/\s+/).length >= LEAST_TITLE_WORDS ? [{ text: title, expected: [documentId] }] : [],
    );
  }
}

/** Searches one vector index of a collection as if it were the live one. */
function createSearch(
  { catalog, vectorIndex, embedder, collectionModels }: EmbeddingDependencies,
  scope: AccessScope,
  spec: VectorIndexSpec | undefined,
): (text: string) => Promise<FoundPassage[]> {
  const vectorIndexes = { searchable: async () => ({ specs: spec ? [spec] : [], complete: true }) };
  const { candidates, documents, lexical } = catalog;
  const ports = { catalog: { candidates, documents, lexical, vectorIndexes }, vectorIndex, embedder, collectionModels };
  const retrieve = createRetrieval(ports);
  const filter = { inForce: { on: todayUtc(), withSuperseded: false } };
  return async (text) => {
    const { hits, degraded } = await retrieve(scope, { text, mode: 'hybrid', topK: DEPTH, filter });
    // An answer by words alone would agree with everything.
    if (degraded === MODEL_DOWN) throw new Failure('EMBEDDING_UNAVAILABLE', { detail: 'while answers were compared' });
    if (degraded === STORE_DOWN)
      throw new Failure('VECTOR_STORE_UNAVAILABLE', { detail: 'while answers were compared' });
    return hits.map(({ chunk }) => ({ chunkId: chunk.chunkId, documentId: chunk.documentId }));
  };
}
