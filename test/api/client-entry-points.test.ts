import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { RunnablePassthrough } from '@langchain/core/runnables';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiRefusal, MedindexClient } from '../../api/client/client.js';
import { MedindexRetriever, MedindexVectorStore, ReadsOnly } from '../../api/client/langchain.js';
import { PROJECT_ROOT } from '../../infra/entry-point.js';
import { LoopbackServer } from '../harness/loopback-server.js';
import { ADMIN_KEY, ApiWorld } from './api-world.js';
import { publishDocument } from './publish-document.js';

describe('entry points for other programs', () => {
  const { exports: entries } = JSON.parse(readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8')) as {
    exports: Record<string, string | { types: string; default: string }>;
  };

  it('are made from sources that are there', () => {
    const made = Object.values(entries).flatMap((entry) => (typeof entry === 'string' ? [] : [entry]));
    expect(made).toHaveLength(2);
    for (const entry of made) {
      const source = entry.default.replace('./dist/', '').replace(/\.js$/, '.ts');
      expect(existsSync(join(PROJECT_ROOT, source)), source).toBe(true);
      expect(entry.types).toBe(entry.default.replace(/\.js$/, '.d.ts'));
    }
  });

  it('can be imported by their names', async () => {
    const script = `
      const client = await import('medindex/client');
      const langchain = await import('medindex/langchain');
      console.log(typeof client.MedindexClient, typeof langchain.MedindexRetriever);`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
      cwd: PROJECT_ROOT,
    });
    expect(stdout.trim()).toBe('function function');
  });
});

/** To calls that a mere id says too little to. */
const GIVEN: Readonly<Record<string, readonly unknown[]>> = {
  pagePicture: [{ documentId: 'a', page: 1 }],
  decideMove: ['a', 'promote'],
  pageLinks: [{ pages: [{ chunkId: 'a' }] }],
};

