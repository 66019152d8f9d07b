import Type, { type Static } from 'typebox';
import { closed, CollectionName, NullableString, oneOf, Timestamp, Uuid } from './fields.js';
import { GivenMetadata, Urgent } from './upload.js';

/** More than any store takes; the system's own limit is a setting, and refused with a sentence of its own. */
const MAX_SIZE_BYTES = 2 ** 50;
const MAX_PART_NUMBER = 10_000;

export const BeginUpload = closed({
  collection: CollectionName,
  fileName: Type.String({ description: 'Kept as text only.' }),
  sizeBytes: Type.Integer({ minimum: 0, maximum: MAX_SIZE_BYTES }),
  sha256: Type.Optional(
    Type.String({ pattern: '^[0-9a-f]{64}$', description: 'Lower-case hex; the whole file is checked against it.' }),
  ),
  metadata: Type.Optional(GivenMetadata),
  urgent: Type.Optional(Urgent),
});

const UploadPart = Type.Object({
  number: Type.Integer({ description: 'From 1.' }),
  sizeBytes: Type.Integer({ description: 'Exactly so many bytes.' }),
  uploaded: Type.Boolean(),
  url: Type.Optional(
    Type.String({
      description:
        'Where to PUT the bytes. One that begins with "/" is an address of this API and needs the key; any other is the ' +
        'object store: send nothing but the bytes, and no key.',
    }),
  ),
});

export const UploadBody = Type.Object({
  uploadId: Uuid,
  collection: Type.String(),
  fileName: Type.String(),
  sizeBytes: Type.Integer(),
  sha256: NullableString,
  state: oneOf(['open', 'completed']),
  partSizeBytes: Type.Integer({ description: 'Of every part but the last.' }),
  parts: Type.Array(UploadPart),
  expiresAt: Timestamp,
  runId: Type.Unsafe<string | null>({ type: ['string', 'null'], description: 'Of a completed upload.' }),
});

export const UploadParams = closed({ uploadId: Uuid });
export const PartParams = closed({
  uploadId: Uuid,
  number: Type.Integer({ minimum: 1, maximum: MAX_PART_NUMBER }),
});
export const StoredPartBody = Type.Object({ number: Type.Integer(), sizeBytes: Type.Integer() });
export const RemovedUpload = Type.Object({ uploadId: Uuid });

export type BeginUpload = Static<typeof BeginUpload>;
export type UploadBody = Static<typeof UploadBody>;
export type UploadPart = Static<typeof UploadPart>;
