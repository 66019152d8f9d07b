import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../../api/cli/program.js';
import type { FailureCode } from '../../core/contract/failures.js';
import type { FinalRunState } from '../../core/contract/states.js';
import type { StartableRun } from '../../core/ports/workflow-starter.js';
import { entryPoint } from '../../infra/entry-point.js';
import { FakeWorkflowStarter } from '../fakes/fake-workflow-starter.js';
import { ADMIN_KEY, ApiWorld } from '../api/api-world.js';
import { publishDocument, wholeOrganization } from '../api/publish-document.js';

/** An engine that ends each run as the text of its file says, e.g. `held` or `failed PDF_DAMAGED`. */
class EndingStarter extends FakeWorkflowStarter {
  constructor(private readonly world: ApiWorld) {
    super();
  }

  override async start(run: StartableRun): Promise<void> {
    await super.start(run);
    const { catalog, objects } = this.world;
    const started = await catalog.runs.load(run.organizationId, run.runId);
    if (!started) throw new Error('no such run');
    const text = Buffer.from(await objects.get(started.object)).toString('utf8');
    const [state = '', error] = text.trim().split(' ');
    await catalog.runs.recordProgress([run.runId], { stage: 'extract', pages: { total: 3, done: 1 } });
    const end = { state: state as FinalRunState, ...(error === undefined ? {} : { error: error as FailureCode }) };
    await catalog.runs.finish([{ runId: run.runId, ...end }]);
  }
}

function collecting(): { stream: Writable; text: () => string } {
  let text = '';
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString();
      done();
    },
  });
  return { stream, text: () => text };
}

