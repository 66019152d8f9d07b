/** What a client sends that the server acts on as one. */
export type ClientRequest =
  | { readonly kind: 'startup'; readonly bytes: Uint8Array }
  /** A password or a part of a login; its body. */
  | { readonly kind: 'login'; readonly body: Buffer }
  | { readonly kind: 'encryption' }
  | { readonly kind: 'cancel' }
  | { readonly kind: 'terminate' }
  | {
      readonly kind: 'run';
      /** Whole messages, to be executed without anything of another client between them. */
      readonly bytes: Uint8Array;
      /** False after a Flush: the client sends the rest of this exchange when it has read the answer so far. */
      readonly final: boolean;
    };

const CANCEL_REQUEST = 80877102;
const SSL_REQUEST = 80877103;
const GSS_ENCRYPTION_REQUEST = 80877104;

const PASSWORD = 0x70; // p
const FUNCTION_CALL = 0x46; // F
const FLUSH = 0x48; // H
const QUERY = 0x51; // Q
const SYNC = 0x53; // S
const TERMINATE = 0x58; // X

/** A statement with its parameters; the largest here, a batch of chunks, has a few MB. A longer one is no client of ours. */
const MAX_REQUEST_BYTES = 256 * 1024 * 1024;

/**
 * Cuts the bytes of one connection into requests (PostgreSQL 18 documentation, 54.7 "Message Formats"): the start-up
 * packet, a simple query, or everything up to a Sync. An extended query is several messages (Parse, Bind, Describe,
 * Execute, Sync) that share the one unnamed statement of the session, so they must never be told apart.
 */
export class FrontendMessages {
  #chunks: Buffer[] = [];
  #length = 0;
  /** Bytes that must be there before looking again is worth it. */
  #needed = 1;
  #started = false;
  #batch: Uint8Array[] = [];
  #batchBytes = 0;

  /** The requests that these bytes complete, in order. Throws on what is no message. */
  read(chunk: Buffer): ClientRequest[] {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    if (this.#length < this.#needed) return [];
    let rest: Buffer = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks, this.#length);
    const requests: ClientRequest[] = [];
    for (;;) {
      const size = this.#messageSize(rest);
      if (size === null || rest.length < size) {
        this.#needed = size ?? (this.#started ? 5 : 8);
        break;
      }
      const request = this.#take(rest.subarray(0, size));
      if (request) requests.push(request);
      rest = rest.subarray(size);
    }
    this.#chunks = rest.length > 0 ? [rest] : [];
    this.#length = rest.length;
    return requests;
  }

  #messageSize(bytes: Buffer): number | null {
    const header = this.#started ? 5 : 8;
    if (bytes.length < header) return null;
    const size = this.#started ? 1 + bytes.readInt32BE(1) : bytes.readInt32BE(0);
    if (size < header || this.#batchBytes + size > MAX_REQUEST_BYTES) throw new Error('not a message of Postgres');
    return size;
  }

  #take(message: Buffer): ClientRequest | null {
    if (!this.#started) return this.#takeFirst(message);
    const type = message[0];
    if (type === TERMINATE) return { kind: 'terminate' };
    if (type === PASSWORD) return { kind: 'login', body: Buffer.from(message.subarray(5)) };
    this.#batch.push(message);
    this.#batchBytes += message.length;
    if (type !== QUERY && type !== SYNC && type !== FLUSH && type !== FUNCTION_CALL) return null;
    const bytes = Buffer.concat(this.#batch, this.#batchBytes);
    this.#batch = [];
    this.#batchBytes = 0;
    return { kind: 'run', bytes, final: type !== FLUSH };
  }

  #takeFirst(message: Buffer): ClientRequest {
    switch (message.readInt32BE(4)) {
      case SSL_REQUEST:
      case GSS_ENCRYPTION_REQUEST:
        return { kind: 'encryption' };
      case CANCEL_REQUEST:
        return { kind: 'cancel' };
      default:
        this.#started = true;
        return { kind: 'startup', bytes: Buffer.from(message) };
    }
  }
}
