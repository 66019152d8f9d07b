import type { GoldenQuestion, GoldenResult } from '../../core/ports/golden-question-catalog.js';
import type { GoldenTexts } from '../../core/retrieval/golden-texts.js';
import type { GoldenQuestionBody } from '../schemas/golden-question.js';

export function presentGoldenQuestion(golden: GoldenQuestion, { question, phrase }: GoldenTexts): GoldenQuestionBody {
  return {
    goldenQuestionId: golden.goldenQuestionId,
    collection: golden.collection,
    question,
    phrase,
    documents: golden.documents.map((expected) => ({ ...expected })),
    pages: [...golden.pages],
    withinRank: golden.withinRank,
    gate: golden.gate,
    safetyLevel: golden.safetyLevel,
    createdAt: golden.createdAt.toISOString(),
    heldBack: golden.heldBack && { ...golden.heldBack, since: golden.heldBack.since.toISOString() },
    result: presentResult(golden.result),
  };
}

function presentResult(result: GoldenResult): GoldenQuestionBody['result'] {
  const { state } = result;
  const nothing = { state, checkedAt: null, rank: null, reason: null, lostSince: null, publications: [] };
  switch (result.state) {
    case 'unchecked':
      return nothing;
    case 'found':
      return { ...nothing, checkedAt: result.checkedAt.toISOString(), rank: result.rank };
    case 'lost':
      return {
        ...nothing,
        checkedAt: result.checkedAt.toISOString(),
        reason: result.reason,
        lostSince: result.lostSince.toISOString(),
        publications: result.publications.map((publication) => ({ ...publication })),
      };
  }
}
