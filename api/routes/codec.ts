import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import { authenticate, mayCall } from '../auth/authenticate.js';
import type { KeyCache } from '../auth/key-cache.js';
import type { ApiDependencies } from '../dependencies.js';
import { ApiError } from '../errors.js';
import { CodecParams, Payloads } from '../schemas/codec.js';
import { refusals } from '../schemas/envelope.js';

/** A page of history in the Temporal UI: Temporal bounds a history page at 4 MB, base64 adds a third. */
const CODEC_BODY_BYTES = 8 * 1024 * 1024;

/**
 * Temporal's remote codec protocol, for the Temporal UI: `{"payloads": […]}` in and out, without our envelope. It opens
 * what this system sealed. It serves an admin key, or the token in its address: the UI can send no key, but it adds
 * "/decode" to whatever address it was given. Where a request comes from proves nothing: behind a proxy on the same host
 * every request comes from loopback, and any program can send any origin.
 */
export function codecRoutes(deps: ApiDependencies, keys: KeyCache): FastifyPluginAsyncTypebox {
  const { codec, uiOrigin, codecToken } = deps;
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
      if (request.method === 'OPTIONS') return;
      const { token } = request.params as Partial<CodecParams>;
      if (token !== undefined) {
        if (!isSame(token, codecToken)) throw new ApiError('KEY_INVALID');
        return;
      }
      await requireAdmin(request);
    });

    for (const operation of ['encode', 'decode'] as const) {
      const summary = `Temporal remote codec: ${operation}`;
      const answers = { 200: Payloads, ...refusals(401, 403, 413, 415) };
      const run = async (body: Payloads): Promise<Payloads> => {
        try {
          const { payloads } = await codec[operation](body);
          return { payloads: payloads.map((payload) => ({ ...payload })) };
        } catch (error) {
          throw new ApiError('PAYLOAD_UNREADABLE', { cause: error });
        }
      };
      for (const address of [`/codec/${operation}`, `/codec/:token/${operation}`]) {
        // A preflight has neither key nor token to show, and is told nothing.
        app.options(address, { config: { access: 'public' }, schema: { hide: true } }, async (_request, reply) =>
          reply.status(204).send(),
        );
      }
      // Keys and tokens are asked for above.
      const open = { config: { access: 'public' as const }, bodyLimit: CODEC_BODY_BYTES };
      app.post(
        `/codec/${operation}`,
        {
          ...open,
          schema: {
            summary,
            description: 'Needs an admin key. Answers without the envelope.',
            tags: ['codec'],
            body: Payloads,
            response: answers,
          },
        },
        (request) => run(request.body),
      );
      app.post(
        `/codec/:token/${operation}`,
        {
          ...open,
          schema: {
            summary: `${summary}, for the Temporal UI`,
            description: 'Needs no key, but the token of the Temporal UI. Answers without the envelope.',
            tags: ['codec'],
            params: CodecParams,
            body: Payloads,
            response: answers,
          },
        },
        (request) => run(request.body),
      );
    }
  };

  async function requireAdmin(request: FastifyRequest): Promise<void> {
    const principal = await authenticate(request, keys);
    if (!mayCall(principal, ['admin'])) {
      throw new ApiError('SCOPE_MISSING', { explanation: 'It needs the scope admin.' });
    }
  }
}

/** Compares hashes, which are of one length, in a time that tells nothing of either. */
function isSame(token: string, expected: string | null): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  return expected !== null && timingSafeEqual(hash(token), hash(expected));
}
