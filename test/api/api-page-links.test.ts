import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PageLinkList } from '../../api/schemas/page-link.js';
import { dataOf, expectError } from './api-answers.js';
import { ApiWorld } from './api-world.js';
import { overriding } from './overriding.js';
import { publishDocument, wholeOrganization } from './publish-document.js';

const PNG = new Uint8Array([137, 80, 78, 71]);

describe('POST /v1/page-links', () => {
  let world: ApiWorld;
  let app: FastifyInstance;
  let chunkId: string;
  let documentId: string;

  beforeAll(async () => {
    world = await ApiWorld.open();
    const pictures = { draw: async () => PNG, close: async () => undefined };
    const objects = overriding(world.objects, { stat: async () => ({ sizeBytes: 1 }) as never });
    app = await world.build({ pictures, objects });
    ({ documentId, chunkId } = await publish('shown'));
  });
  afterAll(() => world.close());

  async function publish(externalId: string, phiStatus: 'clear' | 'contains_phi' = 'clear') {
    const { documentId: id } = await publishDocument({
      ...{
        catalog: world.catalog,
        vectorIndex: world.vectorIndex,
        embedder: null,
        collection: 'guidelines',
        externalId,
      },
      ...{ passages: [`The passage of ${externalId}.`], pages: 1, phiStatus },
    });
    const { chunks } = dataOf<{ chunks: { chunkId: string }[] }>(
      await world.call({ url: `/v1/documents/${id}/chunks` }),
    );
    return { documentId: id, chunkId: chunks[0]?.chunkId ?? '' };
  }

  const make = (payload: object, key?: string) =>
    world.call({ app, method: 'POST', url: '/v1/page-links', payload, ...(key === undefined ? {} : { key }) });
  async function link(page: object, key?: string): Promise<string> {
    return dataOf<PageLinkList>(await make({ pages: [page] }, key)).links[0]?.url ?? '';
  }
  /** As a browser does: without a key. */
  const look = (url: string) => app.inject({ method: 'GET', url });

  it('makes addresses that need no key, in the order of the pages', async () => {
    const answer = dataOf<PageLinkList>(
      await make({
        pages: [
          { chunkId, dpi: 72 },
          { documentId, page: 1 },
        ],
        expiresInSeconds: 60,
      }),
    );
    expect(answer.links.map(({ chunkId: of, documentId: and }) => [of, and])).toEqual([
      [chunkId, undefined],
      [undefined, documentId],
    ]);
    expect(Math.abs(Date.parse(answer.expiresAt) - Date.now() - 60_000)).toBeLessThan(60_000);
    expect(answer.links[0]?.url).toMatch(new RegExp(`^/v1/chunks/${chunkId}/page\\.png\\?dpi=72&link=`));
    const document = await look(answer.links[1]?.url ?? '');
    expect([document.statusCode, document.headers['content-type']]).toEqual([200, 'image/png']);
    expect([...document.rawPayload]).toEqual([...PNG]);
  });

  it('opens nothing else', async () => {
    const url = await link({ documentId, page: 1 });
    const [, query] = url.split('?');
    const other = await publish('other');
    for (const path of [
      `/v1/documents/${documentId}/pages/2/page.png`,
      `/v1/documents/${other.documentId}/pages/1/page.png`,
      `/v1/chunks/${chunkId}/page.png`,
    ]) {
      expectError(await look(`${path}?${query}`), 'LINK_INVALID');
    }
    for (const path of [`/v1/documents/${documentId}`, `/v1/documents/${documentId}/source`, '/v1/documents']) {
      expectError(await look(`${path}?${query}`), 'KEY_REQUIRED');
    }
    expectError(await look(`${url}&dpi=200`), 'LINK_INVALID');
    expectError(await look(`/v1/documents/${documentId}/pages/1/page.png?link=x`), 'LINK_INVALID');
    const deletion = await app.inject({ method: 'DELETE', url });
    expect(deletion.statusCode).toBeGreaterThanOrEqual(400);
  });

  it('asks for a key where one was sent, and for what a page of documents needs', async () => {
    const url = await link({ documentId, page: 1 });
    expectError(await app.inject({ method: 'GET', url, headers: { 'x-api-key': 'wrong' } }), 'KEY_INVALID');
    const searching = await world.makeKey({ scopes: ['search'] });
    expectError(await make({ pages: [{ documentId, page: 1 }] }, searching), 'SCOPE_MISSING');
    expect((await look(await link({ chunkId }, searching))).statusCode).toBe(200);
    expectError(await make({ pages: [{ chunkId }] }, await world.makeKey({ scopes: ['ingest'] })), 'SCOPE_MISSING');
  });

  it('says what it was not told', async () => {
    for (const pages of [[{}], [{ chunkId, documentId, page: 1 }], [{ documentId }], [], [{ chunkId: 'x' }]]) {
      expectError(await make({ pages }), 'VALIDATION_FAILED');
    }
    expectError(await make({ pages: [{ chunkId }], expiresInSeconds: 86_401 }), 'VALIDATION_FAILED');
  });

  it('shows what its key may see at that moment: nothing of patients, and nothing of what is gone', async () => {
    const ofPatients = await publish('of-patients', 'contains_phi');
    const reading = await world.makeKey({ scopes: ['read', 'search', 'phi:read'] });
    for (const key of [undefined, reading]) {
      expectError(await look(await link({ documentId: ofPatients.documentId, page: 1 }, key)), 'DOCUMENT_NOT_FOUND');
      expectError(await look(await link({ chunkId: ofPatients.chunkId }, key)), 'CHUNK_NOT_FOUND');
    }
    const health = await world.catalog.collections.byName(wholeOrganization(), 'consumer_health');
    const elsewhere = await world.makeKey({ scopes: ['read'], collections: [health?.collectionId ?? ''] });
    expectError(await look(await link({ documentId, page: 1 }, elsewhere)), 'DOCUMENT_NOT_FOUND');

    const leaving = await publish('leaving');
    const url = await link({ chunkId: leaving.chunkId });
    const page = await link({ documentId: leaving.documentId, page: 1 });
    expect((await look(page)).statusCode).toBe(200);
    dataOf(await world.call({ method: 'DELETE', url: `/v1/documents/${leaving.documentId}` }));
    expectError(await look(url), 'CHUNK_NOT_FOUND');
    expectError(await look(page), 'DOCUMENT_DELETED');
  });

  it('is read as it was written, and stands in no log', async () => {
    const url = await link({ documentId, page: 1 });
    const [path = '', query = ''] = url.split('?');
    for (const changed of [
      `${path}?link=x&${query}`,
      `${path}?${query}&link=x`,
      `${path}?${query.replace('link', '%6cink')}`,
      `${path}?${query.replace('link', 'LINK')}`,
      `${path}/?${query}`,
      `${path.replace('/v1', '//v1')}?${query}`,
      `${path.replace('png', 'PNG')}?${query}`,
      `${path.replace('pages/1', 'pages/01')}?${query}`,
      `${path.replace('pages', 'p%61ges')}?${query}`,
      `${path};${query}`,
    ]) {
      expect((await look(changed)).statusCode, changed).toBeGreaterThanOrEqual(400);
    }
    expect((await app.inject({ method: 'HEAD', url })).statusCode).toBe(200);
    expect((await look(url)).headers['cache-control']).toBe('no-store');
    expect(world.logLines.join('')).not.toContain(query.slice(-43));
  });

  it('ends with its key', async () => {
    const { keyId, text } = await world.makeKeyWithId({ scopes: ['read'] });
    const url = await link({ documentId, page: 1 }, text);
    expect((await look(url)).statusCode).toBe(200);
    dataOf(await world.call({ method: 'DELETE', url: `/v1/keys/${keyId}` }));
    // A process may take it for two seconds more.
    while ((await look(url)).statusCode === 200) await pause(100);
    expectError(await look(url), 'LINK_INVALID');
  });
});
