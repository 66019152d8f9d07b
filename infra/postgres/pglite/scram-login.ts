import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';

/** Postgres' own number. The password is random, so that nobody could guess it with fewer either. */
const ITERATIONS = 4_096;
const MECHANISM = 'SCRAM-SHA-256';

const AUTHENTICATION_SASL = 10;
const AUTHENTICATION_SASL_CONTINUE = 11;
const AUTHENTICATION_SASL_FINAL = 12;

const hmac = (key: Buffer, text: string) => createHmac('sha256', key).update(text).digest();
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest();

/** What a server keeps of a password to check logins. */
export class ScramVerifier {
  readonly salt = randomBytes(16);
  readonly storedKey: Buffer;
  readonly serverKey: Buffer;

  constructor(password: string) {
    const salted = pbkdf2Sync(password, this.salt, ITERATIONS, 32, 'sha256');
    this.storedKey = sha256(hmac(salted, 'Client Key'));
    this.serverKey = hmac(salted, 'Server Key');
  }
}

/** Bytes to send back, and whether the client is in; `refused`: send them and hang up. */
export interface LoginAnswer {
  readonly bytes: Buffer;
  readonly state: 'waiting' | 'accepted' | 'refused';
}

/**
 * The login of one connection by SCRAM-SHA-256 (RFC 5802; PostgreSQL documentation, 54.3 "SASL Authentication"), as `pg` and
 * `psql` speak it. The password itself never travels, so a program that listens on this port in our place cannot learn it.
 */
export class ScramLogin {
  readonly #serverNonce = randomBytes(18).toString('base64');
  #first: {
    readonly header: string;
    readonly bare: string;
    readonly serverFirst: string;
    readonly nonce: string;
  } | null = null;

  constructor(private readonly verifier: ScramVerifier) {}

  /** The first message to a client: which mechanism it may use. */
  begin(): Buffer {
    return authentication(AUTHENTICATION_SASL, Buffer.from(`${MECHANISM}\0\0`));
  }

  /** Takes the body of a message `p` of the client. */
  answer(body: Buffer): LoginAnswer {
    return this.#first === null ? this.#takeFirst(body) : this.#takeFinal(body.toString('utf8'), this.#first);
  }

  #takeFirst(body: Buffer): LoginAnswer {
    const end = body.indexOf(0);
    // The name of the mechanism, a length of four bytes, the message.
    const message = end < 0 ? '' : body.subarray(end + 5).toString('utf8');
    const parts = /^(?<header>[ny],[^,]*,)(?<bare>n=[^,]*,r=(?<nonce>[^,]+))$/.exec(message)?.groups;
    if (body.subarray(0, Math.max(0, end)).toString('latin1') !== MECHANISM || !parts) return REFUSED;
    const { header = '', bare = '' } = parts;
    const nonce = `${parts['nonce'] ?? ''}${this.#serverNonce}`;
    const serverFirst = `r=${nonce},s=${this.verifier.salt.toString('base64')},i=${ITERATIONS}`;
    this.#first = { header, bare, serverFirst, nonce };
    return { bytes: authentication(AUTHENTICATION_SASL_CONTINUE, Buffer.from(serverFirst)), state: 'waiting' };
  }

  #takeFinal(
    message: string,
    first: { header: string; bare: string; serverFirst: string; nonce: string },
  ): LoginAnswer {
    const parts = /^(?<unproved>c=(?<binding>[^,]*),r=(?<nonce>[^,]*)),p=(?<proof>[^,]+)$/.exec(message)?.groups;
    if (!parts || parts['binding'] !== Buffer.from(first.header).toString('base64') || parts['nonce'] !== first.nonce) {
      return REFUSED;
    }
    const signed = `${first.bare},${first.serverFirst},${parts['unproved'] ?? ''}`;
    const signature = hmac(this.verifier.storedKey, signed);
    const proof = Buffer.from(parts['proof'] ?? '', 'base64');
    if (proof.length !== signature.length) return REFUSED;
    const clientKey = Buffer.from(proof.map((byte, at) => byte ^ (signature[at] ?? 0)));
    if (!timingSafeEqual(sha256(clientKey), this.verifier.storedKey)) return REFUSED;
    const serverSignature = hmac(this.verifier.serverKey, signed).toString('base64');
    return { bytes: authentication(AUTHENTICATION_SASL_FINAL, Buffer.from(`v=${serverSignature}`)), state: 'accepted' };
  }
}

const REFUSED: LoginAnswer = {
  state: 'refused',
  bytes: message('E', Buffer.from('SFATAL\0VFATAL\0C28P01\0Mpassword authentication failed\0\0')),
};

function authentication(code: number, body: Buffer): Buffer {
  const kind = Buffer.alloc(4);
  kind.writeInt32BE(code);
  return message('R', Buffer.concat([kind, body]));
}

function message(type: string, body: Buffer): Buffer {
  const header = Buffer.alloc(5);
  header.write(type, 'latin1');
  header.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([header, body]);
}
