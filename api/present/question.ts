import type { GivenFeedback, QuestionStatistics } from '../../core/ports/question-catalog.js';
import type { FeedbackList, StatisticsBody } from '../schemas/question.js';

export function presentFeedback(
  { givenAt, sealed, ...given }: GivenFeedback,
  open: (sealed: Uint8Array, feedbackId: string) => string,
): FeedbackList['feedback'][number] {
  const { feedbackId, verdict, mode, requestId, chunkIds, documentIds } = given;
  return {
    feedbackId,
    verdict,
    mode,
    requestId,
    chunkIds: [...chunkIds],
    documentIds: [...documentIds],
    comment: sealed === null ? null : open(sealed, feedbackId),
    givenAt: givenAt.toISOString(),
  };
}

export function presentCounts({ counts }: QuestionStatistics): StatisticsBody['counts'] {
  return counts.map((count) => {
    const told = count.answerable + count.unanswered;
    return { ...count, unansweredShare: told === 0 ? 0 : Math.round((count.unanswered / told) * 1_000) / 1_000 };
  });
}

/** A row for each day and mode. */
export function presentVerdicts({ feedback }: QuestionStatistics): StatisticsBody['feedback'] {
  const rows = new Map<string, StatisticsBody['feedback'][number]>();
  for (const { day, mode, verdict, given } of feedback) {
    const key = `${day} ${mode}`;
    const row = rows.get(key) ?? { day, mode, up: 0, down: 0, missing: 0 };
    rows.set(key, { ...row, [verdict]: given });
  }
  return [...rows.values()];
}
