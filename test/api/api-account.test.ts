import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../../api/cli/program.js';
import type { KeyScope } from '../../core/contract/states.js';
import { checkCertificate } from '../../core/certifying/check-certificate.js';
import type { Certificate } from '../../core/contract/certificate.js';
import { assembleText } from '../../core/reading/assemble-text.js';
import { accountFor } from '../../core/reading/witness/account-for.js';
import { wordCounts } from '../../core/reading/witness/word-counts.js';
import { createCertificateSigner } from '../../infra/encryption/certificate-signer.js';
import { generateEncryptionKey, Keyring } from '../../infra/encryption/keyring.js';
import { ADMIN_KEY, ApiWorld } from './api-world.js';
import { holdDocument } from './hold-document.js';
import { type Published, publishDocument } from './publish-document.js';

const TEXT = 'Give fluids.\n\nGive antibiotics.';

describe('the account of words and the certificate', () => {
  let world: ApiWorld;
  let url: string;
  let folder: string;
  let sepsis: Published;
  let old: Published;
  let held: Published;

  beforeAll(async () => {
    world = await ApiWorld.open();
    const app = await world.build();
    await app.listen({ host: '127.0.0.1', port: 0 });
    url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
    folder = await mkdtemp(join(tmpdir(), 'medindex-account-'));
    const { catalog, vectorIndex, embedder, objects } = world;
    const stores = { catalog, vectorIndex, embedder };
    const blocks = TEXT.split('\n\n').map((text) => ({ kind: 'paragraph' as const, text, boxes: [] }));
    const account = accountFor({
      seen: [{ text: `Menu ${TEXT} confidentially secretly`, place: { part: 'text' } }],
      read: TEXT,
      putAside: [{ text: 'Menu', fate: 'furniture', why: 'navigation' }],
    });
    const stored = { runId: 'r', versionId: 'v', documentId: 'd', reading: { ...assembleText(blocks, {}), account } };
    const readingRef = await objects.put('work/default/test/reading.json', Buffer.from(JSON.stringify(stored)));
    sepsis = await publishDocument({
      ...{ ...stores, collection: 'guidelines', externalId: 'sepsis.md', passages: TEXT.split('\n\n') },
      stored: { readingRef, wordCounts: wordCounts(account) },
    });
    old = await publishDocument({ ...stores, collection: 'guidelines', externalId: 'old.md', passages: ['Old.'] });
    held = await holdDocument({ catalog, collection: 'guidelines', externalId: 'held.md', passages: ['Jane Doe.'] });
    await writeFile(join(folder, 'sepsis.md'), TEXT);
  });
  afterAll(async () => {
    await world.close();
    await rm(folder, { recursive: true });
  });

  async function get(path: string, key = ADMIN_KEY) {
    const response = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${key}` } });
    return (await response.json()) as { code?: string; data: never; details?: unknown };
  }

  async function medindex(...args: string[]) {
    let [out, err] = ['', ''];
    const stdout = new Writable({ write: (chunk: Buffer, _, done) => ((out += chunk.toString()), done()) });
    const stderr = new Writable({ write: (chunk: Buffer, _, done) => ((err += chunk.toString()), done()) });
    const terminal = { stdout, stderr, isInteractive: false, width: 80 };
    const env = { MEDINDEX_URL: url, MEDINDEX_API_KEY: ADMIN_KEY };
    return { exitCode: await runCli({ args, env, terminal }), out, err };
  }

  it('tells of each place what is missing and why, with its words for those who may read patient data', async () => {
    const path = `/v1/documents/${sepsis.documentId}/account`;
    expect((await get(path)).data).toMatchObject({
      versionId: sepsis.versionId,
      state: 'published',
      counts: { words: 7, read: 4, furniture: 1, lost: 2, lostAt: [] },
      aside: [
        { fate: 'furniture', why: 'navigation', part: 'text', words: 1, text: 'menu' },
        {
          fate: 'lost',
          sentence: 'Text: 2 words that can be seen there are missing in the text.',
          text: 'confidentially secretly',
        },
      ],
    });
    const created = await world.app.inject({
      ...{ method: 'POST', url: '/v1/keys', headers: { authorization: `Bearer ${ADMIN_KEY}` } },
      payload: { name: 'reader', scopes: ['read'] satisfies KeyScope[], safetyLevel: 'clinical_staff_only' },
    });
    const { key } = created.json<{ data: { key: string } }>().data;
    const shown = JSON.stringify(await get(path, key));
    expect(shown).toContain('"lost":2');
    expect(shown).not.toMatch(/secretly|menu/);
  });

  it('is not there of a held version, nor of one that was read before there was a witness', async () => {
    for (const part of ['account', 'certificate']) {
      expect(await get(`/v1/documents/${held.documentId}/${part}`)).toMatchObject({
        code: 'DOCUMENT_NOT_PUBLISHED',
        details: { state: 'held' },
      });
      expect((await get(`/v1/documents/${old.documentId}/${part}`)).code).toBe('ACCOUNT_MISSING');
      expect((await get(`/v1/documents/${sepsis.runId}/${part}`)).code).toBe('DOCUMENT_NOT_FOUND');
      expect((await get(`/v1/documents/${sepsis.documentId}/${part}?version=${old.versionId}`)).code).toBe('VERSION_NOT_FOUND'); // prettier-ignore
    }
  });

  it('certificates hold without the system, and none of a changed file, content or key does', async () => {
    const certificate: Certificate = (await get(`/v1/documents/${sepsis.documentId}/certificate`)).data;
    const { publicKey } = (await get('/v1/certificates/key')).data as { publicKey: string };
    const fileSha256 = createHash('sha256').update(TEXT).digest('hex');
    const trusted = { publicKey, fileSha256 };
    expect(certificate).toMatchObject({
      file: { sha256: fileSha256 },
      text: { sha256: fileSha256 },
      words: { lost: 2 },
    });
    expect(checkCertificate(certificate, trusted)).toBeNull();
    expect(checkCertificate({ ...certificate, words: { ...certificate.words, lost: 0 } }, trusted)).toBe('altered');
    expect(checkCertificate({ ...certificate, more: 1 }, trusted)).toBe('altered');
    expect(checkCertificate(certificate, { ...trusted, fileSha256: '00' })).toBe('otherFile');
    expect(checkCertificate('{}', trusted)).toBe('malformed');
    const other = createCertificateSigner(new Keyring([generateEncryptionKey()]));
    expect(checkCertificate(certificate, { ...trusted, publicKey: other.publicKey })).toBe('foreign');
    const forged = { ...certificate, signature: { ...certificate.signature, publicKey: other.publicKey } };
    expect(checkCertificate(forged, trusted)).toBe('altered');
  });

  it('the command line fetches and verifies, and exits with 1 and a sentence where something is wrong', async () => {
    const [path, file] = [join(folder, 'sepsis.certificate.json'), join(folder, 'sepsis.md')];
    expect((await medindex('certificate', sepsis.documentId, '--output', path)).exitCode).toBe(0);
    expect((await medindex('account', sepsis.documentId)).out).toContain(
      '7 words in the source, 4 of them in the text, 2 lost',
    );
    expect(await medindex('verify', path, file)).toMatchObject({ exitCode: 0, err: '' });

    const { publicKey } = (await get('/v1/certificates/key')).data as { publicKey: string };
    const nowhere = ['--url', 'http://127.0.0.1:9'];
    expect((await medindex('verify', path, file, '--key', publicKey, ...nowhere)).out).toContain('is right');
    const other = createCertificateSigner(new Keyring([generateEncryptionKey()])).publicKey;
    expect(await medindex('verify', path, file, '--key', other)).toMatchObject({ exitCode: 1, err: expect.stringContaining('another key') as string }); // prettier-ignore

    await writeFile(join(folder, 'changed.md'), `${TEXT}!`);
    expect(await medindex('verify', path, join(folder, 'changed.md'))).toMatchObject({ exitCode: 1, err: expect.stringContaining('another file') as string }); // prettier-ignore
    const certificate: Certificate = (await get(`/v1/documents/${sepsis.documentId}/certificate`)).data;
    const altered = join(folder, 'altered.json');
    await writeFile(altered, JSON.stringify({ ...certificate, state: 'superseded' }));
    expect(await medindex('verify', altered, file)).toMatchObject({ exitCode: 1, err: expect.stringContaining('was changed') as string }); // prettier-ignore
    await writeFile(altered, 'no JSON');
    expect((await medindex('verify', altered, file)).exitCode).toBe(1);
  });
});
