import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROJECT_ROOT } from '../../infra/entry-point.js';
import { ADMIN_KEY, ApiWorld } from './api-world.js';
import { publishDocument } from './publish-document.js';

const run = promisify(execFile);
const TSC = resolve('node_modules/typescript/bin/tsc');

/** A chat service: what it reads must be typed, and what it misspells refused. */
const CHAT_SERVICE = `
import { ApiRefusal, MedindexClient, type SearchRequest } from 'medindex/client';
import { MedindexRetriever } from 'medindex/langchain';
const [url = '', apiKey = ''] = process.argv.slice(2);
const client = new MedindexClient({ url, apiKey });
const asked: SearchRequest = { query: 'zorbacillin dose', mode: 'text', topK: 3 };
// @ts-expect-error: there is no such mode
export const wrong: SearchRequest = { query: 'zorbacillin dose', mode: 'fuzzy' };
const { data } = await client.search(asked);
const text: string | undefined = data.hits[0]?.text;
const documents = await new MedindexRetriever({ client, search: { mode: 'text' } }).invoke('zorbacillin dose');
const refused = await client.document('3f2b8c1e-6a57-4d0f-9a53-2f1f8f0a7c11').catch((error: unknown) => error);
console.log(JSON.stringify([text, documents.length, refused instanceof ApiRefusal && refused.code]));
`;

describe('/client/medindex.tgz', () => {
  let world: ApiWorld;
  let folder: string;
  let archive: Buffer;
  let url: string;

  beforeAll(async () => {
    world = await ApiWorld.open();
    folder = await mkdtemp(join(tmpdir(), 'medindex-client-'));
    const app = await world.build({ clientPackage: join(PROJECT_ROOT, 'dist/client/medindex.tgz') });
    url = await app.listen({ host: '127.0.0.1', port: 0 });
    archive = Buffer.from(await (await fetch(`${url}/client/medindex.tgz`)).arrayBuffer());
    await publishDocument({
      ...{ catalog: world.catalog, vectorIndex: world.vectorIndex, embedder: null, collection: 'guidelines' },
      ...{ externalId: 'zorbacillin', passages: ['Adults receive zorbacillin 0.5 mg/kg once daily.'] },
    });
    // As npm lays it out, without asking a registry for what it depends on.
    const modules = join(folder, 'node_modules');
    await mkdir(join(modules, 'medindex'), { recursive: true });
    await writeFile(join(folder, 'medindex.tgz'), archive);
    await run('tar', ['xzf', join(folder, 'medindex.tgz'), '-C', join(modules, 'medindex'), '--strip-components=1']);
    for (const name of ['typebox', '@langchain']) await symlink(resolve('node_modules', name), join(modules, name));
  });
  afterAll(async () => {
    await world.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('needs no key, and is not sent again to whoever has it', async () => {
    const first = await fetch(`${url}/client/medindex.tgz`);
    expect([first.status, first.headers.get('content-type')]).toEqual([200, 'application/gzip']);
    const etag = first.headers.get('etag') ?? '';
    expect((await fetch(`${url}/client/medindex.tgz`, { headers: { 'if-none-match': etag } })).status).toBe(304);
  });

  it('holds nothing of the server and no address, and depends on what it imports alone', async () => {
    const content = gunzipSync(archive).toString('latin1');
    expect(content).not.toMatch(/\binfra\/|fastify|@temporalio|registry\.npmjs/);
    const about = JSON.parse(await readFile(join(folder, 'node_modules/medindex/package.json'), 'utf8')) as object;
    const { exports, version, dependencies } = JSON.parse(await readFile('package.json', 'utf8')) as {
      exports: Record<string, unknown>;
      version: string;
      dependencies: Record<string, string>;
    };
    expect(about).toMatchObject({
      version,
      exports: { './client': exports['./client'], './langchain': exports['./langchain'] },
      dependencies: { typebox: dependencies['typebox'] },
      peerDependenciesMeta: { '@langchain/core': { optional: true } },
    });
  });

  it('compiles strictly in a project of its own, and does its work there', async () => {
    await writeFile(join(folder, 'package.json'), '{"type": "module"}');
    await writeFile(join(folder, 'chat.ts'), CHAT_SERVICE);
    const compilerOptions = {
      ...{ strict: true, noUncheckedIndexedAccess: true, exactOptionalPropertyTypes: true, module: 'nodenext' },
      ...{ target: 'es2022', lib: ['es2022', 'dom', 'dom.iterable'], types: ['node'], skipLibCheck: true },
      typeRoots: [resolve('node_modules/@types')],
    };
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['chat.ts'] }));
    await run(process.execPath, [TSC, '-p', folder]).catch((error: { stdout?: string }) => {
      throw new Error(error.stdout ?? 'tsc did not run', { cause: error });
    });
    const { stdout } = await run(process.execPath, [join(folder, 'chat.js'), url, ADMIN_KEY]);
    expect(JSON.parse(stdout)).toEqual(['Adults receive zorbacillin 0.5 mg/kg once daily.', 1, 'DOCUMENT_NOT_FOUND']);
  });
});
