import Type, { type Static } from 'typebox';

/** A Temporal payload in proto3 JSON: bytes are base64. */
const PayloadBody = Type.Object({
  metadata: Type.Optional(Type.Record(Type.String(), Type.String())),
  data: Type.Optional(Type.String()),
});

export const Payloads = Type.Object({ payloads: Type.Array(PayloadBody, { maxItems: 10_000 }) });
export type Payloads = Static<typeof Payloads>;

export const CodecParams = Type.Object({ token: Type.String() });
export type CodecParams = Static<typeof CodecParams>;
