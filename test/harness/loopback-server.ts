import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export type Serve = (request: IncomingMessage, body: string, response: ServerResponse) => void | Promise<void>;

/** Somebody's server on a free port of this machine, which is handed each request with its whole body. */
export class LoopbackServer {
  readonly #server;
  #url = '';

  static async start(serve: Serve): Promise<LoopbackServer> {
    const loopback = new LoopbackServer(serve);
    loopback.#server.listen(0, '127.0.0.1');
    await once(loopback.#server, 'listening');
    loopback.#url = `http://127.0.0.1:${(loopback.#server.address() as AddressInfo).port}`;
    return loopback;
  }

  private constructor(serve: Serve) {
    this.#server = createServer((request, response) => {
      // A client that hangs up in the middle is part of what is tested.
      text(request)
        .then((body) => serve(request, body, response))
        .catch(() => response.destroy());
    });
  }

  /** Without a path; it stays when the server is closed. */
  get url(): string {
    return this.#url;
  }

  /** Also while requests wait for their answers. */
  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }
}
