import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/**
 * What the console may do: its own scripts and styles, calls to this very server, and pictures that it fetched with the key
 * itself (`blob:`), and nothing else.
 */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

const ASSETS = 'assets';

/**
 * The console at `/`, with its files under `/assets`. All of them are read now, as they are few and small, so that no request
 * names a file of the disk. Files of `/assets` carry a hash of their content in their names and are kept for ever.
 */
export async function serveConsole(app: FastifyInstance, folder: string): Promise<void> {
  const serve = async (url: string, path: string, caching: string): Promise<void> => {
    const bytes = await readFile(path);
    const etag = `"${createHash('sha256').update(bytes).digest('base64url')}"`;
    const type = TYPES[extname(path)] ?? 'application/octet-stream';
    app.get(url, { config: { access: 'public' }, schema: { hide: true } }, (request, reply) =>
      answer(request, reply.headers({ 'cache-control': caching, etag }).type(type), { bytes, etag }),
    );
  };
  await serve('/', join(folder, 'index.html'), 'no-cache');
  for (const name of await readdir(join(folder, ASSETS))) {
    if (extname(name) in TYPES) {
      await serve(`/${ASSETS}/${name}`, join(folder, ASSETS, name), 'public, max-age=31536000, immutable');
    }
  }
}

function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  { bytes, etag }: { bytes: Buffer; etag: string },
): FastifyReply {
  reply.header('content-security-policy', PAGE_POLICY);
  return request.headers['if-none-match'] === etag ? reply.status(304).send() : reply.send(bytes);
}
