import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { FrontendMessages, type ClientRequest } from './frontend-messages.js';
import { Autovacuum } from './autovacuum.js';
import { SessionTurns, type SharedSession, type TurnTaker } from './session-turns.js';

export interface PgliteServerInput {
  readonly session: SharedSession;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** The session threw; nothing can be executed any more. */
  readonly onBroken: (error: unknown) => void;
  /** See `SessionTurns`; tests shorten it. */
  readonly silentTransactionMs?: number;
  /** See `Autovacuum`; tests shorten it. */
  readonly vacuumCheckEveryMs?: number;
}

/** Ten processes with a full native pool each, twice over; a connection costs a few kB. */
const MAX_CONNECTIONS = 200;

/** Serves one PGlite to ordinary Postgres clients (`pg`, `psql`). No authentication: bind it to loopback only. */
export class PgliteServer {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #turns: SessionTurns;
  readonly #autovacuum: Autovacuum;

  private constructor(input: PgliteServerInput) {
    this.#turns = new SessionTurns(input.session, input.onBroken, input.silentTransactionMs);
    this.#autovacuum = new Autovacuum(this.#turns, input.vacuumCheckEveryMs);
    this.#server = createServer({ noDelay: true, keepAlive: true }, (socket) => this.#serve(socket));
    this.#server.maxConnections = MAX_CONNECTIONS;
  }

  /** Resolves once it listens. Errors: those of `listen`, e.g. `EADDRINUSE`. */
  static async listen(input: PgliteServerInput): Promise<PgliteServer> {
    const server = new PgliteServer(input);
    await new Promise<void>((resolve, reject) => {
      server.#server.once('error', reject);
      server.#server.listen(input.port, input.host, () => resolve());
    });
    return server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Takes no more requests, lets the one under way end, and hangs up. */
  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#autovacuum.stop();
    await this.#turns.stop();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    const messages = new FrontendMessages();
    const taker: TurnTaker = {
      answer: (bytes) => {
        // Copied, as the bytes lie in the session's memory and change with the next answer.
        if (socket.writable) socket.write(Buffer.from(bytes));
      },
      evict: () => socket.destroy(),
    };
    socket.on('data', (chunk) => {
      try {
        for (const request of messages.read(chunk)) this.#handle(request, socket, taker);
      } catch {
        socket.destroy();
      }
    });
    // 'close' follows and does what is to be done.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#sockets.delete(socket);
      this.#turns.leave(taker);
    });
  }

  #handle(request: ClientRequest, socket: Socket, taker: TurnTaker): void {
    switch (request.kind) {
      case 'run':
        return this.#turns.take(taker, request.bytes, request.final);
      case 'encryption':
        // "N": not offered; the client goes on in the clear, over loopback.
        socket.write('N');
        return;
      case 'cancel':
      case 'terminate':
        // Nothing can be cancelled: while a statement computes, nobody is listening.
        socket.end();
        return;
    }
  }
}
