import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { FastifyInstance } from 'fastify';

/**
 * The client of this very system as a package, `npm install <address>/client/medindex.tgz`: it fits the API by making. Needs no
 * key, as it holds nothing that `/openapi.json` does not tell.
 */
export async function serveClientPackage(app: FastifyInstance, path: string): Promise<void> {
  const bytes = await readFile(path);
  const etag = `"${createHash('sha256').update(bytes).digest('base64url')}"`;
  app.get('/client/medindex.tgz', { config: { access: 'public' }, schema: { hide: true } }, (request, reply) => {
    reply.headers({ 'cache-control': 'no-cache', etag });
    if (request.headers['if-none-match'] === etag) return reply.status(304).send();
    return reply.type('application/gzip').send(bytes);
  });
}
