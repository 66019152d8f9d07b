import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { GoldenQuestion } from '../../core/ports/golden-question-catalog.js';
import { openGoldenTexts, sealGoldenTexts } from '../../core/retrieval/golden-texts.js';
import { principalOf } from '../auth/authenticate.js';
import { requireCollection } from '../auth/collection-scope.js';
import type { ApiDependencies } from '../dependencies.js';
import { ApiError } from '../errors.js';
import { findNamedDocument } from '../find-named-document.js';
import { succeed } from '../http/envelope.js';
import { cutPage, numberCursor } from '../http/paging.js';
import { validationFailed } from '../http/validation.js';
import { presentGoldenQuestion } from '../present/golden-question.js';
import { guardedRefusals, success } from '../schemas/envelope.js';
import { DEFAULT_LIMIT } from '../schemas/fields.js';
import {
  AskedCheck,
  CheckGoldenQuestions,
  DeclareGoldenQuestion,
  GoldenQuestionBody,
  GoldenQuestionList,
  GoldenQuestionParams,
  GoldenQuestionsQuery,
  RemovedGoldenQuestion,
} from '../schemas/golden-question.js';
import { DEFAULT_TOP_K } from '../schemas/search.js';
import { namesPatient, questionText } from '../search/screen-query.js';

/** The content team keeps them, beside what it sends. */
const CONTENT_TEAM = { config: { access: ['ingest'] as const } };
const READERS = { config: { access: ['read', 'ingest'] as const } };

/** Questions whose answer must be found. */
export function goldenQuestionRoutes({ catalog, goldenTexts }: ApiDependencies): FastifyPluginAsyncTypebox {
  const present = (golden: GoldenQuestion) => presentGoldenQuestion(golden, openGoldenTexts(goldenTexts, golden));

  return async (app) => {
    app.post(
      '/v1/golden-questions',
      {
        ...CONTENT_TEAM,
        schema: {
          summary: 'Declare a question whose answer must be found',
          description:
            'The same question of a collection again changes what is expected. It is asked as the key that declares it may ask, ' +
            'after each wave of publications and on demand.',
          tags: ['golden questions'],
          body: DeclareGoldenQuestion,
          response: {
            200: success(GoldenQuestionBody),
            201: success(GoldenQuestionBody),
            ...guardedRefusals(404, 409, 413, 415),
          },
        },
      },
      async (request, reply) => {
        const { scope, keyId } = principalOf(request);
        const { documents = [], pages = [], withinRank = DEFAULT_TOP_K, gate = 'warn' } = request.body;
        requireExpectation(request.body);
        const phrase = request.body.phrase?.trim() ?? null;
        const question = questionText(request.body.question);
        const words = [question, ...(phrase === null ? [] : [phrase])];
        if (words.some(namesPatient)) throw new ApiError('GOLDEN_QUESTION_HOLDS_PHI');
        const { collectionId } = await requireCollection(catalog.collections, scope, request.body.collection);
        const { organizationId } = scope;
        // A name that fits no document would be an answer that nothing can lose, or that is always lost.
        const expected = await Promise.all(
          documents.map(async (document) => {
            if (!('externalId' in document)) return document;
            const here = { ...scope, collections: [collectionId] };
            const named = await findNamedDocument(catalog.documents, here, document.externalId);
            return { externalId: named?.externalId ?? document.externalId };
          }),
        );
        const outcome = await catalog.goldenQuestions.declare(
          scope,
          {
            collectionId,
            ...sealGoldenTexts(goldenTexts, { organizationId, collectionId }, { question, phrase }),
            documents: expected,
            pages,
            withinRank,
            gate,
          },
          keyId,
        );
        if (outcome === 'full') throw new ApiError('GOLDEN_QUESTIONS_FULL');
        reply.status(outcome.isNew ? 201 : 200);
        return succeed(request, reply, present(outcome.question));
      },
    );

    app.get(
      '/v1/golden-questions',
      {
        ...READERS,
        schema: {
          summary: 'Golden questions, and whether their answers were found',
          tags: ['golden questions'],
          querystring: GoldenQuestionsQuery,
          response: { 200: success(GoldenQuestionList), ...guardedRefusals(404) },
        },
      },
      async (request, reply) => {
        const { scope } = principalOf(request);
        const { collection, state, limit = DEFAULT_LIMIT, cursor } = request.query;
        const of = collection === undefined ? null : await requireCollection(catalog.collections, scope, collection);
        const found = await catalog.goldenQuestions.list(scope, {
          limit: limit + 1,
          ...(of === null ? {} : { collectionId: of.collectionId }),
          ...(state === undefined ? {} : { state }),
          ...(cursor === undefined ? {} : { after: numberCursor(cursor) }),
        });
        const { items, next } = cutPage(found, limit, ({ number }) => String(number));
        return succeed(request, reply, { goldenQuestions: items.map(present), next });
      },
    );

    app.post(
      '/v1/golden-questions/check',
      {
        ...CONTENT_TEAM,
        schema: {
          summary: 'Ask the golden questions of a collection again',
          description:
            'It begins within half a minute. A question that was asked has a later "checkedAt" than "askedAt".',
          tags: ['golden questions'],
          body: CheckGoldenQuestions,
          response: { 202: success(AskedCheck), ...guardedRefusals(404, 413, 415) },
        },
      },
      async (request, reply) => {
        const { scope } = principalOf(request);
        const { collectionId, name } = await requireCollection(catalog.collections, scope, request.body.collection);
        const askedAt = await catalog.goldenQuestions.askForCheck(scope.organizationId, collectionId);
        reply.status(202);
        return succeed(request, reply, { collection: name, askedAt: askedAt.toISOString() });
      },
    );

    app.get(
      '/v1/golden-questions/:goldenQuestionId',
      {
        ...READERS,
        schema: {
          summary: 'A golden question, and whether its answer was found',
          tags: ['golden questions'],
          params: GoldenQuestionParams,
          response: { 200: success(GoldenQuestionBody), ...guardedRefusals(404) },
        },
      },
      async (request, reply) => {
        const golden = await catalog.goldenQuestions.read(principalOf(request).scope, request.params.goldenQuestionId);
        if (!golden) throw new ApiError('GOLDEN_QUESTION_NOT_FOUND');
        return succeed(request, reply, present(golden));
      },
    );

    app.delete(
      '/v1/golden-questions/:goldenQuestionId',
      {
        ...CONTENT_TEAM,
        schema: {
          summary: 'Remove a golden question',
          tags: ['golden questions'],
          params: GoldenQuestionParams,
          response: { 200: success(RemovedGoldenQuestion), ...guardedRefusals(404) },
        },
      },
      async (request, reply) => {
        const { scope, keyId } = principalOf(request);
        const { goldenQuestionId } = request.params;
        if (!(await catalog.goldenQuestions.remove(scope, goldenQuestionId, keyId))) {
          throw new ApiError('GOLDEN_QUESTION_NOT_FOUND');
        }
        return succeed(request, reply, { goldenQuestionId });
      },
    );
  };
}

/** A question of which nothing is expected is always answered; a page is one of a document. Errors: `VALIDATION_FAILED`. */
function requireExpectation({ documents, pages, phrase }: DeclareGoldenQuestion): void {
  if (documents === undefined && phrase === undefined) {
    throw validationFailed([{ field: 'body/documents', problem: 'must be given, or a phrase' }]);
  }
  if (documents === undefined && pages !== undefined) {
    throw validationFailed([{ field: 'body/documents', problem: 'must say of which document the pages are' }]);
  }
}
