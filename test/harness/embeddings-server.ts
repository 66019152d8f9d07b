import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Embedder } from '../../core/ports/embedder.js';
import { LoopbackServer } from './loopback-server.js';

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
  #server: LoopbackServer | null = null;
  /** Requests whose texts hold one of these are refused with 400, as servers do with what they cannot take. */
  readonly refusedTexts: ((text: string) => boolean)[] = [];
  mostAtOnce = 0;
  #underWay = 0;

  static async start(embedder: Embedder): Promise<EmbeddingsServer> {
    const server = new EmbeddingsServer(embedder);
    server.#server = await LoopbackServer.start((...call) => server.#serve(...call));
    return server;
  }

  private constructor(private readonly embedder: Embedder) {}

  get baseUrl(): string {
    return `${this.#server?.url ?? ''}/v1`;
  }

  /** The next requests meet these, one each. */
  failNext(...faults: EmbeddingsFault[]): void {
    this.#faults.push(...faults);
  }

  async close(): Promise<void> {
    await this.#server?.close();
  }

  async #serve(request: IncomingMessage, body: string, response: ServerResponse): Promise<void> {
    if (request.url !== '/v1/embeddings' || request.method !== 'POST') return send(response, 404, {});
    const { input, model } = JSON.parse(body) as { input: string[]; model: string };
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
