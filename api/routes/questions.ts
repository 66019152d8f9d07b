import { createHash } from 'node:crypto';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { QuestionTheme } from '../../core/ports/question-catalog.js';
import { principalOf } from '../auth/authenticate.js';
import { requireWholeOrganization } from '../auth/collection-scope.js';
import type { ApiDependencies } from '../dependencies.js';
import { ApiError } from '../errors.js';
import { daysOf } from '../http/days.js';
import { succeed } from '../http/envelope.js';
import { cutPage, numberCursor } from '../http/paging.js';
import { validationFailed } from '../http/validation.js';
import { presentCounts, presentFeedback, presentVerdicts } from '../present/question.js';
import type { QuestionMeter } from '../questions/question-meter.js';
import { guardedRefusals, success } from '../schemas/envelope.js';
import { DEFAULT_LIMIT } from '../schemas/fields.js';
import {
  FeedbackList,
  FeedbackQuery,
  FeedbackReceipt,
  GiveFeedback,
  StatisticsBody,
  StatisticsQuery,
} from '../schemas/question.js';
import { namesPatient, questionText } from '../search/screen-query.js';

const READERS = { config: { access: ['read'] as const } };
const THEMES = 50;

/** What people thought of answers, and what was asked and not answered. */
export function questionRoutes(
  { catalog, questionTexts, wordLists }: ApiDependencies,
  meter: QuestionMeter,
): FastifyPluginAsyncTypebox {
  /** What stands in many documents may still be the name of an author. A word that is also one of the language stays. */
  const namesNobody = ({ words }: QuestionTheme) =>
    words.every((word) =>
      [word, `${word}s`, `${word}e`].every((form) => !wordLists.isName(form) || wordLists.isOrdinary(form)),
    );

  return async (app) => {
    app.post(
      '/v1/feedback',
      {
        config: { access: ['search'] },
        schema: {
          summary: 'Say whether an answer helped',
          description:
            'Of a question only a keyed hash is kept. The same again changes nothing; another verdict counts instead.',
          tags: ['questions'],
          body: GiveFeedback,
          response: { 201: success(FeedbackReceipt), ...guardedRefusals(409, 413, 415) },
        },
      },
      async (request, reply) => {
        const { scope, keyId: actor } = principalOf(request);
        const { organizationId } = scope;
        const { verdict, requestId = null, query, comment, chunkIds = [], documentIds = [] } = request.body;
        if (requestId === null && query === undefined) {
          throw validationFailed([{ field: 'body/requestId', problem: 'must be given, or the query' }]);
        }
        if (comment !== undefined && namesPatient(comment)) throw new ApiError('FEEDBACK_HOLDS_PHI');
        const questionHash = query === undefined ? null : questionTexts.hash(organizationId, questionText(query));
        const about = [actor, requestId, questionHash, [...chunkIds].sort(), [...documentIds].sort()];
        const feedbackId = request.body.feedbackId ?? idOf(questionTexts.hash(organizationId, JSON.stringify(about)));
        const kept = await catalog.questions.keepFeedback(organizationId, {
          feedbackId,
          actor,
          verdict,
          mode: requestId === null ? null : meter.modeOf(requestId),
          requestId,
          questionHash,
          chunkIds,
          documentIds,
          sealed: comment === undefined ? null : questionTexts.seal(comment, feedbackId),
        });
        if (kept === 'taken') throw new ApiError('FEEDBACK_ID_TAKEN');
        reply.status(201);
        return succeed(request, reply, { feedbackId });
      },
    );

    app.get(
      '/v1/feedback',
      {
        ...READERS,
        schema: {
          summary: 'What people thought of answers, newest first',
          tags: ['questions'],
          querystring: FeedbackQuery,
          response: { 200: success(FeedbackList), ...guardedRefusals() },
        },
      },
      async (request, reply) => {
        const { scope } = principalOf(request);
        requireWholeOrganization(scope);
        const { verdict, limit = DEFAULT_LIMIT, cursor } = request.query;
        const found = await catalog.questions.listFeedback(scope.organizationId, {
          limit: limit + 1,
          ...(verdict === undefined ? {} : { verdict }),
          ...(cursor === undefined ? {} : { before: numberCursor(cursor) }),
        });
        const { items, next } = cutPage(found, limit, ({ number }) => String(number));
        const open = (sealed: Uint8Array, feedbackId: string) => questionTexts.open(sealed, feedbackId);
        return succeed(request, reply, { feedback: items.map((given) => presentFeedback(given, open)), next });
      },
    );

    app.get(
      '/v1/questions/statistics',
      {
        ...READERS,
        schema: {
          summary: 'How many questions were asked and answered, by day, collection and mode; what nothing answers',
          description:
            'No question is kept. Themes are words of the corpus that at least 5 documents hold, of at least 3 different questions.',
          tags: ['questions'],
          querystring: StatisticsQuery,
          response: { 200: success(StatisticsBody), ...guardedRefusals() },
        },
      },
      async (request, reply) => {
        const { scope } = principalOf(request);
        requireWholeOrganization(scope);
        const { organizationId } = scope;
        const days = daysOf(request.query);
        const statistics = await catalog.questions.statistics(organizationId, days);
        const themes = await catalog.questions.themes(organizationId, days, 2 * THEMES);
        return succeed(request, reply, {
          ...days,
          counts: presentCounts(statistics),
          feedback: presentVerdicts(statistics),
          themes: themes
            .filter(namesNobody)
            .slice(0, THEMES)
            .map(({ words, questions }) => ({ words: [...words], questions })),
        });
      },
    );
  };
}

/** A UUID (version 8) that follows from a keyed hash. */
function idOf(keyedHash: string): string {
  const hex = createHash('sha256').update(keyedHash).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
