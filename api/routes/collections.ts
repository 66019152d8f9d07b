import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { CollectionSettings } from '../../core/ports/collection-catalog.js';
import { principalOf } from '../auth/authenticate.js';
import { requireCollection, requireWholeOrganization } from '../auth/collection-scope.js';
import { type ChunkingSettings, DEFAULT_CHUNKING } from '../../core/contract/chunk.js';
import { DEFAULT_RETENTION_DAYS, DEFAULT_REVIEW_DUE_HOURS, DEFAULT_SAFETY_LEVEL } from '../default-collections.js';
import type { ApiDependencies } from '../dependencies.js';
import { ApiError } from '../errors.js';
import { succeed } from '../http/envelope.js';
import { validationFailed } from '../http/validation.js';
import { presentCollection, presentCollectionSummary } from '../present/collection.js';
import {
  ChangeCollection,
  CollectionBody,
  CollectionList,
  CollectionParams,
  CreateCollection,
} from '../schemas/collection.js';
import { guardedRefusals, success } from '../schemas/envelope.js';

const ADMIN = { config: { access: ['admin'] as const } };

export function collectionRoutes({
  catalog,
  embedder,
  collectionModels,
  caching,
}: ApiDependencies): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/v1/collections',
      {
        config: { access: ['read', 'search', 'ingest'] },
        schema: {
          summary: 'List collections',
          tags: ['collections'],
          response: { 200: success(CollectionList), ...guardedRefusals() },
        },
      },
      async (request, reply) => {
        const collections = await catalog.collections.list(principalOf(request).scope);
        return succeed(request, reply, { collections: collections.map(presentCollectionSummary) });
      },
    );

    app.post(
      '/v1/collections',
      {
        ...ADMIN,
        schema: {
          summary: 'Declare a collection',
          tags: ['collections'],
          body: CreateCollection,
          response: { 201: success(CollectionBody), ...guardedRefusals(409, 413, 415) },
        },
      },
      async (request, reply) => {
        const { scope, keyId: actor } = principalOf(request);
        requireWholeOrganization(scope);
        const { name, chunking, ...given } = request.body;
        const settings: CollectionSettings = {
          language: 'en',
          phiPolicy: 'block',
          phiPolicyReason: null,
          chunking: { ...DEFAULT_CHUNKING, ...chunking },
          embeddingModel: null,
          safetyLevel: DEFAULT_SAFETY_LEVEL,
          reviewCycleDays: null,
          retentionDays: DEFAULT_RETENTION_DAYS,
          fourEyes: false,
          reviewDueHours: DEFAULT_REVIEW_DUE_HOURS,
          screenQueries: 'off',
          answerThreshold: null,
          rerank: true,
          ...given,
        };
        requireReason(settings);
        requireRoom(settings.chunking);
        requireModel(settings);
        const collection = await catalog.collections.create(scope.organizationId, name, settings, actor);
        if (!collection) throw new ApiError('COLLECTION_EXISTS');
        reply.status(201);
        return succeed(request, reply, presentCollection(collection));
      },
    );

    app.patch(
      '/v1/collections/:name',
      {
        ...ADMIN,
        schema: {
          summary: 'Change what later ingests into a collection do',
          tags: ['collections'],
          params: CollectionParams,
          body: ChangeCollection,
          response: { 200: success(CollectionBody), ...guardedRefusals(404, 413, 415) },
        },
      },
      async (request, reply) => {
        const { scope, keyId: actor } = principalOf(request);
        const { name } = request.params;
        const { chunking: changedChunking, ...others } = request.body;
        // Lowering a level would let a capped key see what it may not.
        if (others.safetyLevel !== undefined) requireWholeOrganization(scope);
        const before = await requireCollection(catalog.collections, scope, name);
        const chunking = changedChunking && { ...before.chunking, ...changedChunking };
        if (chunking) requireRoom(chunking);
        const changes = { ...others, ...(chunking ? { chunking } : {}) };
        requireReason({ ...before, ...changes });
        const collection = await catalog.collections.update(scope, name, changes, actor);
        if (!collection) throw new ApiError('COLLECTION_NOT_FOUND');
        if (collection.withdrawalEpoch !== before.withdrawalEpoch) await caching?.follower.settle();
        return succeed(request, reply, presentCollection(collection));
      },
    );
  };

  /** In text mode there are no models to choose from, and nothing that would tell a good name from a bad one. */
  function requireModel({ embeddingModel }: CollectionSettings): void {
    const names = [...(embedder ? [embedder.model.name] : []), ...collectionModels.names];
    if (embeddingModel !== null && !names.includes(embeddingModel)) {
      throw new ApiError('MODEL_UNKNOWN', { details: { models: names } });
    }
  }
}

function requireReason({
  phiPolicy,
  phiPolicyReason,
}: Pick<CollectionSettings, 'phiPolicy' | 'phiPolicyReason'>): void {
  if (phiPolicy === 'allow' && !phiPolicyReason?.trim()) {
    throw validationFailed([{ field: 'body/phiPolicyReason', problem: 'must say why patient data is allowed here' }]);
  }
}

function requireRoom({ maxTokens, overlapTokens }: ChunkingSettings): void {
  if (overlapTokens * 2 >= maxTokens) {
    throw validationFailed([
      { field: 'body/chunking/overlapTokens', problem: `must be less than half of maxTokens, which is ${maxTokens}` },
    ]);
  }
}
