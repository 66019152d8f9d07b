import { createConfig, lintFromString } from '@redocly/openapi-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseUploadMetadata } from '../../api/upload/upload-metadata.js';
import { ERRORS } from '../../api/errors.js';
import { ApiWorld } from './api-world.js';

/** The server refuses so when no call is meant. */
const OF_NO_CALL = ['METHOD_NOT_ALLOWED', 'METHOD_UNKNOWN'];

interface Media {
  readonly schema?: { readonly $ref?: string; readonly properties?: Record<string, { readonly $ref?: string }> };
  readonly example?: unknown;
  readonly examples?: Record<string, unknown>;
}

interface Operation {
  readonly operationId: string;
  readonly description: string;
  readonly security: object[];
  readonly parameters?: readonly { readonly name: string; readonly description?: string }[];
  readonly requestBody?: { readonly content: Record<string, Media> };
  readonly responses: Record<string, { readonly content?: Record<string, Media> }>;
}

interface Document {
  readonly servers: readonly { readonly url: string }[];
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: Record<string, NonNullable<Media['schema']>> };
}

describe('/openapi.json as a document', () => {
  let world: ApiWorld;
  let document: Document;
  beforeAll(async () => {
    world = await ApiWorld.withoutServers();
    document = (await world.app.inject('/openapi.json')).json();
  });
  afterAll(() => world.close());

  const operations = () =>
    Object.entries(document.paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => ({ place: `${method} ${path}`, operation })),
    );

  /** Examples are held against their schemas by these rules, too. */
  it('has no finding of the linter, by its strict rules and more', async () => {
    const config = await createConfig({
      extends: ['recommended-strict'],
      rules: {
        'operation-tag-defined': 'error',
        'operation-description': 'error',
        'parameter-description': 'error',
        'tag-description': 'error',
        'no-invalid-schema-examples': 'error',
        'no-invalid-media-type-examples': 'error',
        'no-required-schema-properties-undefined': 'error',
        'no-schema-type-mismatch': 'error',
        'no-enum-type-mismatch': 'error',
        'no-unused-components': 'error',
      },
    });
    const problems = await lintFromString({ source: JSON.stringify(document), absoluteRef: '/openapi.json', config });
    expect(problems.map(({ ruleId, message, location }) => [ruleId, message, location[0]?.pointer])).toEqual([]);
  });

  it('names every shape that goes in or comes out', () => {
    for (const { place, operation } of operations()) {
      for (const [type, { schema }] of Object.entries(operation.requestBody?.content ?? {})) {
        if (type !== 'application/octet-stream') expect(schema?.$ref, place).toMatch(/^#\/components\/schemas\/\w+$/);
      }
      for (const [status, { content }] of Object.entries(operation.responses)) {
        const name = content?.['application/json']?.schema?.$ref?.split('/').at(-1);
        if (!content?.['application/json']) continue;
        const answer = document.components.schemas[name ?? ''];
        expect(answer, `${place} ${status}`).toBeDefined();
        // What the answer is about has a name as well, so that code can speak of it.
        const data = answer?.properties?.['data'];
        if (data) expect(JSON.stringify(data), `${place} ${status} data`).toContain('#/components/schemas/');
      }
    }
  });

  it('gives every body that can be sent as JSON an example, and metadata one that is taken', () => {
    const without = operations().filter(({ operation }) => {
      const json = operation.requestBody?.content['application/json'];
      return json !== undefined && json.example === undefined;
    });
    // What has to be sealed by this very system cannot be written down.
    expect(without.map(({ place }) => place).filter((place) => !place.includes('/codec/'))).toEqual([]);
    const upload = document.components.schemas['UploadDocumentRequest'];
    const { examples } = upload?.properties?.['metadata'] as { examples: string[] };
    for (const example of examples) {
      expect(parseUploadMetadata(example).metadata).toMatchObject({
        externalId: 'anaphylaxis',
        effectiveFrom: '2025-06-01',
      });
    }
  });

  it('says of every code by which call it is given', () => {
    const told = new Set(
      operations().flatMap(({ operation }) =>
        Object.values(operation.responses).flatMap(({ content }) =>
          Object.keys(content?.['application/json']?.examples ?? {}),
        ),
      ),
    );
    expect(Object.keys(ERRORS).filter((code) => !told.has(code))).toEqual(OF_NO_CALL);
  });

  it('says truly who may call', () => {
    for (const { place, operation } of operations()) {
      const needsKey = operation.security.length > 0;
      expect(/\bNeeds (?:a key|an admin key|the scope)/.test(operation.description), place).toBe(needsKey);
      const codes = Object.keys(operation.responses['401']?.content?.['application/json']?.examples ?? {});
      if (needsKey) expect(codes, place).toContain('KEY_REQUIRED');
    }
  });

  it('says where the system is, relative to itself', () => {
    expect(document.servers.map(({ url }) => url)).toEqual(['/']);
  });
});
