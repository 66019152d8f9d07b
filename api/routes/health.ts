import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { ApiDependencies } from '../dependencies.js';
import { ApiError } from '../errors.js';
import { succeed } from '../http/envelope.js';
import { createHealthChecks } from '../health-checks.js';
import { stackProof } from '../stack-proof.js';
import { refusals, success } from '../schemas/envelope.js';
import { Alive, DeepHealth, ProofBody, ProofQuery } from '../schemas/health.js';

const PUBLIC = { config: { access: 'public' as const } };

/** For machines, which hold no key. The answers name parts of the system and nothing else. */
export function healthRoutes(deps: ApiDependencies): FastifyPluginAsyncTypebox {
  const checks = createHealthChecks(deps);
  return async (app) => {
    app.get(
      '/health',
      {
        ...PUBLIC,
        schema: { summary: 'The process is alive', tags: ['health'], response: { 200: success(Alive), ...refusals() } },
      },
      async (request, reply) => succeed(request, reply, { status: 'ok' as const }),
    );

    app.get(
      '/ready',
      {
        ...PUBLIC,
        schema: {
          summary: 'Requests can be served',
          tags: ['health'],
          response: { 200: success(Alive), ...refusals() },
        },
      },
      async (request, reply) => {
        const { database, objectStore } = await checks.stores();
        if (database.status === 'down' || objectStore.status === 'down') throw new ApiError('NOT_READY');
        return succeed(request, reply, { status: 'ok' as const });
      },
    );

    app.get(
      '/health/deep',
      {
        ...PUBLIC,
        schema: {
          summary: 'Every part answers, and workers are there',
          tags: ['health'],
          response: { 200: success(DeepHealth), ...refusals() },
        },
      },
      async (request, reply) => {
        const components = await checks.all();
        const statuses = Object.values(components).map(({ status }) => status);
        if (statuses.includes('down'))
          throw new ApiError('UNHEALTHY', { details: { components, stores: deps.stores() } });
        const status = statuses.includes('missing') ? ('degraded' as const) : ('ok' as const);
        return succeed(request, reply, { status, components, stores: [...deps.stores()] });
      },
    );

    app.get(
      '/health/proof',
      {
        ...PUBLIC,
        schema: {
          summary: 'The system proves that it has the admin key of its data folder',
          description: 'The command line asks before it sends that key to an address of this machine.',
          tags: ['health'],
          querystring: ProofQuery,
          response: { 200: success(ProofBody), ...refusals(404) },
        },
      },
      async (request, reply) => {
        const { localPort } = request.socket;
        if (deps.adminKey === null || localPort === undefined) throw new ApiError('ROUTE_NOT_FOUND');
        const proof = stackProof(deps.adminKey, { nonce: request.query.nonce, port: localPort });
        return succeed(request, reply, { proof });
      },
    );
  };
}
