import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectError } from './api-answers.js';
import { ADMIN_KEY, ApiWorld } from './api-world.js';
import { type Published, publishDocument } from './publish-document.js';

describe('/mcp', () => {
  let world: ApiWorld;
  let sepsis: Published;
  let address: string;
  beforeAll(async () => {
    world = await ApiWorld.open();
    const into = { catalog: world.catalog, vectorIndex: world.vectorIndex, embedder: world.embedder };
    sepsis = await publishDocument({
      ...into,
      collection: 'guidelines',
      externalId: 'sepsis-1',
      passages: ['Stop zorbacillin when a rash appears.', 'Adults receive zorbacillin 0.5 mg/kg once daily.'],
      pages: 2,
      metadata: { title: 'Sepsis' },
    });
    await publishDocument({
      ...into,
      collection: 'consumer_health',
      externalId: 'leaflet',
      passages: ['Zorbacillin is taken with water.'],
    });
    address = await world.app.listen({ host: '127.0.0.1', port: 0 });
  });
  afterAll(() => world.close());

  /** As the official client of the protocol of 2026, and of those that begin with `initialize`, speaks. */
  const withClient = async <Result>(
    use: (client: Client) => Promise<Result>,
    { key = ADMIN_KEY, mode = 'auto' }: { key?: string; mode?: 'auto' | 'legacy' } = {},
  ): Promise<Result> => {
    const client = new Client({ name: 'test', version: '1.0.0' }, { versionNegotiation: { mode } });
    const headers = { authorization: `Bearer ${key}` };
    await client.connect(new StreamableHTTPClientTransport(new URL('/mcp', address), { requestInit: { headers } }));
    try {
      return await use(client);
    } finally {
      await client.close();
    }
  };
  const textOf = (result: unknown): string =>
    (result as { content: { text: string }[] }).content.map(({ text }) => text).join('');

  it('says to the model that what it found answers nothing, and why nothing is found', async () => {
    await withClient(async (client) => {
      const asked = { query: 'zorbacillin', collections: ['guidelines'] };
      const set = (answerThreshold: number | null) =>
        world.call({ method: 'PATCH', url: '/v1/collections/guidelines', payload: { answerThreshold } });
      await set(1);
      const far = JSON.parse(textOf(await client.callTool({ name: 'search', arguments: asked }))) as object;
      expect(far).toEqual({ results: [], answerable: false, note: 'Nothing that was found is likely to answer this.' });
      expect(textOf(await client.callTool({ name: 'get_context', arguments: asked }))).toContain('likely to answer');
      await set(null);
      const unknown = { query: 'xylophonequartet', collections: ['guidelines'] };
      const near = JSON.parse(textOf(await client.callTool({ name: 'search', arguments: unknown }))) as object;
      expect(near).toMatchObject({ answerable: false, note: expect.stringContaining('nearest passages') as string });
      expect(textOf(await client.callTool({ name: 'get_context', arguments: unknown }))).toMatch(
        /^Nothing here is likely to answer this: .*\n\n<source id="1"/,
      );
      const empty = { query: 'zorbacillin', collections: ['drug_labels'] };
      const none = JSON.parse(textOf(await client.callTool({ name: 'search', arguments: empty }))) as object;
      expect(none).toMatchObject({
        results: [],
        note: expect.stringContaining('no published documents yet') as string,
      });
      expect(textOf(await client.callTool({ name: 'get_context', arguments: empty }))).toMatch(
        /^Nothing was found\. .*no published documents yet/,
      );
    });
  });

  it.each(['auto', 'legacy'] as const)('serves its tools to a client of mode %s', async (mode) => {
    await withClient(
      async (client) => {
        const { tools } = await client.listTools();
        expect(tools.map(({ name }) => name).sort()).toEqual(['fetch', 'get_citation', 'get_context', 'search']);
        expect(tools.every(({ annotations }) => annotations?.readOnlyHint === true)).toBe(true);

        const found = JSON.parse(
          textOf(await client.callTool({ name: 'search', arguments: { query: 'zorbacillin adults dose', topK: 2 } })),
        ) as { results: { id: string; title: string; text: string; url: string }[] };
        expect(found.results).toHaveLength(2);
        const [first] = found.results;
        expect(first).toMatchObject({ title: 'Sepsis', text: 'Adults receive zorbacillin 0.5 mg/kg once daily.' });
        expect(first?.url).toBe(`${address}/v1/chunks/${first?.id}`);

        const document = JSON.parse(textOf(await client.callTool({ name: 'fetch', arguments: { id: first?.id } }))) as {
          text: string;
          metadata: object;
        };
        expect(document.text).toContain('Stop zorbacillin when a rash appears.');
        expect(document.metadata).toMatchObject({ documentId: sepsis.documentId, truncated: false });

        const citation = JSON.parse(
          textOf(await client.callTool({ name: 'get_citation', arguments: { chunkId: first?.id } })),
        ) as { anchor: { pages: number[] } };
        expect(citation.anchor.pages).toEqual([2]);

        const context = await client.callTool({
          name: 'get_context',
          arguments: { query: 'zorbacillin for adults', maxTokens: 500, tokenizer: 'o200k_base' },
        });
        expect(textOf(context)).toContain('<source id="1" title="Sepsis"');
        expect(context.structuredContent).toMatchObject({ tokens: { max: 500, tokenizer: 'o200k_base', exact: true } });
      },
      { mode },
    );
  });

  it('shows a key what it may see, and whole documents only to one that may read', async () => {
    const key = await world.makeKey({ scopes: ['search'], safetyLevel: 'public' });
    const answer = await withClient(
      async (client) => ({
        tools: (await client.listTools()).tools.map(({ name }) => name),
        found: textOf(await client.callTool({ name: 'search', arguments: { query: 'zorbacillin' } })),
        hidden: await client.callTool({
          name: 'get_citation',
          arguments: { chunkId: await chunkOf(sepsis.documentId) },
        }),
      }),
      { key },
    );
    expect(answer.tools.sort()).toEqual(['get_citation', 'get_context', 'search']);
    expect(answer.found).toContain('taken with water');
    expect(answer.found).not.toContain('mg/kg');
    expect(answer.hidden.isError).toBe(true);
    expect(textOf(answer.hidden)).toMatch(/^CHUNK_NOT_FOUND: /);
  });

  it('tells what is wrong with a call', async () => {
    await withClient(async (client) => {
      const wrong = await client.callTool({ name: 'get_context', arguments: { query: 'x', tokenizer: 'gpt-9' } });
      expect(wrong.isError).toBe(true);
      expect(textOf(wrong)).toMatch(/^VALIDATION_FAILED: .*o200k_base/);
      const unknown = await client.callTool({ name: 'search', arguments: { query: 'x', collections: ['nothing'] } });
      expect(textOf(unknown)).toMatch(/^COLLECTION_NOT_FOUND: /);
      const misspelt = await client.callTool({ name: 'search', arguments: { question: 'x' } }).then(
        ({ isError }) => isError,
        () => true,
      );
      expect(misspelt).toBe(true);
    });
  });

  it('needs a key with the scope to search, and has no sessions', async () => {
    const message = { jsonrpc: '2.0', id: 1, method: 'tools/list' };
    expectError(await world.call({ method: 'POST', url: '/mcp', payload: message, key: null }), 'KEY_REQUIRED');
    const reader = await world.makeKey({ scopes: ['read'] });
    expectError(await world.call({ method: 'POST', url: '/mcp', payload: message, key: reader }), 'SCOPE_MISSING');
    expect((await world.call({ method: 'GET', url: '/mcp' })).statusCode).toBe(405);
    expect((await world.call({ method: 'DELETE', url: '/mcp' })).statusCode).toBe(405);
  });

  async function chunkOf(documentId: string): Promise<string> {
    const scope = { organizationId: 'default', collections: 'all', safetyLevel: 'clinical_staff_only' } as const;
    const [chunk] = (await world.catalog.documents.chunks(scope, documentId)) ?? [];
    return chunk?.chunkId ?? '';
  }
});
