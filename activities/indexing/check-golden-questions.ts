import type { DueGoldenCheck, GoldenCheckResult, GoldenCheckStep } from '../../core/contract/golden-messages.js';
import type { CheckedGoldenQuestion } from '../../core/ports/golden-question-catalog.js';
import { checkGoldenQuestion } from '../../core/retrieval/check-golden-question.js';
import { createRetrieval } from '../../core/retrieval/retrieve.js';
import type { GoldenCheckDependencies } from '../dependencies.js';
import { cancellable } from '../heartbeat.js';

/** Twenty searches are about a second of one core; between two activities an ingest gets its turn. */
const QUESTIONS_PER_ACTIVITY = 20;

/** Collections whose golden questions are to be asked. May run twice: a check that is due stays so until it has ended. */
export function createFindDueGoldenChecks({ catalog }: GoldenCheckDependencies) {
  return async function findDueGoldenChecks(): Promise<readonly DueGoldenCheck[]> {
    return cancellable(() => catalog.goldenQuestions.due());
  };
}

/**
 * Asks the next golden questions of a collection and records what became of their answers. May run twice: of two results of one
 * question the later one counts. An outage of the model or of a store is no lost answer: it is tried again.
 */
export function createCheckGoldenQuestions(deps: GoldenCheckDependencies) {
  const { catalog, goldenTexts } = deps;
  const retrieve = createRetrieval(deps);
  return async function checkGoldenQuestions({
    organizationId,
    collectionId,
    after,
  }: GoldenCheckStep): Promise<GoldenCheckResult> {
    return cancellable(async (signal) => {
      const page = { after, limit: QUESTIONS_PER_ACTIVITY };
      const { begunAt, questions } = await catalog.goldenQuestions.toCheck(organizationId, collectionId, page);
      const checked: CheckedGoldenQuestion[] = [];
      for (const golden of questions) {
        signal.throwIfAborted();
        const judgement = await checkGoldenQuestion({ retrieve, texts: goldenTexts }, golden);
        checked.push({ goldenQuestionId: golden.goldenQuestionId, edition: golden.edition, judgement });
      }
      await catalog.goldenQuestions.record(organizationId, begunAt, checked);
      return {
        after: questions.at(-1)?.number ?? after,
        more: questions.length === QUESTIONS_PER_ACTIVITY,
        lost: checked.filter(({ judgement }) => judgement.outcome === 'lost').length,
      };
    });
  };
}

/** Notes that a check has ended. May run twice: what changed since it was found due makes the next one due. */
export function createSettleGoldenCheck({ catalog }: GoldenCheckDependencies) {
  return async function settleGoldenCheck(check: DueGoldenCheck): Promise<void> {
    await cancellable(() => catalog.goldenQuestions.settleCheck(check));
  };
}
