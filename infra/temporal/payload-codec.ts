import type { Payload, PayloadCodec } from '@temporalio/common';
import proto from '@temporalio/proto';
import type { Keyring } from '../encryption/keyring.js';
import { openBytes, sealBytes } from '../encryption/seal.js';

/** The value that Temporal's own samples use, so that tools know such a payload for what it is. */
const SEALED_ENCODING = 'binary/encrypted';
const ENCODING_KEY = 'encoding';
/** For operators only: which key a payload needs. What opens it is the id within the sealed bytes. */
const KEY_ID_KEY = 'encryption-key-id';
/** A payload sealed here opens nowhere else. */
const PLACE = 'temporal-payload';

/**
 * Seals each payload whole, its metadata included, as `infra/encryption` seals objects (AES-256-GCM under a key of its
 * own, derived from the active key). On the way back payloads that were not sealed pass through: the server's own, and
 * those of a time before the codec.
 */
export class SealingPayloadCodec implements PayloadCodec {
  readonly #keyring: Keyring;

  constructor(keyring: Keyring) {
    this.#keyring = keyring;
  }

  async encode(payloads: Payload[]): Promise<Payload[]> {
    return payloads.map((payload) => {
      const plain = proto.temporal.api.common.v1.Payload.encode(payload).finish();
      return {
        metadata: {
          [ENCODING_KEY]: Buffer.from(SEALED_ENCODING),
          [KEY_ID_KEY]: Buffer.from(this.#keyring.active.id),
        },
        data: sealBytes(plain, { keyring: this.#keyring, associatedData: PLACE }),
      };
    });
  }

  /** Errors: `Failure OBJECT_CORRUPT`, `KEY_MISSING`. */
  async decode(payloads: Payload[]): Promise<Payload[]> {
    return payloads.map((payload) => {
      const encoding = payload.metadata?.[ENCODING_KEY];
      if (!encoding || !payload.data || Buffer.from(encoding).toString() !== SEALED_ENCODING) return payload;
      const plain = openBytes(payload.data, { keyring: this.#keyring, associatedData: PLACE });
      return proto.temporal.api.common.v1.Payload.decode(plain);
    });
  }
}
