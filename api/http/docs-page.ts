import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';

export const DOCS_PREFIX = '/docs';

/**
 * What the page may do: its own scripts, styles, images and calls, from this very server, and nothing else. Swagger UI sets
 * styles on its elements, which needs the one exception.
 */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Says of the page's routes, which a library makes, that they need no key. Must come before `requireKeys`. */
export function openDocsPage(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    if (route.url !== DOCS_PREFIX && !route.url.startsWith(`${DOCS_PREFIX}/`)) return;
    route.config = { ...route.config, access: 'public' };
  });
}

/** `/openapi.json` for people, with Swagger UI from our own packages. Must be registered after it and before the routes. */
export async function serveDocsPage(app: FastifyInstance): Promise<void> {
  await app.register(swaggerUi, {
    routePrefix: DOCS_PREFIX,
    uiConfig: {
      url: '/openapi.json',
      docExpansion: 'list',
      // Keys stay in the page's memory, and nothing is sent to a validator elsewhere.
      persistAuthorization: false,
      validatorUrl: null,
      deepLinking: true,
    },
    // Its bar on top is the library's own advertisement, and takes addresses of other documents.
    theme: { title: 'medindex API', css: [{ filename: 'medindex.css', content: '.topbar { display: none }' }] },
    uiHooks: {
      onRequest: (_request, reply, next) => {
        reply.header('content-security-policy', PAGE_POLICY);
        next();
      },
    },
  });
}
