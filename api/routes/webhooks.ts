import { randomUUID } from 'node:crypto';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import type { CollectionId } from '../../core/contract/ids.js';
import { WEBHOOK_EVENT_TYPES } from '../../core/contract/webhooks.js';
import type { AccessScope } from '../../core/ports/access-scope.js';
import type { Webhook } from '../../core/ports/webhook-catalog.js';
import { judgeWebhookUrl } from '../../core/webhooks/judge-webhook-url.js';
import { newWebhookSecret } from '../../core/webhooks/sign-webhook.js';
import { type Principal, principalOf } from '../auth/authenticate.js';
import { narrowScope, requireWholeOrganization } from '../auth/collection-scope.js';
import { deliverSoon } from '../deliver-soon.js';
import type { ApiDependencies } from '../dependencies.js';
import { ApiError } from '../errors.js';
import { succeed } from '../http/envelope.js';
import { presentWebhook } from '../present/webhook.js';
import { guardedRefusals, success } from '../schemas/envelope.js';
import {
  AddedWebhook,
  AddWebhook,
  ChangeWebhook,
  RemovedWebhook,
  RotatedWebhook,
  RotateWebhook,
  WebhookBody,
  WebhookList,
  WebhookParams,
} from '../schemas/webhook.js';

const ADMIN = { config: { access: ['admin'] as const } };

const HOUR_MS = 3_600_000;
const DEFAULT_OVERLAP_HOURS = 24;

/** Who keeps webhooks: what they are told of names documents of every collection and level. */
export function webhookAdmin(request: FastifyRequest): Principal {
  const principal = principalOf(request);
  requireWholeOrganization(principal.scope);
  return principal;
}