describe('the calls of the client', () => {
  let world: ApiWorld;
  beforeAll(async () => {
    world = await ApiWorld.withoutServers();
  });
  afterAll(() => world.close());

  it('are all in the OpenAPI document', async () => {
    const { paths } = (await world.app.inject('/openapi.json')).json<{
      paths: Record<string, Record<string, unknown>>;
    }>();
    const known = Object.entries(paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => ({
        method: method.toUpperCase(),
        pattern: new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`),
      })),
    );
    const asked: string[] = [];
    const recording = await LoopbackServer.start((request, _body, response) => {
      const { pathname } = new URL(request.url ?? '', 'http://localhost');
      asked.push(`${request.method} ${pathname}`);
      response.writeHead(404, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: true, code: 'ROUTE_NOT_FOUND', message: '', requestId: '' }));
    });
    try {
      const client: object = new MedindexClient({ url: recording.url, apiKey: null });
      const calls = client as Record<string, (...values: unknown[]) => unknown>;
      const inherited = new Set(['constructor', 'url', 'endedBy', 'request', 'putPart']);
      const names = Object.getOwnPropertyNames(MedindexClient.prototype).filter((name) => !inherited.has(name));
      expect(names.length).toBeGreaterThan(60);
      for (const name of names) {
        const before = asked.length;
        const answer = calls[name]?.(...(GIVEN[name] ?? ['a', 1, {}]));
        const isStream = typeof answer === 'object' && answer !== null && Symbol.asyncIterator in answer;
        const ended = isStream ? (answer as AsyncGenerator).next() : (answer as Promise<unknown>);
        await expect(ended, name).rejects.toBeInstanceOf(ApiRefusal);
        expect(asked.length, name).toBe(before + 1);
        const [method = '', path = ''] = asked.at(-1)?.split(' ') ?? [];
        expect(
          known.some((one) => one.method === method && one.pattern.test(path)),
          `${name}: ${method} ${path}`,
        ).toBe(true);
      }
    } finally {
      await recording.close();
    }
  });
});

describe('the client and the retriever for LangChain', () => {
  let world: ApiWorld;
  let client: MedindexClient;
  beforeAll(async () => {
    world = await ApiWorld.open();
    await publishDocument({
      catalog: world.catalog,
      vectorIndex: world.vectorIndex,
      embedder: world.embedder,
      collection: 'guidelines',
      externalId: 'sepsis-1',
      passages: ['Stop zorbacillin when a rash appears.', 'Adults receive zorbacillin 0.5 mg/kg once daily.'],
      pages: 2,
      metadata: { title: 'Sepsis' },
    });
    const url = await world.app.listen({ host: '127.0.0.1', port: 0 });
    client = new MedindexClient({ url, apiKey: ADMIN_KEY });
  });
  afterAll(() => world.close());

  it('answer a context', async () => {
    const { data, meta } = await client.context({ query: 'zorbacillin for adults', maxTokens: 600 });
    expect(data.text).toContain('<source id="1" title="Sepsis"');
    expect(meta.tokens).toMatchObject({ max: 600, tokenizer: 'estimate' });
  });

  it('answer hits as documents, in a chain', async () => {
    const retriever = new MedindexRetriever({ client, search: { topK: 1, collections: ['guidelines'] } });
    const [document] = await retriever.invoke('zorbacillin dose for adults once daily');
    expect(document).toMatchObject({
      pageContent: 'Adults receive zorbacillin 0.5 mg/kg once daily.',
      metadata: { title: 'Sepsis', collection: 'guidelines', anchor: { pages: [2] }, score: 1 },
    });
    expect(document?.id).toBe(document?.metadata.chunkIds[0]);
    const chain = RunnablePassthrough.assign({
      found: (input: { question: string }) => retriever.invoke(input.question),
    });
    expect((await chain.invoke({ question: 'rash' })).found).toHaveLength(1);
  });

  it('answer passages of a context as documents', async () => {
    const retriever = new MedindexRetriever({
      client: { url: client.url, apiKey: ADMIN_KEY },
      context: { maxTokens: 600, tokenizer: 'cl100k_base' },
    });
    const [document] = await retriever.invoke('zorbacillin rash adults');
    expect(document).toMatchObject({
      pageContent: 'Stop zorbacillin when a rash appears.\n\nAdults receive zorbacillin 0.5 mg/kg once daily.',
      metadata: { number: 1, chunkIds: { length: 2 }, warnings: [] },
    });
  });

  it('stand where LangChain wants a vector store', async () => {
    const store = new MedindexVectorStore({ client, search: { collections: ['guidelines'] } });
    const question = 'zorbacillin dose for adults once daily';
    const scored = await store.similaritySearchWithScore(question, 1);
    expect(scored).toMatchObject([
      [{ pageContent: 'Adults receive zorbacillin 0.5 mg/kg once daily.' }, expect.any(Number)],
    ]);
    const [[document, relevance] = []] = scored;
    expect(relevance).toBe(document?.metadata.relevance);
    expect(await store.asRetriever(2).invoke(question)).toHaveLength(2);
    const none = { publishedFrom: '2099-01-01' };
    expect(await store.similaritySearch(question, 2, none)).toEqual([]);
    expect(await store.asRetriever({ k: 2, filter: none }).invoke(question)).toEqual([]);
  });

  it('say where nothing answers, and leave it out on request', async () => {
    const unknown = 'xylophonequartet';
    for (const context of [{ maxTokens: 600 }, null]) {
      const asking = { client, ...(context ? { context } : {}) };
      const near = await new MedindexRetriever(asking).invoke(unknown);
      expect(near.length).toBeGreaterThan(0);
      for (const { metadata } of near) expect(metadata).toMatchObject({ answerable: false, version: { number: 1 } });
      expect(await new MedindexRetriever({ ...asking, answersOnly: true }).invoke(unknown)).toEqual([]);
      expect(await new MedindexRetriever({ ...asking, answersOnly: true }).invoke('zorbacillin rash')).not.toEqual([]);
    }
    expect((await client.context({ query: unknown })).meta.hint).toMatch(/^Nothing here is likely to answer this/);
  });

  it('take nothing in through a store that only reads', async () => {
    const store = new MedindexVectorStore({ client });
    const calls = [
      store.addDocuments(),
      store.addVectors(),
      store.delete(),
      store.similaritySearchVectorWithScore(),
      store.embeddings.embedQuery('x'),
      store.embeddings.embedDocuments(['x']),
    ];
    for (const call of calls) await expect(call).rejects.toBeInstanceOf(ReadsOnly);
  });

  it('keep what was told, and find it again', async () => {
    const { data } = await client.search({ query: 'zorbacillin for adults', topK: 1 });
    const question = 'How much zorbacillin do adults receive?';
    const kept = await client.keepAnswer({
      question,
      answer: '0.5 mg/kg [1]',
      chunkIds: [data.hits[0]?.chunkId ?? ''],
    });
    expect(await client.lookUpAnswer({ question })).toMatchObject({
      match: 'exact',
      answer: { answerId: kept.answerId },
    });
    expect(await client.recalledAnswers({ since: '2026-01-01' })).toEqual({ answers: [], next: null });
  });

  it('hand on what is refused', async () => {
    const retriever = new MedindexRetriever({ client: { url: client.url, apiKey: 'mk_wrong' } });
    await expect(retriever.invoke('x')).rejects.toBeInstanceOf(ApiRefusal);
  });
});
