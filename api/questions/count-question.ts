import type { FastifyRequest } from 'fastify';
import type { Retrieved } from '../../core/retrieval/retrieve.js';
import { principalOf } from '../auth/authenticate.js';
import type { ApiMetrics } from '../metrics/api-metrics.js';
import type { QuestionMeter } from './question-meter.js';

/** Counts a question that was worked out for this request. `collections`: as it names them; `text`: in its one spelling. */
export type CountQuestion = (
  answered: Pick<Retrieved, 'mode' | 'answerable' | 'degraded'> & {
    readonly collections: readonly string[] | undefined;
    readonly text: string;
  },
) => void;

export interface QuestionCounters {
  readonly meter: QuestionMeter;
  readonly metrics: ApiMetrics;
}

/** Of the calls that no cache answers. */
export function countQuestions({ meter, metrics }: QuestionCounters, request: FastifyRequest): CountQuestion {
  const { scope } = principalOf(request);
  return ({ mode, answerable, degraded, collections, text }) => {
    metrics.search({ mode, tier: 'miss', degraded: degraded !== undefined });
    meter.count({ requestId: request.id, scope, collections, text, mode, answerable });
  };
}
