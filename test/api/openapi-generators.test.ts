import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { createClient } from '@hey-api/openapi-ts';
import openapiTS, { astToString } from 'openapi-typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN_KEY, ApiWorld } from './api-world.js';

const TSC = resolve('node_modules/typescript/bin/tsc');

/** As strict as a careful client's own settings. */
const STRICT = {
  strict: true,
  noUncheckedIndexedAccess: true,
  noImplicitOverride: true,
  module: 'nodenext',
  target: 'es2022',
  lib: ['es2022', 'dom', 'dom.iterable'],
  types: [],
};

/** Code of a chat service against the generated types: what it reads must be typed, and what it misspells refused. */
const USE_OF_TYPES = `
import type { components, paths } from './types.js';
type Asked = paths['/v1/search']['post']['requestBody']['content']['application/json'];
type Answer = paths['/v1/search']['post']['responses'][200]['content']['application/json'];
type Same<A, B> = [A, B] extends [B, A] ? true : false;
export const asked: Asked = { query: 'adrenaline dose', mode: 'hybrid', filters: { language: 'en' } };
export const named: Same<Answer['data'], components['schemas']['SearchData']> = true;
export const pagesOf = (answer: Answer): number[] => answer.data.hits.flatMap((hit) => hit.anchor.pages);
// @ts-expect-error: there is no such mode
export const wrong: Asked = { query: 'adrenaline dose', mode: 'fuzzy' };
export const codeOf = (refused: components['schemas']['Error']): string => refused.code;
`;

interface Sdk {
  createClient(config: object): unknown;
  search(options: object): Promise<{ data?: { data: { hits: unknown[] } }; error?: { code: string } }>;
  uploadDocument(options: object): Promise<{ data?: { data: { runId: string } }; error?: { code: string } }>;
}

describe('/openapi.json in generators of clients', () => {
  let world: ApiWorld;
  let folder: string;
  let document: object;
  beforeAll(async () => {
    world = await ApiWorld.open();
    document = (await world.call({ url: '/openapi.json', key: null })).json();
    folder = await mkdtemp(join(tmpdir(), 'medindex-generated-'));
    await writeFile(join(folder, 'package.json'), '{"type": "module"}');
  });
  afterAll(async () => {
    await world.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Compiles what lies in a folder below, and gives the folder with the JavaScript. What does not compile throws its errors. */
  async function compile(name: string, more: object = {}): Promise<string> {
    const outDir = join(folder, `${name}-js`);
    const config = { compilerOptions: { ...STRICT, ...more, outDir, rootDir: '.' }, include: ['**/*.ts'] };
    await writeFile(join(folder, name, 'tsconfig.json'), JSON.stringify(config));
    await promisify(execFile)(process.execPath, [TSC, '-p', join(folder, name)]).catch((error: { stdout?: string }) => {
      throw new Error(error.stdout ?? 'tsc did not run', { cause: error });
    });
    return outDir;
  }

  it('gives types that compile strictly (openapi-typescript)', async () => {
    await mkdir(join(folder, 'types'));
    const types = astToString(await openapiTS(structuredClone(document) as never, { silent: true }));
    await writeFile(join(folder, 'types/types.ts'), types);
    await writeFile(join(folder, 'types/use.ts'), USE_OF_TYPES);
    await compile('types', { exactOptionalPropertyTypes: true });
  });

  it('gives a client that compiles strictly and does its work (@hey-api/openapi-ts)', async () => {
    await createClient({
      input: structuredClone(document) as never,
      output: { path: join(folder, 'sdk'), importFileExtension: '.js' },
      plugins: ['@hey-api/typescript', '@hey-api/sdk', '@hey-api/client-fetch'],
      logs: { level: 'silent' },
    });
    const outDir = await compile('sdk');
    const sdk = (await import(pathToFileURL(join(outDir, 'index.js')).href)) as Sdk;
    const made = (await import(pathToFileURL(join(outDir, 'client/index.js')).href)) as Pick<Sdk, 'createClient'>;
    const baseUrl = await world.app.listen({ port: 0, host: '127.0.0.1' });
    const clientOf = (key: string) => made.createClient({ baseUrl, auth: () => key });

    const client = clientOf(ADMIN_KEY);
    const file = new File(['Adults receive zorbacillin 0.5 mg/kg once daily.'], 'zorbacillin.txt');
    const metadata = JSON.stringify({ externalId: 'zorbacillin' });
    const sent = await sdk.uploadDocument({ client, body: { file, collection: 'guidelines', metadata } });
    expect(sent.error).toBeUndefined();
    expect(sent.data?.data.runId).toMatch(/^[0-9a-f-]{36}$/);
    const found = await sdk.search({ client, body: { query: 'zorbacillin dose', topK: 3 } });
    expect(found.data?.data.hits).toEqual([]);
    const refused = await sdk.search({ client: clientOf(`${ADMIN_KEY}x`), body: { query: 'zorbacillin dose' } });
    expect(refused.error?.code).toBe('KEY_INVALID');
  });
});
