import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

/** One call that came in, verified where its path has a secret. */
export interface ReceivedCall {
  readonly path: string;
  readonly id: string;
  readonly body: string;
  readonly event: ReceivedEvent;
}

export interface ReceivedEvent {
  readonly type: string;
  readonly timestamp: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export type Answer = (response: ServerResponse, call: ReceivedCall, earlier: number) => void;

/** Somebody's server on this machine, which verifies what comes in as the library of Standard Webhooks does. */
export class WebhookReceiver {
  readonly calls: ReceivedCall[] = [];
  readonly #secrets = new Map<string, string>();
  readonly #answers = new Map<string, Answer>();
  readonly #waiting = new Set<() => void>();
  /** Calls that were not signed as they should be. */
  readonly refused: string[] = [];

  static async start(): Promise<WebhookReceiver> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new WebhookReceiver(server);
  }

  private constructor(private readonly server: Server) {
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const path = request.url ?? '';
        const body = Buffer.concat(chunks).toString('utf8');
        this.#take({ path, body, headers: request.headers as Record<string, string> }, response);
      });
    });
  }

  url(path: string): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}${path}`;
  }

  /** How calls to a path are answered; by default with 204. */
  answer(path: string, answer: Answer): void {
    this.#answers.set(path, answer);
  }

  verify(path: string, secret: string): void {
    this.#secrets.set(path, secret);
  }

  of(path: string): ReceivedCall[] {
    return this.calls.filter((call) => call.path === path);
  }

  /** Waits until what came in is as wished. */
  async until(wished: () => boolean): Promise<void> {
    while (!wished()) await new Promise<void>((come) => this.#waiting.add(come));
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }

  #take(
    { path, body, headers }: { path: string; body: string; headers: Record<string, string> },
    response: ServerResponse,
  ): void {
    const secret = this.#secrets.get(path);
    let event: ReceivedEvent;
    try {
      event = (secret === undefined ? JSON.parse(body) : new Webhook(secret).verify(body, headers)) as ReceivedEvent;
    } catch {
      this.refused.push(path);
      response.writeHead(400).end();
      return;
    }
    const call = { path, id: headers['webhook-id'] ?? '', body, event };
    const earlier = this.of(path).length;
    this.calls.push(call);
    const answer = this.#answers.get(path) ?? ((other: ServerResponse) => other.writeHead(204).end());
    answer(response, call, earlier);
    for (const come of this.#waiting) come();
    this.#waiting.clear();
  }
}
