import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ApiRefusal } from '../../api/client/client.js';
import { wordFile } from '../fixtures/documents/office-files.js';
import { drawPageImage } from '../fixtures/documents/page-image.js';
import { pubmedRecord, pubmedSet } from '../fixtures/documents/pubmed-xml.js';
import { copyOfMigratedDatabase } from '../harness/pglite.js';
import { describeWith } from '../harness/describe-with.js';
import { spokenForms } from '../harness/spoken-forms.js';
import { startStack } from '../harness/stack.js';
import { findTemporal } from '../harness/temporal-binary.js';
import { clientOf, ended } from './killed-world.js';

/** Made up. Long enough that none of them stands anywhere by chance, in whatever form. */
const NAME = 'Wilhelmina Ostrzyhomska';
const SSN = '536-22-1979';
const MRN = '4829150071';
const EMAIL = 'w.ostrzyhomska@mail.example';
const IDENTIFIERS = [NAME, 'Ostrzyhomska', SSN, MRN, EMAIL];

const SENTENCE = `Patient name: ${NAME}, SSN ${SSN}, MRN ${MRN}, patient email: ${EMAIL}.`;

/** One file of each kind of reader, and whether its reading holds all of the sentence as written. */
const FILES: Readonly<Record<string, { content: string | Buffer; collection: string }>> = {
  'note.txt': { content: `A note of the ward.\n\n${SENTENCE}\n`, collection: 'guidelines' },
  'letter.md': { content: `# Letter to the ward\n\n${SENTENCE}\n`, collection: 'guidelines' },
  'page.html': { content: `<html><body><h1>Page</h1><p>${SENTENCE}</p></body></html>`, collection: 'guidelines' },
  'rows.csv': { content: `visit,note\n1,"${SENTENCE}"\n`, collection: 'guidelines' },
  'paper.docx': {
    content: wordFile({ body: `<w:p><w:r><w:t>${SENTENCE}</w:t></w:r></w:p>` }),
    collection: 'guidelines',
  },
  'records.xml': {
    content: pubmedSet([pubmedRecord(1), pubmedRecord(2, { abstract: `<AbstractText>${SENTENCE}</AbstractText>` })]),
    collection: 'pubmed_abstracts',
  },
  'records.xml.gz': {
    content: gzipSync(pubmedSet([pubmedRecord(7, { abstract: `<AbstractText>${SENTENCE}</AbstractText>` })])),
    collection: 'pubmed_abstracts',
  },
  'fax.png': {
    content: drawPageImage([`Patient name: ${NAME}`, `SSN ${SSN}`, `MRN ${MRN}`]),
    collection: 'guidelines',
  },
};

describeWith([await findTemporal()], 'what was held, redacted or rejected', () => {
  let dataDir: string;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'medindex-leaks-files-'));
    dataDir = await mkdtemp(join(tmpdir(), 'medindex-leaks-'));
    await copyOfMigratedDatabase(join(dataDir, 'postgres'));
  });
  afterAll(async () => {
    for (const path of [folder, dataDir]) await rm(path, { recursive: true, force: true });
  });

  test('stands in no store, log or answer in any readable form', async () => {
    const answers: string[] = [];
    // The engine's own logs too, and everything that the processes say.
    const stack = await startStack({ dataDir, env: { LOG_LEVEL: 'debug' } });
    const client = clientOf(stack);
    try {
      const runIds: string[] = [];
      for (const [name, { content, collection }] of Object.entries(FILES)) {
        const path = join(folder, name);
        await writeFile(path, content);
        runIds.push((await client.upload({ path, fileName: name, collection, externalId: name })).runId);
      }
      for (const run of await ended(client, runIds)) {
        expect(
          run.documents.map(({ state }) => state),
          run.fileName,
        ).toContain('held');
        answers.push(JSON.stringify(run));
      }
      const { reviews, counts } = await client.reviews({ limit: 200 });
      answers.push(JSON.stringify({ reviews, counts }));
      expect(reviews).toHaveLength(Object.keys(FILES).length);

      const [redacted, rejected, ...waiting] = reviews;
      if (!redacted || !rejected || !waiting[0]) throw new Error('too few reviews');
      // The one answer that shows it.
      expect(JSON.stringify(await client.review(waiting[0].reviewId))).toContain(SSN);
      const reason = `This is ${NAME}, ${MRN}`;
      await client.decideReview(redacted.reviewId, { decision: 'redact', reason });
      await client.decideReview(rejected.reviewId, { decision: 'reject', reason });
      while ((await client.document(redacted.documentId)).state !== 'published');
      answers.push(JSON.stringify(await client.documentText(redacted.documentId)));

      for (const identifier of IDENTIFIERS) {
        for (const mode of ['text', 'vector', 'hybrid'] as const) {
          const found = await client.search({ query: identifier, mode }).catch((error: unknown) => error);
          answers.push(found instanceof ApiRefusal ? found.message : JSON.stringify(found));
        }
        // What is wrong in these requests is not repeated to whoever sent them.
        for (const ask of [
          () => client.document(identifier),
          () => client.reviews({ collection: identifier }),
          () => client.documents({ state: identifier as 'held' }),
          () => client.decideReview(waiting[0]?.reviewId ?? '', { decision: identifier as 'approve' }),
        ]) {
          const refusal: unknown = await ask().catch((error: unknown) => error);
          expect(refusal).toBeInstanceOf(ApiRefusal);
          answers.push((refusal as ApiRefusal).message);
        }
      }
    } finally {
      await stack.stop();
    }
    answers.push(stack.output());

    const found: string[] = [];
    const look = (place: string, content: Buffer) => {
      for (const identifier of IDENTIFIERS) {
        for (const { form, bytes } of spokenForms(identifier)) {
          if (content.includes(bytes)) found.push(`${identifier}, ${form}: ${place}`);
        }
      }
    };
    for (const answer of answers) look('an answer or a log', Buffer.from(answer));
    let bytesRead = 0;
    for (const file of await filesIn(dataDir)) {
      const content = await readFile(file);
      bytesRead += content.length;
      look(relative(dataDir, file), content);
    }
    // All of it was looked at: the database alone is tens of megabytes.
    expect(bytesRead).toBeGreaterThan(10_000_000);
    expect(found).toEqual([]);
  });

  test('would be found in any of these forms', () => {
    const text = `before ${SSN} after`;
    const forms = [
      Buffer.from(text),
      Buffer.from(text, 'utf16le'),
      Buffer.from(text, 'utf16le').swap16(),
      Buffer.from(Buffer.from(text).toString('hex')),
      Buffer.from([...text].reverse().join('')),
      ...['', 'x', 'xy'].map((pad) => Buffer.from(Buffer.from(pad + text).toString('base64'))),
    ];
    for (const form of forms) expect(spokenForms(SSN).some(({ bytes }) => form.includes(bytes))).toBe(true);
  });
});

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
