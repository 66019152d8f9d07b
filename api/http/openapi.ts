import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { ErrorBody } from '../schemas/envelope.js';
import { KEY_SCOPES, type KeyScope } from '../../core/contract/states.js';
import { ANY_KEY, codesTold, describeOperation, errorExamples, type OperationObject } from './openapi-answers.js';
import { NamedSchemas, type Schemas } from './openapi-names.js';
import { UPLOAD_BODY_DESCRIPTION } from '../schemas/upload.js';

/** What somebody needs who has only this page: a key, a first call, what an answer looks like. */
const INTRODUCTION = `Ingestion and retrieval of medical documents, every passage with the page it stands on.

**Get a key.** On a local stack the admin key is the text of \`.medindex/admin.key\`. With it, make one that may only search:

\`\`\`sh
npx medindex keys create --name "chat service" --scope search read --safety-level healthcare_provider
\`\`\`

In production, \`npm run api -- init\` prints the admin key once. Press "Authorize" on this page to try calls with a key.

**Make the first call.**

\`\`\`sh
curl -s http://127.0.0.1:8080/v1/search -H "Authorization: Bearer $KEY" -H 'Content-Type: application/json' \\
  -d '{"query": "adrenaline dose for a child of 8 years", "topK": 3}'
\`\`\`

**Answers.** Success is \`{"success": true, "data", "meta"}\`, an error \`{"error": true, "code", "message", "details"?, "requestId"}\`:
\`code\` is stable, \`message\` says what to do. A key sees documents up to its safety level and in its collections; what it may not
see is not there for it. Limits stand in docs/api.md.`;

/** In the order in which one needs them. */
const TAGS = [
  ['search', 'Ask, and look citations up.'],
  ['documents', 'Send documents in, read and withdraw them.'],
  ['uploads', 'Large files in parts.'],
  ['runs', 'How work under way stands.'],
  ['collections', 'Kinds of documents and their policy.'],
  ['reviews', 'What was held, and what people decide.'],
  ['audit', 'Who did what.'],
  ['keys', 'Who may call.'],
  ['answers', 'What a chat service told, bound to the passages it rests on.'],
  ['questions', 'What people thought of answers, and what was asked.'],
  ['golden questions', 'Questions whose answer must be found.'],
  ['vector indexes', 'Moves to another model or store.'],
  ['limits', 'How much a key may ask for.'],
  ['cache', 'Answers of searches that are kept.'],
  ['webhooks', 'Who is told of what happens.'],
  ['health', 'For machines.'],
  ['codec', "For the Temporal UI: opens Temporal's payloads."],
] as const;

const UPLOAD_BODY = {
  content: {
    'multipart/form-data': { schema: UPLOAD_BODY_DESCRIPTION },
  },
};

/** The bytes as they are. */
const BYTES_BODY = { content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } } };

/** Makes `/openapi.json` from the schemas of the routes. Must be registered before them. */
export async function describeRoutes(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    // A const says what is allowed as well as an enum of one, and 3.1 has it.
    convertConstToEnum: false,
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'medindex',
        version,
        description: INTRODUCTION,
        contact: { name: 'docs/api.md in the repository of this system' },
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/', description: 'The system that gives this document.' }],
      tags: TAGS.map(([name, description]) => ({ name, description })),
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer', description: 'An API key.' },
          apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key' },
        },
      },
    },
    transform: ({ schema, url, route }) => {
      const access = route.config?.access;
      if (access === undefined) return { schema: { ...schema, hide: true }, url };
      const security = access === 'public' ? [] : ANY_KEY;
      const scopes = access === 'public' ? 'Needs no key.' : scopesNeeded(access);
      // A call that checks by itself who asks says so.
      const told = /\bNeeds (?:an?|no)\b/.test(schema.description ?? '');
      const description = [schema.description, told ? '' : scopes].filter(Boolean).join(' ');
      // Validated part by part while it streams, so the route itself has no schema of its body.
      const body = schema.consumes?.includes('multipart/form-data')
        ? { body: UPLOAD_BODY }
        : schema.consumes?.includes('application/octet-stream')
          ? { body: BYTES_BODY }
          : {};
      return { schema: { ...schema, ...body, description, security }, url };
    },
  });

  let document: object | undefined;
  app.get('/openapi.json', { config: { access: 'public' }, schema: { hide: true } }, async () => {
    document ??= finish(JSON.parse(JSON.stringify(app.swagger())) as OpenApiDocument);
    return document;
  });
}

interface OpenApiDocument {
  paths: Record<string, Record<string, OperationObject>>;
  components: { schemas?: Schemas; examples?: object };
}

/** Names calls and shapes, and says of each call with what it refuses. */
function finish(document: OpenApiDocument): OpenApiDocument {
  const named = new NamedSchemas();
  named.refer(ErrorBody);
  for (const [path, item] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(item)) {
      describeOperation(`${method.toUpperCase()} ${path}`, operation);
      for (const [type, media] of Object.entries(operation.requestBody?.content ?? {})) {
        media.schema = named.refer(media.schema);
        if (type === 'application/octet-stream' || isReference(media.schema)) continue;
        media.schema = named.name(`${capital(operation.operationId)}Request`, media.schema);
      }
      for (const [status, { content }] of Object.entries(operation.responses)) {
        const json = content?.['application/json'];
        if (!json || Number(status) >= 400) continue;
        json.schema = named.refer(json.schema);
        if (!isReference(json.schema)) json.schema = named.name(`${capital(operation.operationId)}Answer`, json.schema);
      }
    }
  }
  const told = new Set(
    Object.values(document.paths)
      .flatMap((item) => Object.values(item))
      .flatMap(codesTold),
  );
  const schemas = Object.fromEntries(Object.entries(named.found).sort(([a], [b]) => (a < b ? -1 : 1)));
  return { ...document, components: { ...document.components, schemas, examples: errorExamples(told) } };
}

function scopesNeeded(access: readonly KeyScope[]): string {
  return access.length === KEY_SCOPES.length ? 'Needs a key of any scope.' : `Needs the scope ${access.join(' or ')}.`;
}

function isReference(schema: unknown): boolean {
  return typeof schema === 'object' && schema !== null && '$ref' in schema;
}

function capital(name = ''): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
