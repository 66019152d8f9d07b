import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../../api/cli/program.js';
import type { DocumentMetadata } from '../../core/contract/reading.js';
import { ADMIN_KEY, ApiWorld } from '../api/api-world.js';
import { type Published, publishDocument, wholeOrganization } from '../api/publish-document.js';

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

describe('documents on the command line', () => {
  let world: ApiWorld;
  let url: string;
  let folder: string;
  let sepsis: Published;
  let held: string;
  beforeAll(async () => {
    world = await ApiWorld.open();
    const app = await world.build();
    await app.listen({ host: '127.0.0.1', port: 0 });
    url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
    folder = await mkdtemp(join(tmpdir(), 'medindex-documents-'));
    const { catalog, vectorIndex, embedder, objects } = world;
    const stores = { catalog, vectorIndex, embedder };
    const passages = ['Give fluids.', 'Give antibiotics.'];
    await objects.put(`sources/default/test/${sha256Of(passages)}`, Buffer.from(passages.join('\n\n')));
    sepsis = await publishDocument({
      ...stores,
      collection: 'guidelines',
      externalId: 'sepsis-2025.md',
      passages,
      pages: 2,
      metadata: { title: 'Sepsis in adults', authors: ['A. Author'] },
    });
    await publishDocument({ ...stores, collection: 'drug_labels', externalId: 'asthma.md', passages: ['Salbutamol.'] });
    await publishDocument({ ...stores, collection: 'drug_labels', externalId: 'asthma-old.md', passages: ['Old.'] });
    held = await holdDocument(world);
  });
  afterAll(async () => {
    await world.close();
    await rm(folder, { recursive: true });
  });

  async function medindex(...args: string[]) {
    const [out, err] = [collecting(), collecting()];
    const terminal = { stdout: out.stream, stderr: err.stream, isInteractive: false, width: 80 };
    const env = { MEDINDEX_URL: url, MEDINDEX_API_KEY: ADMIN_KEY };
    return { exitCode: await runCli({ args, env, terminal }), out: out.text(), err: err.text() };
  }

  it('are listed, newest first, and filtered by state, collection, name and day', async () => {
    const all = await medindex('documents');
    expect(all.exitCode).toBe(0);
    expect(all.out.split('\n').filter((line) => line !== '')).toHaveLength(4);
    expect(all.out).toMatch(/^[0-9a-f-]{36} {2}held/);
    expect(all.out).not.toContain('Jane');
    const { documentId } = sepsis;
    expect((await medindex('documents', '--named', 'SEPSIS')).out).toMatch(
      new RegExp(
        `^${documentId}  published +20\\d\\d-\\d\\d-\\d\\d  guidelines  Sepsis in adults \\(sepsis-2025\\.md\\)\n$`,
      ),
    );
    expect((await medindex('documents', '--collection', 'drug_labels')).out.match(/asthma/g)).toHaveLength(4);
    expect((await medindex('documents', '--state', 'held')).out).toContain(held);
    expect((await medindex('documents', '--until', '2001-01-01')).err).toContain('There is no such document');
    expect((await medindex('documents', '--since', '2001-01-01', '--all')).out).toContain(documentId);
  });

  it('are found by id, external id, file name without its extension, or part of the title', async () => {
    for (const name of [sepsis.documentId, 'sepsis-2025.md', 'sepsis-2025', 'sepsis in']) {
      const { exitCode, out } = await medindex('show', name);
      expect([name, exitCode]).toEqual([name, 0]);
      expect(out).toContain('Sepsis in adults is published and can be found');
      expect(out).toContain('2 read from the text layer');
    }
  });

  it('are not guessed: more than one, or none, is said with what to do', async () => {
    const many = await medindex('show', 'asthma-');
    expect(many.exitCode).toBe(0);
    const several = await medindex('delete', 'sthm');
    expect([several.exitCode, several.out]).toEqual([1, '']);
    expect(several.err).toMatch(/More than one document goes by "sthm"[\s\S]*asthma-old\.md[\s\S]*asthma\.md/);
    const none = await medindex('show', 'nothing-like-it');
    expect([none.exitCode, none.err]).toEqual([1, expect.stringContaining('npx medindex documents --named')]);
  });

  it('that are held say what was found where, and what to do', async () => {
    const { out } = await medindex('show', held);
    expect(out).toContain('is held: it seems to contain patient data');
    expect(out).toContain('page 1: social security number (2 times)');
    expect(out).toContain('page 2: name of a patient');
    expect(out).toContain('send it again under the same name (note.pdf)');
    expect((await medindex('download', held)).err).toContain('held back because of suspected patient data');
  });

  it('take the place of one that is there, by its name without the ending too; a name that fits none is refused', async () => {
    const file = join(folder, 'sepsis-2026.md');
    await writeFile(file, '# Sepsis');
    const send = (...options: string[]) => medindex('ingest', file, '--collection', 'guidelines', ...options);
    const wrong = await send('--supersedes', 'sepsis-2052');
    expect(wrong.exitCode).toBe(1);
    expect(wrong.out).toContain('sepsis-2026.md was not taken: What --supersedes names is not in this collection.');
    expect(wrong.out).toContain('Near to it: sepsis-2025.md.');
    const right = await send('--supersedes', 'sepsis-2025');
    expect(right.exitCode).toBe(0);
    expect(right.out).toContain('  takes the place of sepsis-2025.md once it is published');
    const [run] = await world.catalog.runs.list(wholeOrganization(), { limit: 1 });
    expect(run?.metadata).toEqual({ supersedes: ['sepsis-2025.md'], custom: {} });
    // A corrected file that says nothing of it does not bring the old one back.
    const corrected = await send('--title', 'Sepsis, corrected');
    expect(corrected.out).toContain('  takes the place of sepsis-2025.md once it is published');
    const ended = await send('--supersedes-nothing');
    expect(ended.out).not.toContain('takes the place');
    const [alone] = await world.catalog.runs.list(wholeOrganization(), { limit: 1 });
    expect(alone?.metadata).toEqual({ supersedes: [], custom: {} });
    const both = await send('--supersedes', 'sepsis-2025', '--supersedes-nothing');
    expect([both.exitCode, both.err]).toEqual([1, expect.stringContaining('not both')]);
    const later = await send('--supersedes', 'sepsis-2052', '--supersedes-later');
    expect(later.exitCode).toBe(0);
    expect(later.out).not.toContain('takes the place');
    const [waiting] = await world.catalog.runs.list(wholeOrganization(), { limit: 1 });
    expect(waiting?.metadata).toEqual({ supersedes: ['sepsis-2052'], custom: {} });
  });

  it('whose run was held say what was found, and that a later file has settled it', async () => {
    const [heldRun] = await world.catalog.runs.list(wholeOrganization(), { limit: 50, state: 'held' });
    const before = await medindex('status', heldRun?.runId ?? '');
    expect(before.out).toContain('note.pdf is held: it seems to contain patient data');
    expect(before.out).toContain('  found on page 1: social security number (2 times)');
    expect(before.out).toContain('take it out of the file and send it again under the same name (note.pdf)');
  });

  it('wait for a worker: the command says so while there is none', async () => {
    const { polled } = world.starter;
    world.starter.polled = { ...polled, ocr: null };
    const file = join(folder, 'waiting.md');
    await writeFile(file, '# Waiting');
    const some = await medindex('ingest', file, '--collection', 'guidelines');
    expect(some.err).toContain('No worker is running for ocr: what is sent is taken and waits until one is.');
    world.starter.polled = { workflow: null, io: null, ocr: null, embed: null, webhooks: null };
    const none = await medindex('ingest', file, '--collection', 'guidelines');
    expect(none.err).toContain('No worker is running: what is sent');
    world.starter.polled = polled;
    expect((await medindex('ingest', file, '--collection', 'guidelines')).err).not.toContain('No worker');
  });

  it('show their pages and versions', async () => {
    expect((await medindex('pages', 'sepsis-2025')).out).toBe(
      '    1  read from the text layer: text layer covers the page\n    2  read from the text layer: text layer covers the page\n',
    );
    expect((await medindex('pages', 'asthma.md')).err).toContain('no pages');
    expect((await medindex('versions', 'sepsis-2025')).out).toMatch(
      /^ {3}1 {2}20\d\d-\d\d-\d\d \d\d:\d\d {2}published, found by searches; 2 read from the text layer {2}\[run [0-9a-f-]{36}\]\n$/,
    );
  });

  it('are downloaded as they came, and nothing is written over', async () => {
    const first = await medindex('download', 'sepsis-2025', '--output', folder);
    expect(first).toEqual({ exitCode: 0, out: `${join(folder, 'sepsis-2025.md.md')}\n`, err: '' });
    expect(await readFile(join(folder, 'sepsis-2025.md.md'), 'utf8')).toBe('Give fluids.\n\nGive antibiotics.');
    const again = await medindex('download', 'sepsis-2025', '--output', folder);
    expect([again.exitCode, again.err]).toEqual([1, expect.stringContaining('is there already')]);
  });

  it('whose place another has taken are not said to be found, and the new edition is compared with them', async () => {
    const { catalog, vectorIndex, embedder } = world;
    const publish = (externalId: string, passage: string, metadata: DocumentMetadata = {}) =>
      publishDocument({
        catalog,
        vectorIndex,
        embedder,
        collection: 'guidelines',
        externalId,
        passages: [passage],
        metadata: { title: `Stroke, ${externalId}`, ...metadata },
      });
    await publish('stroke-2021.md', 'Give alteplase within 3 hours.');
    await publish('stroke-2025.md', 'Give alteplase within 4.5 hours.', {
      effectiveFrom: '2025-06-01',
      supersedes: ['stroke-2021.md'],
    });
    const former = (await medindex('show', 'stroke-2021')).out;
    expect(former).toContain('is published, and another document has taken its place');
    expect(former).not.toContain('can be found');
    expect(former).toContain('  replaced    by Stroke, stroke-2025.md (stroke-2025.md) from 2025-06-01');
    expect((await medindex('versions', 'stroke-2021')).out).not.toContain('found by searches');
    expect((await medindex('documents', '--named', 'stroke-2021')).out).toContain(', replaced by another\n');
    const changes = await medindex('changes', 'stroke-2025');
    expect([changes.exitCode, changes.out]).toEqual([0, expect.stringContaining('3 hours -> 4.5 hours')]);
    expect(changes.err).toContain('beside stroke-2021.md, whose place it takes');
    await publish('stroke-2031.md', 'Give alteplase.', { effectiveFrom: '2999-01-01' });
    expect((await medindex('show', 'stroke-2031')).out).toContain('is published, and found from 2999-01-01 on');
  });

  it('are named by golden questions; a name that fits none is said', async () => {
    const add = (name: string) =>
      medindex('golden', 'add', `What of ${name}?`, '--collection', 'guidelines', '--document', name);
    expect(await add('sepsis-2025')).toMatchObject({ exitCode: 0, err: '' });
    expect((await add('sepsis-2052')).err).toContain('There is no document sepsis-2052 in guidelines yet');
  });

  it('are deleted at once, and what is said of them afterwards is true', async () => {
    const gone = await medindex('delete', 'asthma-old.md');
    expect([gone.exitCode, gone.out]).toEqual([0, expect.stringContaining('It is deleted and no longer found')]);
    expect(gone.out).toMatch(/Its text and file are erased from 20\d\d-\d\d-\d\d on/);
    expect((await medindex('documents')).out).not.toContain('asthma-old');
    const shown = await medindex('show', 'asthma-old');
    expect([shown.exitCode, shown.err]).toEqual([1, expect.stringContaining('asthma-old.md was deleted')]);
    expect((await medindex('documents', '--state', 'deleted')).out).toContain('asthma-old.md');
    const runs = (await medindex('status')).out.split('\n');
    const run = runs.find((line) => line.includes('asthma-old.md')) ?? '';
    expect((await medindex('status', run.slice(0, 36))).out).toContain('was published, and deleted since');
  });

  it('tell what their newer version says otherwise', async () => {
    const { catalog, vectorIndex, embedder } = world;
    const publish = (externalId: string, passages: readonly string[]) =>
      publishDocument({ catalog, vectorIndex, embedder, collection: 'guidelines', externalId, passages, pages: 1 });
    await publish('zinc.md', ['Give 5 mg of zinc daily.', 'Wash hands.']);
    const alone = await medindex('changes', 'zinc.md');
    expect(alone.exitCode).toBe(1);
    expect(alone.err).toContain('--with <document>');
    await publish('zinc.md', ['Give 10 mg of zinc daily.', 'Wash hands.', 'Rest.']);
    const { exitCode, out } = await medindex('changes', 'zinc.md');
    expect(exitCode).toBe(0);
    expect(out.split('\n')).toEqual([
      'Version 2 beside version 1',
      '',
      'Numbers that changed (1)',
      '  5 mg -> 10 mg',
      '  - Give 5 mg of zinc daily.  [page 1]',
      '  + Give 10 mg of zinc daily.  [page 1]',
      '',
      'New (1)',
      '  + Rest.  [page 1]',
      '',
    ]);
    await publish('zinc-old.md', ['Give 10 mg of zinc daily.', 'Wash hands.', 'Rest.']);
    expect((await medindex('changes', 'zinc.md', '--with', 'zinc-old.md')).out).toBe(
      `Version 2 beside version 1 of document ${(await catalog.documents.list(wholeOrganization(), { limit: 1 }))[0]?.documentId}: they say the same.\n`,
    );
  });
});

