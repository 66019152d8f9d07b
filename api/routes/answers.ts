import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { randomUUID } from 'node:crypto';
import type { AnswersOf, KeptAnswer } from '../../core/ports/answer-catalog.js';
import { questionForm } from '../../core/retrieval/question-form.js';
import { type Principal, principalOf } from '../auth/authenticate.js';
import { narrowScope } from '../auth/collection-scope.js';
import type { ApiDependencies } from '../dependencies.js';
import { ApiError } from '../errors.js';
import { succeed } from '../http/envelope.js';
import { cutPage, numberCursor } from '../http/paging.js';
import { presentAnswer, presentRecalled, type ToldTexts } from '../present/answer.js';
import {
  AnswerBody,
  AnswerParams,
  ForgottenAnswer,
  FoundAnswer,
  KeepAnswer,
  LookUpAnswer,
  RecalledList,
  RecalledQuery,
} from '../schemas/answer.js';
import { guardedRefusals, success } from '../schemas/envelope.js';
import { DEFAULT_LIMIT } from '../schemas/fields.js';
import { namesPatient, questionText } from '../search/screen-query.js';

const CHAT_SERVICES = { config: { access: ['search'] as const } };
const DEFAULT_DAYS = 30;
const DAY_MS = 86_400_000;

/** The answers of chat services, bound to the versions that they cite. */
export function answerRoutes({ catalog, told }: ApiDependencies): FastifyPluginAsyncTypebox {
  const open = ({ sealed, answerId }: KeptAnswer): ToldTexts | null =>
    sealed === null ? null : (JSON.parse(told.open(sealed, answerId)) as ToldTexts);

  /** By its words, and by what it asks. */
  const hashesOf = ({ scope }: Principal, question: string) => ({
    questionHash: told.hash(scope.organizationId, question),
    formHash: told.hash(scope.organizationId, `form ${questionForm(question)}`),
  });

  return async (app) => {
    app.post(
      '/v1/answers',
      {
        ...CHAT_SERVICES,
        schema: {
          summary: 'Keep an answer that a chat service gave, bound to the passages it cites',
          description:
            'It holds as long as each of them does: a new version, a hold, a retraction, a supersession, a deletion or an ' +
            'overdue review of one of their documents ends it at once.',
          tags: ['answers'],
          body: KeepAnswer,
          response: { 201: success(AnswerBody), ...guardedRefusals(404, 409, 413, 415) },
        },
      },
      async (request, reply) => {
        const principal = principalOf(request);
        const { answer, chunkIds, subject = null, reference = null, answerId = randomUUID() } = request.body;
        const question = questionText(request.body.question);
        if (namesPatient(question) || namesPatient(answer)) throw new ApiError('ANSWER_HOLDS_PHI');
        const outcome = await catalog.answers.keep(principal.scope, {
          answerId,
          actor: principal.keyId,
          subject,
          reference,
          ...hashesOf(principal, question),
          sealed: told.seal(JSON.stringify({ question, answer } satisfies ToldTexts), answerId),
          chunkIds,
        });
        if (outcome === 'taken') throw new ApiError('ANSWER_ID_TAKEN');
        if ('missing' in outcome) throw new ApiError('CHUNK_NOT_FOUND', { details: { chunkIds: outcome.missing } });
        reply.status(201);
        return succeed(request, reply, presentAnswer(outcome.kept, open));
      },
    );

    app.post(
      '/v1/answers/lookup',
      {
        ...CHAT_SERVICES,
        schema: {
          summary: 'An answer to this question that was given before and still holds',
          description:
            'Of the same words, or of the same question in other words. A difference in a drug, number, unit, negation, side, ' +
            'age, comparison or time is always another question.',
          tags: ['answers'],
          body: LookUpAnswer,
          response: { 200: success(FoundAnswer), ...guardedRefusals(404, 413, 415) },
        },
      },
      async (request, reply) => {
        const principal = principalOf(request);
        const question = questionText(request.body.question);
        const scope = await narrowScope(catalog.collections, principal.scope, request.body.collections);
        const found = await catalog.answers.lookUp(scope, hashesOf(principal, question));
        return succeed(request, reply, {
          match: found === null ? null : found.asAsked ? ('exact' as const) : ('semantic' as const),
          // Who was told is between the other service and its user.
          answer: found && { ...presentAnswer(found.answer, open), subject: null, reference: null },
        });
      },
    );

    app.get(
      '/v1/answers/recalled',
      {
        ...CHAT_SERVICES,
        schema: {
          summary: 'Answers given since a day that rest on what was withdrawn since, and who was told',
          description: 'Those that this key kept, newest first; of the whole organization for an admin.',
          tags: ['answers'],
          querystring: RecalledQuery,
          response: { 200: success(RecalledList), ...guardedRefusals() },
        },
      },
      async (request, reply) => {
        const principal = principalOf(request);
        const { since, limit = DEFAULT_LIMIT, cursor } = request.query;
        const found = await catalog.answers.recalled(principal.scope, {
          since: since === undefined ? new Date(Date.now() - DEFAULT_DAYS * DAY_MS) : new Date(since),
          of: ownOrAll(principal),
          limit: limit + 1,
          ...(cursor === undefined ? {} : { before: numberCursor(cursor) }),
        });
        const { items, next } = cutPage(found, limit, ({ number }) => String(number));
        return succeed(request, reply, { answers: items.map(presentRecalled), next });
      },
    );

    app.get(
      '/v1/answers/:answerId',
      {
        ...CHAT_SERVICES,
        schema: {
          summary: 'A kept answer, and whether it still holds',
          tags: ['answers'],
          params: AnswerParams,
          response: { 200: success(AnswerBody), ...guardedRefusals(404) },
        },
      },
      async (request, reply) => {
        const principal = principalOf(request);
        const kept = await catalog.answers.read(principal.scope, request.params.answerId, ownOrAll(principal));
        if (!kept) throw new ApiError('ANSWER_NOT_FOUND');
        return succeed(request, reply, presentAnswer(kept, open));
      },
    );

    app.delete(
      '/v1/answers/:answerId',
      {
        ...CHAT_SERVICES,
        schema: {
          summary: 'Forget an answer, and that it was told',
          tags: ['answers'],
          params: AnswerParams,
          response: { 200: success(ForgottenAnswer), ...guardedRefusals(404) },
        },
      },
      async (request, reply) => {
        const principal = principalOf(request);
        const { answerId } = request.params;
        const by = { of: ownOrAll(principal), actor: principal.keyId };
        if (!(await catalog.answers.forget(principal.scope.organizationId, answerId, by))) {
          throw new ApiError('ANSWER_NOT_FOUND');
        }
        return succeed(request, reply, { answerId });
      },
    );
  };
}

function ownOrAll({ keyId, scopes }: Principal): AnswersOf {
  return scopes.includes('admin') ? 'all' : { actor: keyId };
}
