import Fastify from 'fastify';

/** What the framework itself can do: `node constant-server.js <port> <bytes>` answers every POST with one constant JSON text. */
const [port = '0', sizeBytes = '0'] = process.argv.slice(2);
const body = JSON.stringify({ data: 'x'.repeat(Math.max(0, Number(sizeBytes) - '{"data":""}'.length)) });
const app = Fastify();
app.post('/v1/search', async (_request, reply) =>
  reply.header('content-type', 'application/json; charset=utf-8').send(body),
);
await app.listen({ host: '127.0.0.1', port: Number(port) });
process.stdout.write('listens\n');
