import { randomUUID } from 'node:crypto';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import type { MoveVerdict } from '../../core/contract/move-messages.js';
import { moveQuestionsKey } from '../../core/contract/object-keys.js';
import type { ObjectRef } from '../../core/contract/object-ref.js';
import type { ComparedQuestion } from '../../core/moving/compare-answers.js';
import { estimateMove } from '../../core/moving/estimate-move.js';
import { type MoveDetails, moveDetails } from '../../core/moving/move-details.js';
import { DEPTH } from '../../core/moving/rank-agreement.js';
import { modelNames, withNamedModel } from '../../core/moving/named-model.js';
import type { Collection } from '../../core/ports/collection-catalog.js';
import type { VectorIndexSpec } from '../../core/ports/vector-index.js';
import { isSameModel } from '../../core/retrieval/plan.js';
import { principalOf } from '../auth/authenticate.js';
import { requireCollection, requireWholeOrganization } from '../auth/collection-scope.js';
import type { ApiDependencies } from '../dependencies.js';
import { ApiError } from '../errors.js';
import { succeed } from '../http/envelope.js';
import { decideMove } from '../moving/decide-move.js';
import { type KnownIndex, movesUnderWay, requireIndex } from '../moving/known-moves.js';
import { presentGeneration } from '../present/vector-index.js';
import { guardedRefusals, success } from '../schemas/envelope.js';
import {
  AcceptedMove,
  ComparisonReport,
  DecidedMove,
  DEFAULT_KEEP_DAYS,
  GenerationList,
  GenerationParams,
  GenerationQuery,
  MoveEstimateBody,
  MoveTarget,
  StartMove,
} from '../schemas/vector-index.js';
import { startRun } from '../upload/start-run.js';

const ADMIN = { config: { access: ['admin'] as const } };

const VERDICTS: Readonly<Record<MoveVerdict, { readonly summary: string; readonly description: string }>> = {
  promote: {
    summary: 'Have the new vector index searched',
    description:
      'Searches go through it from now on. The former one stays for a way back for as many days as was asked.',
  },
  rollback: {
    summary: 'Have the former vector index searched again',
    description: 'At once. The new one stays and can be promoted again, or be given up.',
  },
  abandon: {
    summary: 'Give a move up',
    description: 'The new vector index is dropped, and its run ends cancelled.',
  },
  finish: {
    summary: 'End a move before its days are over',
    description: 'The former vector index is dropped; there is no way back any more.',
  },
};

