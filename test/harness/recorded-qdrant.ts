import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, unknown>>;
}

export interface ScriptedAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** An HTTP server that writes down what it is asked and answers what it is told: not Qdrant, and not like it. */
export class RecordedQdrant {
  readonly requests: RecordedRequest[] = [];
  /** Connections that were opened so far. */
  connections = 0;
  answer: (request: RecordedRequest) => ScriptedAnswer | 'hang' = () => ({ status: 200, body: { result: true } });

  private constructor(private readonly server: Server) {}

  static async start(): Promise<RecordedQdrant> {
    const server = createServer();
    const recorded = new RecordedQdrant(server);
    server.on('connection', () => (recorded.connections += 1));
    server.on('request', (request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const url = new URL(request.url ?? '/', 'http://qdrant');
        const text = Buffer.concat(parts).toString('utf8');
        const asked: RecordedRequest = {
          method: request.method ?? '',
          path: url.pathname,
          query: Object.fromEntries(url.searchParams),
          body: text === '' ? undefined : (JSON.parse(text) as unknown),
          headers: request.headers,
        };
        recorded.requests.push(asked);
        const answer = recorded.answer(asked);
        if (answer === 'hang') return;
        const body = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
        response.writeHead(answer.status, { 'content-type': 'application/json' }).end(body);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return recorded;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** What was asked since the last time, without headers. */
  taken(): Omit<RecordedRequest, 'headers'>[] {
    return this.requests.splice(0).map(({ method, path, query, body }) => ({ method, path, query, body }));
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
