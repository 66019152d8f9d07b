import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { IngestUri, UPLOAD_BODY_DESCRIPTION } from '../schemas/upload.js';

const UPLOAD_BODY = {
  content: {
    'multipart/form-data': { schema: UPLOAD_BODY_DESCRIPTION },
    'application/json': { schema: IngestUri },
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
        description: 'Ingestion and retrieval of medical documents. Success and errors share one envelope each.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
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
      const security = access === 'public' ? [] : [{ bearer: [] }, { apiKey: [] }];
      const scopes = access === 'public' ? 'Needs no key.' : `Needs the scope ${access.join(' or ')}.`;
      const description = [schema.description, scopes].filter(Boolean).join(' ');
      // Validated part by part while it streams, so the route itself has no schema of its body.
      const body = schema.consumes?.includes('multipart/form-data')
        ? { body: UPLOAD_BODY }
        : schema.consumes?.includes('application/octet-stream')
          ? { body: BYTES_BODY }
          : {};
      return { schema: { ...schema, ...body, description, security }, url };
    },
  });

  app.get('/openapi.json', { config: { access: 'public' }, schema: { hide: true } }, async () => app.swagger());
}
