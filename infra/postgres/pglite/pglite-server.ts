import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { FrontendMessages, type ClientRequest } from './frontend-messages.js';
import { Autovacuum } from './autovacuum.js';
import { ScramLogin, ScramVerifier } from './scram-login.js';
import { SessionTurns, type SharedSession, type TurnTaker } from './session-turns.js';

export interface PgliteServerInput {
  readonly session: SharedSession;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Of every client. */
  readonly password: string;
  /** The session threw; nothing can be executed any more. */
  readonly onBroken: (error: unknown) => void;
  /** See `SessionTurns`; tests shorten it. */
  readonly silentTransactionMs?: number;
  /** See `Autovacuum`; tests shorten it. */
  readonly vacuumCheckEveryMs?: number;
}

/** Ten processes with a full native pool each, twice over; a connection costs a few kB. */
const MAX_CONNECTIONS = 200;

/** Postgres' own `authentication_timeout` is a minute; over loopback, seconds are plenty. */
const LOGIN_TIMEOUT_MS = 10_000;

/** What is known of a connection until it may say SQL. */
interface Login {
  readonly scram: ScramLogin;
  /** Its start-up packet, which the session gets when the password was right. */
  startup: Uint8Array | null;
  accepted: boolean;
}

/**
 * Serves one PGlite to ordinary Postgres clients (`pg`, `psql`) that know the password. Nothing is encrypted: bind it to
 * loopback only.
 */
export class PgliteServer {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #turns: SessionTurns;
  readonly #autovacuum: Autovacuum;
  readonly #verifier: ScramVerifier;

  private constructor(input: PgliteServerInput) {
    this.#turns = new SessionTurns(input.session, input.onBroken, input.silentTransactionMs);
    this.#autovacuum = new Autovacuum(this.#turns, input.vacuumCheckEveryMs);
    this.#verifier = new ScramVerifier(input.password);
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
    const login: Login = { scram: new ScramLogin(this.#verifier), startup: null, accepted: false };
    const tooLate = setTimeout(() => socket.destroy(), LOGIN_TIMEOUT_MS).unref();
    const taker: TurnTaker = {
      answer: (bytes) => {
        // Copied, as the bytes lie in the session's memory and change with the next answer.
        if (socket.writable) socket.write(Buffer.from(bytes));
      },
      evict: () => socket.destroy(),
    };
    socket.on('data', (chunk) => {
      try {
        for (const request of messages.read(chunk)) {
          if (!login.accepted) this.#logIn(login, request, socket, taker);
          else this.#handle(request, socket, taker);
          if (login.accepted) clearTimeout(tooLate);
        }
      } catch {
        socket.destroy();
      }
    });
    // 'close' follows and does what is to be done.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(tooLate);
      this.#sockets.delete(socket);
      this.#turns.leave(taker);
    });
  }

  /** Throws on SQL of a client that is not logged in. */
  #logIn(login: Login, request: ClientRequest, socket: Socket, taker: TurnTaker): void {
    if (request.kind === 'startup') {
      login.startup = request.bytes;
      socket.write(login.scram.begin());
    } else if (request.kind === 'login' && login.startup) {
      const { bytes, state } = login.scram.answer(request.body);
      socket.write(bytes);
      if (state === 'refused') socket.end();
      if (state !== 'accepted') return;
      login.accepted = true;
      this.#turns.take(taker, login.startup, true);
    } else if (request.kind === 'run') {
      throw new Error('not logged in');
    } else {
      this.#handle(request, socket, taker);
    }
  }

  #handle(request: ClientRequest, socket: Socket, taker: TurnTaker): void {
    switch (request.kind) {
      case 'startup':
      case 'login':
        throw new Error('out of turn');
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
