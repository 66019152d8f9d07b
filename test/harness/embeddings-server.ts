import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Embedder } from '../../core/ports/embedder.js';

export interface EmbeddingsRequest {
  readonly input: readonly string[];
  readonly model: string;
  readonly authorization: string | undefined;
}

/** What the server does instead of answering. */
export type EmbeddingsFault =
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly headers?: Record<string, string>;
      readonly body?: string;
    }
  /** Takes the request and never answers. */
  | { readonly kind: 'silence' }
  /** Closes the connection without a word. */
  | { readonly kind: 'hangup' }
  /** Answers 200 with the start of the JSON. */
  | { readonly kind: 'cut' }
  /** Answers 200 with what `change` makes of the right answer. */
  | { readonly kind: 'changed'; readonly change: (answer: EmbeddingsBody) => unknown };

export interface EmbeddingsBody {
  model: string;
  data: { object: 'embedding'; index: number; embedding: (number | null)[] }[];
}

/** A server that speaks `POST /v1/embeddings` of the OpenAI protocol with the vectors of a given embedder. */
export class EmbeddingsServer {
  readonly requests: EmbeddingsRequest[] = [];
  readonly #faults: EmbeddingsFault[] = [];
  readonly #server = createServer((request, response) => {
    // A client that hangs up in the middle is part of what is tested.
    this.#serve(request, response).catch(() => response.destroy());
  });
  /** Requests whose texts hold one of these are refused with 400, as servers do with what they cannot take. */
  readonly refusedTexts: ((text: string) => boolean)[] = [];
  mostAtOnce = 0;
  #underWay = 0;
  #baseUrl = '';

  static async start(embedder: Embedder): Promise<EmbeddingsServer> {
    const server = new EmbeddingsServer(embedder);
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    server.#baseUrl = `http://127.0.0.1:${(server.#server.address() as AddressInfo).port}/v1`;
    return server;
  }

  private constructor(private readonly embedder: Embedder) {}

  get baseUrl(): string {
    return this.#baseUrl;
  }

  /** The next requests meet these, one each. */
  failNext(...faults: EmbeddingsFault[]): void {
    this.#faults.push(...faults);
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    if (request.url !== '/v1/embeddings' || request.method !== 'POST') return send(response, 404, {});
    const { input, model } = JSON.parse(Buffer.concat(parts).toString('utf8')) as { input: string[]; model: string };
    this.requests.push({ input, model, authorization: request.headers.authorization });

    const fault = this.#faults.shift();
    if (fault?.kind === 'silence') return;
    if (fault?.kind === 'hangup') return void request.socket.destroy();
    if (fault?.kind === 'status') return void response.writeHead(fault.status, fault.headers).end(fault.body ?? '');
    if (input.some((text) => text === '' || this.refusedTexts.some((refuses) => refuses(text)))) {
      return send(response, 400, { error: { message: `cannot take ${input.join()}`, code: 'invalid_input' } });
    }

    this.#underWay += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#underWay);
    const vectors = await this.embedder.embed(input, 'passage').finally(() => (this.#underWay -= 1));
    // Twice the length: bringing it to one is the client's.
    const data = vectors.map((vector, index) => ({
      object: 'embedding' as const,
      index,
      embedding: [...vector].map((value) => value * 2),
    }));
    const answer: EmbeddingsBody = { model: `${model}-2026`, data };
    if (fault?.kind === 'cut') {
      const whole = JSON.stringify(answer);
      return void response.writeHead(200, { 'content-type': 'application/json' }).end(whole.slice(0, whole.length / 2));
    }
    send(response, 200, fault?.kind === 'changed' ? fault.change(answer) : answer);
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
