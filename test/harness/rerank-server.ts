import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RerankProtocol } from '../../infra/reranking/endpoint/rerank-protocol.js';
import { LoopbackServer } from './loopback-server.js';

/** What the server does instead of answering; `text`: answers 200 with this. */
export type RerankFault =
  | { readonly kind: 'status'; readonly status: number; readonly body?: string }
  | { readonly kind: 'silence' }
  | { readonly kind: 'hangup' }
  | { readonly kind: 'text'; readonly body: string };

export interface RerankCall {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A server that speaks `POST /rerank` as Text Embeddings Inference or Cohere do, by a given rule. */
export class RerankServer {
  readonly calls: RerankCall[] = [];
  readonly #faults: RerankFault[] = [];
  #server: LoopbackServer | null = null;

  static async start(
    protocol: RerankProtocol,
    score: (question: string, passage: string) => number,
  ): Promise<RerankServer> {
    const server = new RerankServer(protocol, score);
    server.#server = await LoopbackServer.start((...call) => server.#serve(...call));
    return server;
  }

  private constructor(
    private readonly protocol: RerankProtocol,
    private readonly score: (question: string, passage: string) => number,
  ) {}

  get baseUrl(): string {
    return this.#server?.url ?? '';
  }

  /** The next requests meet these, one each. */
  failNext(...faults: RerankFault[]): void {
    this.#faults.push(...faults);
  }

  async close(): Promise<void> {
    await this.#server?.close();
  }

  #serve(request: IncomingMessage, text: string, response: ServerResponse): void {
    const body = JSON.parse(text) as Record<string, unknown>;
    this.calls.push({ path: request.url ?? '', authorization: request.headers.authorization, body });
    const fault = this.#faults.shift();
    if (fault?.kind === 'silence') return;
    if (fault?.kind === 'hangup') return void request.socket.destroy();
    if (fault?.kind === 'status') return void response.writeHead(fault.status).end(fault.body ?? '{}');
    if (fault?.kind === 'text') return void response.writeHead(200).end(fault.body);
    const passages = (this.protocol === 'tei' ? body['texts'] : body['documents']) as string[];
    // As Text Embeddings Inference does.
    if (passages.length > 32) return void response.writeHead(422).end('{"error":"batch size > maximum allowed"}');
    const scored = passages
      .map((passage, index) => ({ index, score: this.score(String(body['query']), passage) }))
      .sort((a, b) => b.score - a.score);
    const answer =
      this.protocol === 'tei'
        ? scored
        : { results: scored.map(({ index, score }) => ({ index, relevance_score: score })) };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  }
}
