import type { FastifyPluginAsync } from 'fastify';
import type { ApiMetrics } from '../metrics/api-metrics.js';

/** In Prometheus' own form, for its own agent: no envelope, and not in the description of the API. */
export function metricsRoute({ registry }: ApiMetrics): FastifyPluginAsync {
  return async (app) => {
    app.get('/metrics', { config: { access: 'public' }, schema: { hide: true } }, async (_request, reply) => {
      const text = await registry.metrics();
      return reply.header('content-type', registry.contentType).send(text);
    });
  };
}