function sha256Of(passages: readonly string[]): string {
  return createHash('sha256').update(passages.join('\n\n')).digest('hex');
}

/** A version that screening held, by the calls that the activities make. */
async function holdDocument({ catalog }: ApiWorld): Promise<string> {
  const organizationId = 'default';
  const collection = await catalog.collections.byName(wholeOrganization(), 'guidelines');
  if (!collection) throw new Error('no collection guidelines');
  const object = { key: 'held/default/x', sha256: 'a'.repeat(64), sizeBytes: 1 };
  const { run } = await catalog.runs.accept({
    organizationId,
    collectionId: collection.collectionId,
    sourceKey: 'upload:note.pdf',
    fileName: 'note.pdf',
    actor: 'test',
    object,
    metadata: { title: 'Jane Doe', custom: {} },
  });
  const items = [{ externalId: 'note.pdf', fingerprint: 'f', recordIndex: 0, pageCount: 2 }];
  const [opened] = await catalog.versions.open({ organizationId, runId: run.runId, items });
  if (!opened) throw new Error('no version was opened');
  const found = { start: 0, end: 5, score: 0.9, recogniser: 'ssn/label' };
  await catalog.versions.recordScreening([
    {
      versionId: opened.versionId,
      phiStatus: 'suspected',
      findings: [
        { ...found, category: 'ssn', page: 1 },
        { ...found, category: 'ssn', page: 1, start: 9, end: 12 },
        { ...found, category: 'patient_name', page: 2 },
      ],
    },
  ]);
  await catalog.versions.hold([{ versionId: opened.versionId, reading: object }]);
  await catalog.runs.finish([{ runId: run.runId, state: 'held' }]);
  return opened.documentId;
}
