import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectError } from './api-answers.js';
import { ADMIN_KEY, ApiWorld } from './api-world.js';

describe('the console', () => {
  let world: ApiWorld;
  let folder: string;
  let app: FastifyInstance;
  beforeAll(async () => {
    world = await ApiWorld.open();
    folder = await mkdtemp(join(tmpdir(), 'medindex-console-'));
    await mkdir(join(folder, 'assets'));
    await writeFile(join(folder, 'index.html'), '<!doctype html><title>medindex</title>');
    await writeFile(join(folder, 'assets', 'index-1.js'), 'export {};');
    await writeFile(join(folder, '.build-stamp.json'), '{}');
    app = await world.build({ consoleFolder: folder });
  });
  afterAll(async () => {
    await world.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('is a page that needs no key, and that nothing from elsewhere gets into', async () => {
    const page = await world.call({ app, url: '/', key: null });
    expect(page.statusCode).toBe(200);
    expect(page.headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' });
    const policy = String(page.headers['content-security-policy']);
    expect(policy).toMatch(/default-src 'none'; script-src 'self'; style-src 'self';.*connect-src 'self'/);
    expect(policy).not.toContain('unsafe');
  });

  it('has its files kept for ever, as their names change with their content', async () => {
    const script = await world.call({ app, url: '/assets/index-1.js', key: null });
    expect(script.statusCode).toBe(200);
    expect(script.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
    });
    const again = await app.inject({ url: '/', headers: { 'if-none-match': String((await page()).headers['etag']) } });
    expect([again.statusCode, again.body]).toEqual([304, '']);
  });

  it('opens nothing else of the disk', async () => {
    for (const url of ['/.build-stamp.json', '/assets/', '/assets/index-2.js', '/assets/..%2findex.html']) {
      expectError(await world.call({ app, url, key: null }), 'ROUTE_NOT_FOUND');
    }
  });

  it('is not there where it was not built', async () => {
    expectError(await world.call({ url: '/', key: ADMIN_KEY }), 'ROUTE_NOT_FOUND');
  });

  const page = () => world.call({ app, url: '/', key: null });
});
