import Type, { type Static } from 'typebox';
import { SAFETY_LEVELS } from '../../core/contract/states.js';
import { closed, oneOf, Uuid } from './fields.js';

/**
 * What an upload may say of its document, as the OpenAPI document shows it. It is checked field by field, with sentences of
 * its own (api/upload/upload-metadata.ts), so the routes take any object.
 */
export const UploadMetadata = Type.Object(
  {
    externalId: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 500,
        description: 'What the document is known by; the same again is a new version. By default the file name or URI.',
      }),
    ),
    title: Type.Optional(
      Type.String({ minLength: 1, maxLength: 2_000, description: 'By default the title in the file.' }),
    ),
    effectiveFrom: Type.Optional(
      Type.String({ format: 'date', description: 'The first day on which it counts. By default what the file says.' }),
    ),
    supersedes: Type.Optional(
      Type.Union([Type.String({ minLength: 1 }), Type.Array(Type.String({ minLength: 1 }))], {
        description:
          'Whose place it takes: an external id, file name or document id, or a list of them; [] for nobody. By default what its last upload said, else what the file says.',
      }),
    ),
    supersedesLater: Type.Optional(
      Type.Boolean({ description: 'true: those whose place it takes may come after it. Default false.' }),
    ),
    issuer: Type.Optional(Type.String({ description: 'Who publishes it.' })),
    edition: Type.Optional(Type.String()),
    safetyLevel: Type.Optional(
      oneOf(SAFETY_LEVELS, {
        description: 'Who may read it, where that is stricter than the level of the collection.',
      }),
    ),
    language: Type.Optional(
      Type.String({ description: 'A two-letter code such as en. By default told from the text.' }),
    ),
  },
  { additionalProperties: true, description: 'Further keys are free: the "metadata" filter of searches finds them.' },
);

/** Any object; see {@link UploadMetadata}. */
export const GivenMetadata = Type.Record(Type.String(), Type.Unknown(), {
  description: 'What is said of the document.',
});

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

export const Urgent = Type.Boolean({
  description:
    'It goes before all that is not urgent, syncs among it; what is being worked on is not interrupted. Default false.',
});

/** An object that lies in a bucket or folder already. */
export const IngestUri = closed({
  uri: Type.String({
    minLength: 1,
    maxLength: 4096,
    description: 's3://bucket/key, or file:///path (admin keys only).',
  }),
  collection: Type.String({ description: 'Name of the collection.' }),
  metadata: Type.Optional(GivenMetadata),
  urgent: Type.Optional(Urgent),
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
    urgent: Urgent,
    metadata: {
      type: 'string',
      contentMediaType: 'application/json',
      contentSchema: GivenMetadata,
      description:
        'JSON object: externalId?, title?, effectiveFrom?, supersedes?, supersedesLater?, issuer?, edition?, safetyLevel?, language? and free keys (UploadMetadata).',
      examples: ['{"externalId": "anaphylaxis", "effectiveFrom": "2025-06-01", "supersedes": ["anaphylaxis-2021"]}'],
    },
  },
} as const;
