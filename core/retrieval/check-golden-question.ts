import { Failure } from '../contract/failures.js';
import type { GoldenJudgement } from '../contract/golden-question.js';
import type { GoldenQuestion } from '../ports/golden-question-catalog.js';
import type { SealedTexts } from '../ports/sealed-texts.js';
import { todayUtc } from '../reading/facts/calendar-day.js';
import { MODEL_DOWN, STORE_DOWN } from './plan.js';
import { judgeGoldenQuestion } from './golden-question.js';
import { openGoldenTexts } from './golden-texts.js';
import type { Retrieve } from './retrieve.js';

/**
 * Asks a golden question of its collection, as a search of today would, and judges what is found. Errors: those of the search,
 * also where it would go on by words alone because something does not answer, and of `openGoldenTexts`.
 */
export async function checkGoldenQuestion(
  { retrieve, texts }: { readonly retrieve: Retrieve; readonly texts: SealedTexts },
  golden: GoldenQuestion,
): Promise<GoldenJudgement> {
  const { organizationId, collectionId, safetyLevel, withinRank } = golden;
  const { question, phrase } = openGoldenTexts(texts, golden);
  const scope = { organizationId, collections: [collectionId], safetyLevel };
  const { hits, degraded } = await retrieve(scope, {
    text: question,
    mode: 'hybrid',
    topK: withinRank,
    filter: { inForce: { on: todayUtc(), withSuperseded: false } },
  });
  if (degraded === MODEL_DOWN) throw new Failure('EMBEDDING_UNAVAILABLE', { detail: 'golden question' });
  if (degraded === STORE_DOWN) throw new Failure('VECTOR_STORE_UNAVAILABLE', { detail: 'golden question' });
  return judgeGoldenQuestion(
    { ...golden, phrase },
    hits.map(({ chunk }) => chunk),
  );
}
