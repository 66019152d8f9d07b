import { Readable } from 'node:stream';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { createMcpHandler } from '@modelcontextprotocol/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { Retrieve } from '../../core/retrieval/retrieve.js';
import { principalOf } from '../auth/authenticate.js';
import type { ApiDependencies } from '../dependencies.js';
import { recordPassages } from '../reviewing/phi-access.js';
import { countQuestions, type QuestionCounters } from '../questions/count-question.js';
import { createMcpServer, type McpRequest } from '../mcp/mcp-server.js';
import { guardedRefusals } from '../schemas/envelope.js';

/** What the caller calls this machine may be anything; the handler asks for an address only because a request has one. */
const PLACE = 'http://medindex/mcp';

const JSON_RPC = { 'application/json': { schema: Type.Unsafe<unknown>({}) } };

/**
 * The Model Context Protocol, stateless: of 2026-07-28, and the streamable HTTP of 2025 for clients that begin with
 * `initialize`. Keys are those of /v1; nothing is kept between two requests, so that any process can answer.
 */
export function mcpRoutes(
  deps: ApiDependencies,
  retrieve: Retrieve,
  counters: QuestionCounters,
): FastifyPluginAsyncTypebox {
  const ports = { ...deps, retrieve };
  return async (app) => {
    // GET and DELETE are of sessions, which there are none of: 405, as the protocol has it.
    app.route({
      method: 'POST',
      url: '/mcp',
      config: { access: ['search'] },
      schema: {
        summary: 'Model Context Protocol (streamable HTTP): tools search, fetch, get_context, get_citation',
        tags: ['search'],
        body: Type.Object({}, { additionalProperties: true, description: 'One message of JSON-RPC.' }),
        response: {
          200: {
            description: 'A JSON-RPC answer, or a stream that ends with it.',
            content: { ...JSON_RPC, 'text/event-stream': { schema: Type.Unsafe<unknown>({ type: 'string' }) } },
          },
          202: { description: 'A notification was taken.' },
          ...guardedRefusals(413, 415),
        },
      },
      handler: async (request, reply) => {
        const gone = new AbortController();
        reply.raw.once('close', () => gone.abort());
        const origin = `${request.protocol}://${request.host}`;
        const asking: McpRequest = {
          principal: principalOf(request),
          requestId: request.id,
          origin,
          record: (act, shown) => recordPassages(deps.catalog.reviews, request, act, shown),
          count: countQuestions(counters, request),
        };
        // Made for each request: what may be called depends on the key.
        const handler = createMcpHandler(() => createMcpServer(ports, asking), {
          onerror: () => request.log.debug('MCP request refused'),
        });
        const answer = await handler.fetch(toWebRequest(request, gone.signal), { parsedBody: request.body });
        return send(reply, answer);
      },
    });
  };
}

/** Without the key, which has been looked at. */
function toWebRequest(request: FastifyRequest, signal: AbortSignal): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (typeof value === 'string' && name !== 'authorization' && name !== 'x-api-key') headers.set(name, value);
  }
  headers.delete('content-length');
  return new Request(PLACE, { method: 'POST', headers, signal, body: JSON.stringify(request.body) });
}

function send(reply: FastifyReply, answer: Response): FastifyReply {
  void reply.status(answer.status);
  for (const [name, value] of answer.headers) void reply.header(name, value);
  // Its own form of errors, which JSON-RPC clients read, and streams: past the serializer, which knows the envelope.
  return reply.send(answer.body === null ? '' : Readable.fromWeb(answer.body));
}
