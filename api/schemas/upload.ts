import Type, { type Static } from 'typebox';
import { closed, Uuid } from './fields.js';

/** What an upload may say of its document. */
export const METADATA_KEYS =
  'externalId?, title?, effectiveFrom? (YYYY-MM-DD, the first day on which it counts), supersedes? (external ids, file ' +
  'names or document ids of those whose place it takes), supersedesLater? (true: they may come after it), issuer?, ' +
  'edition?, language?, and free keys for the "metadata" filter of searches.';

export const AcceptedUpload = Type.Object({
  runId: Uuid,
  workflowId: Type.String(),
  sourceId: Uuid,
  joined: Type.Boolean({ description: 'The same content is under way already: this is its run.' }),
  supersedes: Type.Optional(
    Type.Array(Type.Object({ documentId: Uuid, externalId: Type.String() }), {
      description: 'Documents whose place it takes once it is published, as the upload names them.',
    }),
  ),
});

/** An object that lies in a bucket or folder already. */
export const IngestUri = closed({
  uri: Type.String({
    minLength: 1,
    maxLength: 4096,
    description: 's3://bucket/key, or file:///path (admin keys only).',
  }),
  collection: Type.String({ description: 'Name of the collection.' }),
  metadata: Type.Optional(
    Type.Record(Type.String(), Type.Unknown(), {
      description: `${METADATA_KEYS} Without externalId the URI is it.`,
    }),
  ),
});

export type IngestUri = Static<typeof IngestUri>;
export type AcceptedUpload = Static<typeof AcceptedUpload>;

/**
 * What the OpenAPI document says of the multipart body. It is parsed as a stream and checked part by part
 * (api/upload), so this schema validates nothing.
 */
export const UPLOAD_BODY_DESCRIPTION = {
  type: 'object',
  required: ['file', 'collection'],
  properties: {
    file: {
      type: 'string',
      contentMediaType: 'application/octet-stream',
      description: 'The file; its name is kept as text.',
    },
    collection: { type: 'string', description: 'Name of the collection.' },
    metadata: {
      type: 'string',
      contentMediaType: 'application/json',
      description: `JSON object: ${METADATA_KEYS}`,
    },
  },
} as const;