/** Vector indexes of collections, and their moves to another model or another store. */
export function vectorIndexRoutes(deps: ApiDependencies): FastifyPluginAsyncTypebox {
  const { catalog, objects, starter, vectorStores } = deps;

  /** What a request asks for, as it will be. Errors: `MODEL_UNKNOWN`, `VECTOR_STORE_UNKNOWN`, `EMBEDDING_UNAVAILABLE`. */
  async function targetOf(collection: Collection, { model, store }: MoveTarget) {
    const { organizationId, collectionId, embeddingModel } = collection;
    const generations = await catalog.vectorIndexes.ofCollection(organizationId, collectionId);
    const live = generations.find(({ spec }) => spec.state === 'live')?.spec;
    const name = model ?? live?.model.name ?? embeddingModel ?? deps.embedder?.model.name;
    const wantedStore = store ?? live?.store ?? 'pgvector';
    if (!deps.embedder || name === undefined) throw new ApiError('EMBEDDING_UNAVAILABLE');
    const models = modelNames(deps);
    if (!models.includes(name)) throw new ApiError('MODEL_UNKNOWN', { details: { models } });
    if (!vectorStores.includes(wantedStore)) {
      throw new ApiError('VECTOR_STORE_UNKNOWN', { details: { stores: vectorStores } });
    }
    return { live, model: name, store: wantedStore };
  }

  /** Moving what is there to where it is would cost hours for nothing. */
  async function requireDifference(live: VectorIndexSpec | undefined, model: string, store: string): Promise<void> {
    if (!live || live.model.name !== model || live.store !== store) return;
    const isSame = await withNamedModel(deps, model, async (one) => isSameModel(one.model, live.model));
    if (isSame) throw new ApiError('MOVE_NOT_NEEDED');
  }

  /** Sealed, so that no question lies in the catalog or in the engine. */
  async function keepQuestions(organizationId: string, questions: StartMove['questions']): Promise<ObjectRef | null> {
    if (!questions?.length) return null;
    const compared = questions.map(({ query, expected }): ComparedQuestion => {
      if (!expected?.length) return { text: query };
      const documents = expected.map((documentId) => ({ documentId }));
      return { text: query, expectation: { documents, pages: [], phrase: null, withinRank: DEPTH } };
    });
    const body = Buffer.from(JSON.stringify(compared), 'utf8');
    return objects.put(moveQuestionsKey(organizationId, randomUUID()), body, { contentType: 'application/json' });
  }

  function requireMove({ move, generation }: KnownIndex) {
    if (!move) throw new ApiError('MOVE_OVER', { details: { state: generation.spec.state } });
    return move;
  }

  function wholeScope(request: FastifyRequest) {
    const { scope, keyId } = principalOf(request);
    requireWholeOrganization(scope);
    return { scope, actor: keyId };
  }

  return async (app) => {
    app.get(
      '/v1/vector-indexes',
      {
        ...ADMIN,
        schema: {
          summary: 'The vector indexes of collections, and the moves that are under way',
          tags: ['vector indexes'],
          querystring: GenerationQuery,
          response: { 200: success(GenerationList), ...guardedRefusals(404) },
        },
      },
      async (request, reply) => {
        const { scope } = wholeScope(request);
        const moves = await movesUnderWay(catalog, scope);
        const all = await catalog.collections.list(scope);
        const { collection: name } = request.query;
        const wanted = name === undefined ? all : [await requireCollection(catalog.collections, scope, name)];
        const found = await Promise.all(
          wanted.map(async ({ organizationId, collectionId, name: collection }) => {
            const generations = await catalog.vectorIndexes.ofCollection(organizationId, collectionId);
            return generations.map((generation) => {
              const move = moves.get(generation.spec.vectorIndexId) ?? null;
              return presentGeneration({ generation, move }, collection);
            });
          }),
        );
        const stores = [...vectorStores];
        return succeed(request, reply, { vectorIndexes: found.flat(), models: modelNames(deps), stores });
      },
    );

    app.post(
      '/v1/vector-indexes/estimate',
      {
        ...ADMIN,
        schema: {
          summary: 'What a move to another model or store costs',
          description: 'Embeds a few passages to see how long all of them take on this machine. Changes nothing.',
          tags: ['vector indexes'],
          body: MoveTarget,
          response: { 200: success(MoveEstimateBody), ...guardedRefusals(404, 409, 413, 415) },
        },
      },
      async (request, reply) => {
        const { scope } = wholeScope(request);
        const collection = await requireCollection(catalog.collections, scope, request.body.collection);
        const { live, model: name, store } = await targetOf(collection, request.body);
        const { organizationId, collectionId } = collection;
        const estimate = await withNamedModel(deps, name, (model) =>
          estimateMove(catalog.vectorIndexes, {
            organizationId,
            collectionId,
            model,
            store,
            isKnown: live !== undefined && isSameModel(live.model, model.model),
            nowMs: () => performance.now(),
          }),
        );
        return succeed(request, reply, { ...estimate });
      },
    );

    app.post(
      '/v1/vector-indexes',
      {
        ...ADMIN,
        schema: {
          summary: 'Move the vectors of a collection to another model or store',
          description:
            'Builds the new vector index beside the one that is searched, compares both, and waits for a decision. ' +
            'Searches and ingests go on throughout. The same again while it is under way joins that run.',
          tags: ['vector indexes'],
          body: StartMove,
          response: { 202: success(AcceptedMove), ...guardedRefusals(404, 409, 413, 415) },
        },
      },
      async (request, reply) => {
        const { scope, actor } = wholeScope(request);
        const { policy = 'ask', keepDays = DEFAULT_KEEP_DAYS, questions } = request.body;
        const collection = await requireCollection(catalog.collections, scope, request.body.collection);
        const { live, model, store } = await targetOf(collection, request.body);
        await requireDifference(live, model, store);
        const { organizationId, collectionId } = collection;
        const kept = await keepQuestions(organizationId, questions);
        const details: MoveDetails = { model, store, policy, keepDays, ...(kept ? { questions: kept } : {}) };
        const { act, joined } = await catalog.runs.acceptAct({
          organizationId,
          kind: 'migration',
          subject: collectionId,
          collectionId,
          actor,
          details: { ...details },
          audit: { action: 'vector_index.move_started', details: { model, store, policy } },
        });
        if (joined) {
          if (kept) await objects.delete([kept.key]);
          const other = moveDetails(act);
          if (other.model !== model || other.store !== store) {
            throw new ApiError('MOVE_UNDER_WAY', { details: { runId: act.runId } });
          }
        }
        await startRun({ starter, run: act, log: request.log });
        reply.status(202);
        return succeed(request, reply, { runId: act.runId, workflowId: act.workflowId, joined });
      },
    );

    app.get(
      '/v1/vector-indexes/:vectorIndexId/comparison',
      {
        ...ADMIN,
        schema: {
          summary: 'How the answers of the new vector index compare with those of the one that is searched',
          tags: ['vector indexes'],
          params: GenerationParams,
          response: { 200: success(ComparisonReport), ...guardedRefusals(404, 409, 410) },
        },
      },
      async (request, reply) => {
        const { scope } = wholeScope(request);
        const { report } = moveDetails(requireMove(await requireIndex(catalog, scope, request.params.vectorIndexId)));
        if (!report) throw new ApiError('MOVE_INCOMPLETE');
        const stored = JSON.parse(Buffer.from(await objects.get(report)).toString('utf8')) as ComparisonReport;
        return succeed(request, reply, stored);
      },
    );

    for (const verdict of Object.keys(VERDICTS) as MoveVerdict[]) {
      app.post(
        `/v1/vector-indexes/:vectorIndexId/${verdict}`,
        {
          ...ADMIN,
          schema: {
            ...VERDICTS[verdict],
            tags: ['vector indexes'],
            params: GenerationParams,
            response: { 200: success(DecidedMove), ...guardedRefusals(404, 409) },
          },
        },
        async (request, reply) => {
          const { scope, actor } = wholeScope(request);
          const { vectorIndexId } = request.params;
          const move = requireMove(await requireIndex(catalog, scope, vectorIndexId));
          const { stage } = await decideMove(starter, move, { verdict, actor });
          return succeed(request, reply, { runId: move.runId, stage });
        },
      );
    }
  };
}