describe('medindex on the command line', () => {
  let world: ApiWorld;
  let url: string;
  let folder: string;
  beforeAll(async () => {
    world = await ApiWorld.open();
    const app = await world.build({ starter: new EndingStarter(world) });
    await app.listen({ host: '127.0.0.1', port: 0 });
    url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
    folder = await mkdtemp(join(tmpdir(), 'medindex-cli-'));
  });
  afterAll(async () => {
    await world.close();
    await rm(folder, { recursive: true });
  });

  async function medindex(args: string[], env: NodeJS.ProcessEnv = { MEDINDEX_URL: url, MEDINDEX_API_KEY: ADMIN_KEY }) {
    const [out, err] = [collecting(), collecting()];
    const terminal = { stdout: out.stream, stderr: err.stream, isInteractive: false, width: 80 };
    const exitCode = await runCli({ args, env, terminal });
    return { exitCode, out: out.text(), err: err.text() };
  }

  async function files(name: string, contents: Record<string, string>): Promise<string> {
    const root = join(folder, name);
    for (const [path, content] of Object.entries(contents)) {
      await mkdir(join(root, path, '..'), { recursive: true });
      await writeFile(join(root, path), content);
    }
    return root;
  }

  it('sends a folder, follows every file, and ends well when all did', async () => {
    const root = await files('good', { 'a.md': 'published', 'deep/b.txt': 'unchanged', 'logo.svg': 'x' });
    const { exitCode, out, err } = await medindex(['ingest', root, '--collection', 'guidelines', '--wait']);
    expect(exitCode).toBe(0);
    expect(out).toContain('logo.svg was left out: not one of .pdf');
    expect(err).toContain('a.md: published, 1 of 3 pages (');
    expect(out).toContain('a.md is published and can be found');
    expect(out).toContain('deep/b.txt is known already');
    expect(out).toContain('3 files: 1 published, 1 unchanged, 1 left out');
  });

  it('names every file that did not, with its reason, and fails', async () => {
    const root = await files('mixed', {
      '1.md': 'published',
      '2.md': 'held',
      '3.pdf': 'failed PDF_DAMAGED',
      '4.pdf': 'needs_attention PAGES_FAILED',
      '5.md': '',
    });
    const { exitCode, out } = await medindex(['ingest', root, '--collection', 'guidelines', '--wait']);
    expect(exitCode).toBe(1);
    expect(out).toContain('2.md is held: it seems to contain patient data, and nothing of it can be found');
    expect(out).toContain(
      '3.pdf failed: The PDF is damaged or cut off and cannot be opened. Export or download it again. (PDF_DAMAGED)',
    );
    expect(out).toContain('4.pdf needs attention: Some pages could not be read;');
    expect(out).toContain('5.md was not taken: The file is empty.');
    expect(out).toContain('5 files: 1 published, 1 held, 1 failed, 1 needs_attention, 1 refused');
  });

  it('has an object that a URI names fetched by the system', async () => {
    const root = await files('by-uri', { 'a b.md': 'published' });
    const uri = pathToFileURL(join(root, 'a b.md')).href;
    const { exitCode, out } = await medindex(['ingest', uri, 'S3://', '--collection', 'guidelines', '--wait']);
    expect(exitCode).toBe(1);
    expect(out).toContain(`${uri} is published and can be found`);
    expect(out).toContain('S3:// was not taken: The location is neither s3://bucket/prefix nor file:///folder.');
    expect(await readFile(join(root, 'a b.md'), 'utf8')).toBe('published');
  });

  it('sends without waiting', async () => {
    const root = await files('quick', { 'a.md': 'failed INTERNAL' });
    const { exitCode, out } = await medindex([
      'ingest',
      join(root, 'a.md'),
      '--collection',
      'guidelines',
      '--external-id',
      'cli-1',
      '--title',
      'From the CLI',
    ]);
    expect(exitCode).toBe(0);
    expect(out).toContain('1 file: 1 accepted');
    const [run] = await world.catalog.runs.list(wholeOrganization(), { limit: 1 });
    expect(run?.metadata).toEqual({ externalId: 'cli-1', title: 'From the CLI', custom: {} });
  });

  it('says what is wrong with what it was given', async () => {
    const root = await files('wrong', { 'a.md': 'published', 'b.md': 'published' });
    expect(await medindex(['ingest', root, '--collection', 'guidelines', '--title', 'x'])).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining('give one file') as string,
    });
    expect(await medindex(['ingest', join(folder, 'none'), '--collection', 'guidelines'])).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining('there is no such file') as string,
    });
    expect(await medindex(['ingest', root])).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining('--collection') as string,
    });
    expect(await medindex(['search', 'x', '--top', '0'])).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining('from 1 to 100') as string,
    });
    expect(await medindex(['nonsense'])).toMatchObject({ exitCode: 2 });
    const novels = await medindex(['ingest', root, '--collection', 'novels', '--wait']);
    expect(novels).toMatchObject({
      exitCode: 1,
      out: expect.stringContaining('npx medindex collections list') as string,
    });
    expect(await medindex(['--help'])).toMatchObject({ exitCode: 0, out: expect.stringContaining('ingest') as string });
  });

  it('prints passages with title, section, page and what found them', async () => {
    await publishDocument({
      catalog: world.catalog,
      vectorIndex: world.vectorIndex,
      embedder: world.embedder,
      collection: 'guidelines',
      externalId: 'cli-sepsis',
      passages: ['Give intravenous fluids for sepsis within one hour.'],
      pages: 1,
      metadata: { title: 'Sepsis in adults' },
    });
    const { exitCode, out } = await medindex(['search', 'sepsis fluids', '--collection', 'guidelines', '--top', '3']);
    expect(exitCode).toBe(0);
    expect(out).toContain(
      '1. Sepsis in adults, Dosing, page 1\n   Give intravenous fluids for sepsis within one hour.',
    );
    expect(out).toMatch(/score 1\.00 \(meaning 0\.\d\d, words \d\.\d\) · guidelines · document [0-9a-f-]{36}/);
    expect(out).toMatch(/1 passages, hybrid search, confidence \d\.\d\d/);

    const json = await medindex(['search', 'sepsis fluids', '--json']);
    expect(JSON.parse(json.out)).toMatchObject({
      success: true,
      data: { hits: [{ externalId: 'cli-sepsis' }] },
      meta: { mode: 'hybrid' },
    });
    expect((await medindex(['search', 'x', '--collection', 'drug_labels'])).out).toContain('Nothing was found.');
  });

  it('shows the newest runs, and one of them', async () => {
    const list = await medindex(['status']);
    expect(list).toMatchObject({ exitCode: 0, out: expect.stringMatching(/^[0-9a-f-]{36} {2}\w+/) as string });
    const failed = list.out.split('\n').find((line) => line.includes('3.pdf')) ?? '';
    const { exitCode, out } = await medindex(['status', failed.slice(0, 36)]);
    expect(exitCode).toBe(0);
    expect(out).toContain('3.pdf failed: The PDF is damaged');
    expect(out).toContain('workflow   ingest-source:default:');
    const unknown = await medindex(['status', '3f2b8c1e-6a57-4d0f-9a53-2f1f8f0a7c11']);
    expect(unknown).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining('There is no such run. (RUN_NOT_FOUND, request ') as string,
    });
  });

  it('shows erasures among the runs, and one of them', async () => {
    const collection = await world.catalog.collections.byName(wholeOrganization(), 'drug_labels');
    const { act } = await world.catalog.runs.acceptAct({
      organizationId: 'default',
      kind: 'erasure',
      subject: collection?.collectionId ?? '',
      collectionId: collection?.collectionId ?? '',
      actor: 'system',
      audit: { action: 'erasure.started', details: {} },
    });
    await world.catalog.runs.recordProgress([act.runId], { records: { done: 40 } });
    const line = new RegExp(`^${act.runId}  running +40 documents +drug_labels  erasure of what was deleted$`, 'm');
    expect((await medindex(['status'])).out).toMatch(line);
    expect((await medindex(['status', '--kind', 'erasure'])).out).toMatch(line);
    expect((await medindex(['status', '--kind', 'ingest'])).out).not.toContain(act.runId);
    await world.catalog.runs.finishAct('default', act.runId, { state: 'completed' });
    const { out, exitCode } = await medindex(['status', act.runId]);
    expect(exitCode).toBe(0);
    expect(out).toMatch(/^erasure of what was deleted is done$/m);
    expect(out).toContain('done, 40 documents');
  });

  it('cancels and tries again, and says when it cannot', async () => {
    const root = await files('again', { 'failing.md': 'failed PDF_DAMAGED' });
    await medindex(['ingest', root, '--collection', 'guidelines', '--wait']);
    const failed = (await medindex(['status'])).out.split('\n').find((line) => line.includes('failing.md')) ?? '';
    const runId = failed.slice(0, 36);
    expect(await medindex(['cancel', runId])).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining('The run has ended already') as string,
    });
    const again = await medindex(['retry', runId, '--wait']);
    expect(again).toMatchObject({
      exitCode: 1,
      out: expect.stringMatching(/failing\.md failed: The PDF is dam/) as string,
    });
    expect(await medindex(['retry', runId])).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining('A newer run of the same document exists') as string,
    });
    const newest = (await medindex(['status'])).out.slice(0, 36);
    expect(await medindex(['retry', newest])).toMatchObject({
      exitCode: 0,
      out: expect.stringContaining('status') as string,
    });
  });

  it('makes keys, lists and revokes them', async () => {
    const made = await medindex([
      'keys',
      'create',
      '--name',
      'chat',
      '--scope',
      'search',
      'read',
      '--expires-days',
      '30',
    ]);
    expect(made).toMatchObject({ exitCode: 0, err: expect.stringContaining('never again') as string });
    const key = made.out.trim();
    expect(key).toMatch(/^mk_[A-Za-z0-9_-]{43}$/);
    expect(await medindex(['collections', 'list', '--key', key])).toMatchObject({ exitCode: 0 });
    const { out } = await medindex(['keys', 'list']);
    const line = out.split('\n').find((one) => one.includes('  chat  ')) ?? '';
    expect(line).toMatch(/chat {2}search read {2}all collections {2}up to public {2}until 20/);
    expect(await medindex(['keys', 'revoke', line.slice(0, 36)])).toMatchObject({ exitCode: 0 });
    expect((await medindex(['keys', 'list'])).out).not.toContain('  chat  ');
    expect(await medindex(['keys', 'create', '--name', 'x', '--scope', 'root'])).toMatchObject({ exitCode: 2 });
    expect(await medindex(['keys', 'create', '--name', 'x'])).toMatchObject({ exitCode: 2 });
  });

  it('declares and changes collections', async () => {
    const declared = await medindex([
      'collections',
      'create',
      'ward',
      '--source-type',
      'guideline',
      '--review-cycle',
      '90',
    ]);
    expect(declared.out).toContain(
      'ward  guideline  en  patient data: block  healthcare_provider  review every 90 days',
    );
    expect(await medindex(['collections', 'create', 'ward'])).toMatchObject({ exitCode: 1 });
    const changed = await medindex([
      'collections',
      'update',
      'ward',
      '--safety-level',
      'public',
      '--review-cycle',
      'never',
    ]);
    expect(changed.err).toBe('It holds at once, for what is there already, too.\n');
    expect(changed.out).toContain('ward  guideline  en  patient data: block  public  no review cycle');
    const cut = ['--chunking', 'sentence', '--overlap-tokens', '40'];
    const recut = await medindex(['collections', 'update', 'ward', ...cut]);
    expect(recut.out).toContain('chunks: sentence 256+40');
    expect(recut.err).toMatch(/^Language, .* chunking hold for what is ingested from now on\.\n$/);
    expect(await medindex(['collections', 'update', 'ward', '--overlap-tokens', '128'])).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining('less than half of maxTokens') as string,
    });
    expect(await medindex(['collections', 'create', 'other', '--embedding-model', 'no-such'])).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining('no embedding model of this name') as string,
    });
    const kept = await medindex(['collections', 'update', 'ward', '--retention', '7']);
    expect(kept).toMatchObject({
      out: expect.stringContaining('deleted: erased after 7 days') as string,
      err: 'The retention holds for what was deleted before, too.\n',
    });
    expect((await medindex(['collections', 'create', 'brief', '--retention', '0'])).out).toContain(
      'deleted: erased at once',
    );
    expect((await medindex(['collections', 'update', 'brief', '--retention', '-1'])).exitCode).toBe(2);
    expect((await medindex(['collections', 'list'])).out).toMatch(/^ward .* 0 documents, 0 passages$/m);
    const refused = await medindex(['collections', 'update', 'ward', '--phi-policy', 'allow']);
    expect(refused).toMatchObject({ exitCode: 1, err: expect.stringContaining('phiPolicyReason') as string });
  });

  it('tells how to get a system that answers, and a key', async () => {
    const nobody = await medindex(['status'], { MEDINDEX_URL: 'http://127.0.0.1:9', MEDINDEX_API_KEY: 'x' });
    expect(nobody).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining('Start the system with "npm start"') as string,
    });
    const noKey = await medindex(['status', '--url', url], { MEDINDEX_DATA_DIR: folder });
    expect(noKey).toMatchObject({ exitCode: 1, err: expect.stringContaining('Give a key with --key') as string });
    const other = await medindex(['status', '--url', `${url}/health?`], { MEDINDEX_API_KEY: 'x' });
    expect(other.exitCode).toBe(1);
  });

  it('draws bars on a terminal', async () => {
    const root = await files('bars', { 'a.md': 'published', 'b.md': 'published' });
    const [out, err] = [collecting(), collecting()];
    // What cli-progress asks of a terminal.
    const terminal = Object.assign(err.stream, {
      isTTY: true,
      columns: 120,
      cursorTo: () => true,
      moveCursor: () => true,
    });
    const exitCode = await runCli({
      args: ['ingest', root, '--collection', 'guidelines', '--wait'],
      env: { MEDINDEX_URL: url, MEDINDEX_API_KEY: ADMIN_KEY },
      terminal: { stdout: out.stream, stderr: terminal, isInteractive: true, width: 80 },
    });
    expect(exitCode).toBe(0);
    expect(err.text()).toMatch(/all files +[█░]+ +2\/2/);
    expect(out.text()).toContain('2 files: 2 published');
  });

  it('runs compiled, as people run it', async () => {
    const run = promisify(execFile);
    const env = { ...process.env, MEDINDEX_URL: url, MEDINDEX_API_KEY: ADMIN_KEY };
    const { stdout } = await run(process.execPath, [entryPoint('api/cli/main.js'), 'status'], { env, cwd: folder });
    expect(stdout).toMatch(/^[0-9a-f-]{36} /);
  });

  it('finds the local stack by its data folder', async () => {
    const dataDir = await files('data', { 'admin.key': `${ADMIN_KEY}\n`, 'stack.json': JSON.stringify({ url }) });
    expect(await medindex(['status'], { MEDINDEX_DATA_DIR: dataDir })).toMatchObject({ exitCode: 0 });
    const byOtherName = url.replace('127.0.0.1', 'localhost');
    const env = { MEDINDEX_DATA_DIR: dataDir };
    expect(await medindex(['status', '--url', byOtherName], env)).toMatchObject({ exitCode: 0 });
  });

  it('sends the local key to no other program, also where a stack listened before', async () => {
    const told: string[] = [];
    // It passes everything on to the real stack, as a program that wants to be taken for it would.
    const stranger = createServer((request, response) => {
      told.push(`${request.url} ${JSON.stringify(request.headers)}`);
      fetch(`${url}${request.url}`)
        .then(async (answer) =>
          response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text()),
        )
        .catch(() => response.destroy());
    });
    stranger.listen(0, '127.0.0.1');
    await once(stranger, 'listening');
    const there = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}`;
    // The state may be a former stack's, and its port another program's by now.
    const dataDir = await files('stale', { 'admin.key': ADMIN_KEY, 'stack.json': JSON.stringify({ url: there }) });
    for (const args of [
      ['status'],
      ['status', '--url', there],
      ['status', '--url', there.replace('127.0.0.1', 'localhost')],
    ]) {
      const { exitCode, err } = await medindex(args, { MEDINDEX_DATA_DIR: dataDir });
      expect([exitCode, err]).toEqual([1, expect.stringContaining('Give a key with --key')]);
    }
    expect(told.length).toBeGreaterThanOrEqual(6);
    expect(told.join('\n').includes(ADMIN_KEY)).toBe(false);
    expect(told.join('\n')).not.toContain('authorization');
    stranger.close();
    const otherKey = await files('other', { 'admin.key': 'mk_other', 'stack.json': JSON.stringify({ url }) });
    expect(await medindex(['status'], { MEDINDEX_DATA_DIR: otherKey })).toMatchObject({ exitCode: 1 });
  });
});
