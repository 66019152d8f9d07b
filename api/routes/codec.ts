import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import { authenticate, mayCall } from '../auth/authenticate.js';
import type { KeyCache } from '../auth/key-cache.js';
import type { ApiDependencies } from '../dependencies.js';
import { ApiError } from '../errors.js';
import { Payloads } from '../schemas/codec.js';
import { refusals } from '../schemas/envelope.js';

/** A page of history in the Temporal UI: Temporal bounds a history page at 4 MB, base64 adds a third. */
const CODEC_BODY_BYTES = 8 * 1024 * 1024;

/**
 * Temporal's remote codec protocol, for the Temporal UI: `{"payloads": […]}` in and out, without our envelope. It opens
 * what this system sealed, so it serves an admin key, or the browser of the configured UI on this very machine: there
 * the UI cannot send a key, and who can forge its origin here can read the encryption key's file as well.
 */
export function codecRoutes({ codec, uiOrigin }: ApiDependencies, keys: KeyCache): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.addHook('onRequest', async (request, reply) => {
      const { origin } = request.headers;
      if (uiOrigin !== null && origin === uiOrigin) {
        reply.headers({
          'access-control-allow-origin': uiOrigin,
          'access-control-allow-methods': 'POST',
          'access-control-allow-headers': 'content-type, x-namespace, authorization',
          vary: 'origin',
        });
      }
      if (request.method === 'OPTIONS' || isLocalUi(request, uiOrigin)) return;
      const principal = await authenticate(request, keys);
      if (!mayCall(principal, ['admin']))
        throw new ApiError('SCOPE_MISSING', { explanation: 'It needs the scope admin.' });
    });

    for (const operation of ['encode', 'decode'] as const) {
      app.options(
        `/codec/${operation}`,
        { config: { access: 'public' }, schema: { hide: true } },
        async (_request, reply) => reply.status(204).send(),
      );
      app.post(
        `/codec/${operation}`,
        {
          // Keys are asked for above, with the UI's exception.
          config: { access: 'public' },
          bodyLimit: CODEC_BODY_BYTES,
          schema: {
            summary: `Temporal remote codec: ${operation}`,
            description:
              'Needs an admin key, or the origin of the Temporal UI on the same machine. Answers without the envelope.',
            tags: ['codec'],
            body: Payloads,
            response: { 200: Payloads, ...refusals(401, 403, 413, 415) },
          },
        },
        async (request) => {
          try {
            const { payloads } = await codec[operation](request.body);
            return { payloads: payloads.map((payload) => ({ ...payload })) };
          } catch (error) {
            throw new ApiError('PAYLOAD_UNREADABLE', { cause: error });
          }
        },
      );
    }
  };
}

function isLocalUi(request: FastifyRequest, uiOrigin: string | null): boolean {
  const address = request.socket.remoteAddress ?? '';
  const isLoopback = address === '::1' || /^(::ffff:)?127\./.test(address);
  return isLoopback && uiOrigin !== null && request.headers.origin === uiOrigin;
}
