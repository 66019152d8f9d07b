import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { deliverSoon } from '../deliver-soon.js';
import type { ApiDependencies } from '../dependencies.js';
import { ApiError } from '../errors.js';
import { succeed } from '../http/envelope.js';
import { cutPage, numberCursor } from '../http/paging.js';
import { presentDelivery } from '../present/webhook.js';
import { guardedRefusals, success } from '../schemas/envelope.js';
import { DEFAULT_LIMIT } from '../schemas/fields.js';
import { DeliveriesQuery, DeliveryBody, DeliveryList, DeliveryParams, WebhookParams } from '../schemas/webhook.js';
import { webhookAdmin } from './webhooks.js';

const ADMIN = { config: { access: ['admin'] as const } };

/** What became of the messages to a webhook. */
export function webhookDeliveryRoutes({ catalog, starter, log }: ApiDependencies): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.post(
      '/v1/webhooks/:webhookId/test',
      {
        ...ADMIN,
        schema: {
          summary: 'Send a webhook.test',
          description: 'It is delivered as every message is; the list of deliveries tells what came of it.',
          tags: ['webhooks'],
          params: WebhookParams,
          response: { 202: success(DeliveryBody), ...guardedRefusals(404, 409) },
        },
      },
      async (request, reply) => {
        const { scope } = webhookAdmin(request);
        const ref = { ...request.params, organizationId: scope.organizationId };
        const delivery = await catalog.webhooks.addTest(ref);
        if (delivery === null) throw new ApiError('WEBHOOK_NOT_FOUND');
        if (delivery === 'disabled') throw new ApiError('WEBHOOK_DISABLED');
        await deliverSoon({ starter, log }, ref);
        reply.status(202);
        return succeed(request, reply, presentDelivery(delivery));
      },
    );

    app.get(
      '/v1/webhooks/:webhookId/deliveries',
      {
        ...ADMIN,
        schema: {
          summary: 'What became of the messages to a webhook, the newest first',
          tags: ['webhooks'],
          params: WebhookParams,
          querystring: DeliveriesQuery,
          response: { 200: success(DeliveryList), ...guardedRefusals(404) },
        },
      },
      async (request, reply) => {
        const { scope } = webhookAdmin(request);
        const { state, limit = DEFAULT_LIMIT, cursor } = request.query;
        const found = await catalog.webhooks.deliveries(
          { ...request.params, organizationId: scope.organizationId },
          {
            limit: limit + 1,
            ...(state === undefined ? {} : { state }),
            ...(cursor === undefined ? {} : { before: numberCursor(cursor) }),
          },
        );
        if (!found) throw new ApiError('WEBHOOK_NOT_FOUND');
        const { items, next } = cutPage(found, limit, ({ number }) => String(number));
        return succeed(request, reply, { deliveries: items.map(presentDelivery), next });
      },
    );

    app.post(
      '/v1/webhooks/:webhookId/deliveries/:deliveryId/redeliver',
      {
        ...ADMIN,
        schema: {
          summary: 'Send a message again',
          description: 'Under the same webhook-id, with all its tries.',
          tags: ['webhooks'],
          params: DeliveryParams,
          response: { 202: success(DeliveryBody), ...guardedRefusals(404, 409) },
        },
      },
      async (request, reply) => {
        const { scope, keyId } = webhookAdmin(request);
        const { webhookId, deliveryId } = request.params;
        const ref = { webhookId, organizationId: scope.organizationId };
        const delivery = await catalog.webhooks.redeliver(ref, deliveryId, keyId);
        if (delivery === null) throw new ApiError('WEBHOOK_NOT_FOUND');
        if (delivery === 'disabled') throw new ApiError('WEBHOOK_DISABLED');
        if (delivery === 'no_delivery') throw new ApiError('WEBHOOK_DELIVERY_NOT_FOUND');
        await deliverSoon({ starter, log }, ref);
        reply.status(202);
        return succeed(request, reply, presentDelivery(delivery));
      },
    );
  };
}
