import type { AnswerCitation, KeptAnswer, RecalledAnswer } from '../../core/ports/answer-catalog.js';
import type { AnswerBody, RecalledList } from '../schemas/answer.js';

/** What a chat service told, as it is sealed. */
export interface ToldTexts {
  readonly question: string;
  readonly answer: string;
}

export function presentAnswer(kept: KeptAnswer, open: (kept: KeptAnswer) => ToldTexts | null): AnswerBody {
  const texts = open(kept);
  return {
    answerId: kept.answerId,
    toldAt: kept.toldAt.toISOString(),
    subject: kept.subject,
    reference: kept.reference,
    holds: texts !== null,
    question: texts?.question ?? null,
    answer: texts?.answer ?? null,
    citations: kept.citations.map(presentCitation),
  };
}

/** A recall says what ended and since when; what was told is with who told it. */
export function presentRecalled(recalled: RecalledAnswer): RecalledList['answers'][number] {
  const ended = recalled.citations.flatMap((citation) => citation.ended ?? []);
  const endedLater = ended.filter(({ since }) => since >= recalled.toldAt);
  return {
    answerId: recalled.answerId,
    toldAt: recalled.toldAt.toISOString(),
    subject: recalled.subject,
    reference: recalled.reference,
    recalledAt: new Date(Math.min(...endedLater.map(({ since }) => since.getTime()))).toISOString(),
    reasons: [...new Set(ended.map(({ reason }) => reason))],
    citations: recalled.citations.map(presentCitation),
  };
}

function presentCitation({ ended, ...passage }: AnswerCitation): AnswerBody['citations'][number] {
  return {
    ...passage,
    holds: ended === null,
    reason: ended?.reason ?? null,
    since: ended?.since.toISOString() ?? null,
  };
}