/** Where an organization is told of what happens. */
export function webhookRoutes(deps: ApiDependencies): FastifyPluginAsyncTypebox {
  const { catalog, webhookSecrets, webhooks: reach, starter, log } = deps;

  const present = async (webhook: Webhook, scope: AccessScope) => presentWebhook(webhook, await namesOf(scope));

  async function namesOf(scope: AccessScope): Promise<Map<CollectionId, string>> {
    const collections = await catalog.collections.list(scope);
    return new Map(collections.map(({ collectionId, name }) => [collectionId, name]));
  }

  const collectionsOf = async (scope: AccessScope, names: readonly string[] | undefined) =>
    (await narrowScope(catalog.collections, scope, names)).collections;

  /** Errors: `WEBHOOK_URL_…`. */
  function requireUrl(text: string): string {
    const verdict = judgeWebhookUrl(text, reach);
    if ('url' in verdict) return verdict.url;
    throw new ApiError(verdict.refusal === 'malformed' ? 'WEBHOOK_URL_INVALID' : 'WEBHOOK_URL_NOT_ALLOWED');
  }

  return async (app) => {
    app.post(
      '/v1/webhooks',
      {
        ...ADMIN,
        schema: {
          summary: 'Add a webhook',
          description:
            'The answer holds the secret that signs its messages; it is kept sealed and cannot be shown again. The webhook is told of what happens from now on.',
          tags: ['webhooks'],
          body: AddWebhook,
          response: { 201: success(AddedWebhook), ...guardedRefusals(404, 409, 413, 415) },
        },
      },
      async (request, reply) => {
        const { scope, keyId } = webhookAdmin(request);
        const { eventTypes = WEBHOOK_EVENT_TYPES, collections, description = '' } = request.body;
        const webhookId = randomUUID();
        const secret = newWebhookSecret();
        const added = await catalog.webhooks.add(
          {
            webhookId,
            organizationId: scope.organizationId,
            url: requireUrl(request.body.url),
            description,
            eventTypes,
            collections: await collectionsOf(scope, collections),
            secret: webhookSecrets.seal(secret, webhookId),
          },
          keyId,
        );
        if (added === 'full') throw new ApiError('WEBHOOKS_FULL');
        reply.status(201);
        return succeed(request, reply, { ...(await present(added, scope)), secret });
      },
    );

    app.get(
      '/v1/webhooks',
      {
        ...ADMIN,
        schema: {
          summary: 'List webhooks',
          tags: ['webhooks'],
          response: { 200: success(WebhookList), ...guardedRefusals() },
        },
      },
      async (request, reply) => {
        const { scope } = webhookAdmin(request);
        const names = await namesOf(scope);
        const webhooks = await catalog.webhooks.list(scope.organizationId);
        return succeed(request, reply, { webhooks: webhooks.map((webhook) => presentWebhook(webhook, names)) });
      },
    );

    app.get(
      '/v1/webhooks/:webhookId',
      {
        ...ADMIN,
        schema: {
          summary: 'A webhook',
          tags: ['webhooks'],
          params: WebhookParams,
          response: { 200: success(WebhookBody), ...guardedRefusals(404) },
        },
      },
      async (request, reply) => {
        const { scope } = webhookAdmin(request);
        const webhook = await catalog.webhooks.read({ ...request.params, organizationId: scope.organizationId });
        if (!webhook) throw new ApiError('WEBHOOK_NOT_FOUND');
        return succeed(request, reply, await present(webhook, scope));
      },
    );

    app.patch(
      '/v1/webhooks/:webhookId',
      {
        ...ADMIN,
        schema: {
          summary: 'Change a webhook',
          description: 'Enabling one that was disabled, or giving it another address, sends what waits.',
          tags: ['webhooks'],
          params: WebhookParams,
          body: ChangeWebhook,
          response: { 200: success(WebhookBody), ...guardedRefusals(404, 413, 415) },
        },
      },
      async (request, reply) => {
        const { scope, keyId } = webhookAdmin(request);
        const { url, eventTypes, collections, description, enabled } = request.body;
        const ref = { ...request.params, organizationId: scope.organizationId };
        const webhook = await catalog.webhooks.change(
          ref,
          {
            ...(url === undefined ? {} : { url: requireUrl(url) }),
            ...(eventTypes === undefined ? {} : { eventTypes }),
            ...(collections === undefined ? {} : { collections: await collectionsOf(scope, collections ?? undefined) }),
            ...(description === undefined ? {} : { description }),
            ...(enabled === undefined ? {} : { enabled }),
          },
          keyId,
        );
        if (!webhook) throw new ApiError('WEBHOOK_NOT_FOUND');
        if (enabled === true || url !== undefined) await deliverSoon({ starter, log }, ref);
        return succeed(request, reply, await present(webhook, scope));
      },
    );

    app.post(
      '/v1/webhooks/:webhookId/rotate',
      {
        ...ADMIN,
        schema: {
          summary: 'Give a webhook another secret',
          description: 'Until the overlap is over, messages are signed by both.',
          tags: ['webhooks'],
          params: WebhookParams,
          body: RotateWebhook,
          response: { 200: success(RotatedWebhook), ...guardedRefusals(404, 413, 415) },
        },
      },
      async (request, reply) => {
        const { scope, keyId } = webhookAdmin(request);
        const { webhookId } = request.params;
        const secret = newWebhookSecret();
        const webhook = await catalog.webhooks.rotate(
          { webhookId, organizationId: scope.organizationId },
          {
            secret: webhookSecrets.seal(secret, webhookId),
            overlapMs: (request.body.overlapHours ?? DEFAULT_OVERLAP_HOURS) * HOUR_MS,
          },
          keyId,
        );
        if (!webhook) throw new ApiError('WEBHOOK_NOT_FOUND');
        return succeed(request, reply, { ...(await present(webhook, scope)), secret });
      },
    );

    app.delete(
      '/v1/webhooks/:webhookId',
      {
        ...ADMIN,
        schema: {
          summary: 'Remove a webhook, with its deliveries',
          tags: ['webhooks'],
          params: WebhookParams,
          response: { 200: success(RemovedWebhook), ...guardedRefusals(404) },
        },
      },
      async (request, reply) => {
        const { scope, keyId } = webhookAdmin(request);
        const { webhookId } = request.params;
        const ref = { webhookId, organizationId: scope.organizationId };
        if (!(await catalog.webhooks.remove(ref, keyId))) throw new ApiError('WEBHOOK_NOT_FOUND');
        return succeed(request, reply, { webhookId });
      },
    );
  };
}
