import type { Payload } from '@temporalio/common';
import type { Keyring } from '../encryption/keyring.js';
import { SealingPayloadCodec } from './payload-codec.js';

/** A payload in protobuf's JSON form, as Temporal's UI and CLI send it to a codec server: bytes are base64. */
export interface PayloadJson {
  readonly metadata?: Readonly<Record<string, string>>;
  readonly data?: string;
}

export interface PayloadsJson {
  readonly payloads: readonly PayloadJson[];
}

/** Bodies of `POST /codec/encode` and `/codec/decode` in and out; the order of payloads is kept. */
export interface CodecRoute {
  encode(body: PayloadsJson): Promise<PayloadsJson>;
  /** Errors: `Failure OBJECT_CORRUPT`, `KEY_MISSING`. */
  decode(body: PayloadsJson): Promise<PayloadsJson>;
}

export function createCodecRoute(keyring: Keyring): CodecRoute {
  const codec = new SealingPayloadCodec(keyring);
  return {
    encode: async (body) => toJson(await codec.encode(body.payloads.map(fromJson))),
    decode: async (body) => toJson(await codec.decode(body.payloads.map(fromJson))),
  };
}

function fromJson(payload: PayloadJson): Payload {
  const metadata = Object.entries(payload.metadata ?? {}).map(
    ([name, value]) => [name, new Uint8Array(Buffer.from(value, 'base64'))] as const,
  );
  return {
    metadata: Object.fromEntries(metadata),
    ...(payload.data === undefined ? {} : { data: new Uint8Array(Buffer.from(payload.data, 'base64')) }),
  };
}

function toJson(payloads: readonly Payload[]): PayloadsJson {
  return {
    payloads: payloads.map((payload) => ({
      metadata: Object.fromEntries(
        Object.entries(payload.metadata ?? {}).map(([name, value]) => [name, Buffer.from(value).toString('base64')]),
      ),
      ...(payload.data ? { data: Buffer.from(payload.data).toString('base64') } : {}),
    })),
  };
}
