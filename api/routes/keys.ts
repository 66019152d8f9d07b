import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { CollectionId } from '../../core/contract/ids.js';
import { KEY_SCOPES } from '../../core/contract/states.js';
import { type Principal, principalOf } from '../auth/authenticate.js';
import type { KeyUses } from '../auth/key-uses.js';
import { requireCollections, requireWholeOrganization } from '../auth/collection-scope.js';
import type { ApiDependencies } from '../dependencies.js';
import { ApiError } from '../errors.js';
import { succeed } from '../http/envelope.js';
import { validationFailed } from '../http/validation.js';
import { presentKey } from '../present/key.js';
import { guardedRefusals, success } from '../schemas/envelope.js';
import {
  ChangedKey,
  ChangeKey,
  CreatedKey,
  CreateKey,
  CurrentKey,
  KeyList,
  KeyParams,
  RevokedKey,
} from '../schemas/key.js';

const ADMIN = { config: { access: ['admin'] as const } };

/** 256 bits: a key of that much chance needs no salt or stretching where its hash is kept. */
const KEY_BYTES = 32;

const nameOf = ({ name }: { readonly name: string }): string => name;

export function keyRoutes({ catalog }: ApiDependencies, uses: KeyUses): FastifyPluginAsyncTypebox {
  /** Who sees only a part of the organization must not make itself a key to the rest. */
  function wholeAdmin(principal: Principal): Principal {
    requireWholeOrganization(principal.scope);
    return principal;
  }

  async function collectionNames({ scope }: Principal): Promise<Map<CollectionId, string>> {
    const collections = await catalog.collections.list(scope);
    return new Map(collections.map(({ collectionId, name }) => [collectionId, name]));
  }

  return async (app) => {
    app.get(
      '/v1/keys',
      {
        ...ADMIN,
        schema: {
          summary: 'List keys, without what they are',
          description: 'When a key was last used is known to the minute.',
          tags: ['keys'],
          response: { 200: success(KeyList), ...guardedRefusals() },
        },
      },
      async (request, reply) => {
        const principal = wholeAdmin(principalOf(request));
        const names = await collectionNames(principal);
        await uses.write();
        const keys = await catalog.keys.list(principal.scope.organizationId);
        return succeed(request, reply, { keys: keys.map((key) => presentKey(key, names)) });
      },
    );

    app.get(
      '/v1/keys/current',
      {
        config: { access: KEY_SCOPES },
        schema: {
          summary: 'The key that asks: what it may do and see',
          tags: ['keys'],
          response: { 200: success(CurrentKey), ...guardedRefusals() },
        },
      },
      async (request, reply) => {
        const { keyId, scopes, scope } = principalOf(request);
        const { safetyLevel } = scope;
        // The list holds what the key sees, so it is also the list of its names.
        const collections = scope.collections === 'all' ? null : (await catalog.collections.list(scope)).map(nameOf);
        return succeed(request, reply, { keyId, scopes: [...scopes], collections, safetyLevel });
      },
    );

    app.post(
      '/v1/keys',
      {
        ...ADMIN,
        schema: {
          summary: 'Make a key',
          description: 'The answer holds the key itself; only its hash is kept, so it cannot be shown again.',
          tags: ['keys'],
          body: CreateKey,
          response: { 201: success(CreatedKey), ...guardedRefusals(404, 413, 415) },
        },
      },
      async (request, reply) => {
        const principal = wholeAdmin(principalOf(request));
        const { scope, keyId: actor } = principal;
        const { name, scopes, safetyLevel = 'public', plan = 'pro' } = request.body;
        const expiresAt = request.body.expiresAt === undefined ? null : new Date(request.body.expiresAt);
        if (expiresAt && !(expiresAt.getTime() > Date.now())) {
          throw validationFailed([{ field: 'body/expiresAt', problem: 'must be in the future' }]);
        }
        const wanted = request.body.collections;
        const limited = wanted ? await requireCollections(catalog.collections, scope, wanted) : null;

        const text = `mk_${randomBytes(KEY_BYTES).toString('base64url')}`;
        const { organizationId } = scope;
        const key = {
          keyId: randomUUID(),
          organizationId,
          name,
          scopes: [...new Set(scopes)],
          collections: limited ? limited.map(({ collectionId }) => collectionId) : ('all' as const),
          safetyLevel,
          plan,
          expiresAt,
        };
        await catalog.keys.store(key, createHash('sha256').update(text).digest(), actor);
        reply.status(201);
        const shown = presentKey({ ...key, createdAt: new Date(), lastUsedAt: null }, await collectionNames(principal));
        return succeed(request, reply, { ...shown, key: text });
      },
    );

    app.patch(
      '/v1/keys/:keyId',
      {
        ...ADMIN,
        schema: {
          summary: 'Change the plan of a key',
          description: 'It counts in every process within two seconds.',
          tags: ['keys'],
          params: KeyParams,
          body: ChangeKey,
          response: { 200: success(ChangedKey), ...guardedRefusals(404, 413, 415) },
        },
      },
      async (request, reply) => {
        const { scope, keyId: actor } = wholeAdmin(principalOf(request));
        const { keyId } = request.params;
        const { plan } = request.body;
        const { organizationId } = scope;
        if (!(await catalog.keys.changePlan({ organizationId, keyId, plan, actor })))
          throw new ApiError('KEY_NOT_FOUND');
        return succeed(request, reply, { keyId, plan });
      },
    );

    app.delete(
      '/v1/keys/:keyId',
      {
        ...ADMIN,
        schema: {
          summary: 'Revoke a key',
          description: 'It is refused from then on; a process may remember it for two seconds.',
          tags: ['keys'],
          params: KeyParams,
          response: { 200: success(RevokedKey), ...guardedRefusals(404, 409) },
        },
      },
      async (request, reply) => {
        const { scope, keyId: actor } = wholeAdmin(principalOf(request));
        const { keyId } = request.params;
        if (keyId === actor) throw new ApiError('KEY_IN_USE');
        if (!(await catalog.keys.revoke(scope.organizationId, keyId, actor))) throw new ApiError('KEY_NOT_FOUND');
        return succeed(request, reply, { keyId });
      },
    );
  };
}
