import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Reading } from '../../core/contract/reading.js';
import type { Catalog } from '../../core/ports/catalog.js';
import type { DocumentReader } from '../../core/ports/document-reader.js';
import { assembleText } from '../../core/reading/assemble-text.js';
import { accountFor } from '../../core/reading/witness/account-for.js';
import { createPostgresCatalog } from '../../infra/postgres/postgres-catalog.js';
import { describeWith } from '../harness/describe-with.js';
import { EVERYTHING, type IngestEngine, startIngestEngine } from '../harness/ingest-engine.js';
import { openTestDatabase, type TestDatabase } from '../harness/postgres.js';
import { startTemporal, type TemporalServer } from '../harness/temporal.js';
import { findTemporal } from '../harness/temporal-binary.js';

const DROPPED = 'Never give aspirin to a child with a viral illness.';
const GUIDELINE = `# Fever\n\nOffer fluids to everybody.\n\n${DROPPED}\n\nCome back after three days.\n`;

describeWith([await findTemporal()], 'a reader that loses a paragraph', () => {
  let temporal: TemporalServer;
  let database: TestDatabase;
  let catalog: Catalog;
  let engine: IngestEngine;
  let folder: string;

  beforeAll(async () => {
    temporal = await startTemporal();
    database = await openTestDatabase();
    catalog = createPostgresCatalog({ pool: database.pool });
    folder = await mkdtemp(join(tmpdir(), 'medindex-lost-'));
    engine = await startIngestEngine({
      temporal,
      database,
      replace: (deps) => ({ ...deps, reader: losing(deps.reader) }),
    });
  });
  afterAll(async () => {
    await engine?.stop();
    await database?.close();
    await temporal?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** Its witness sees the whole text, its reading lacks a paragraph. */
  function losing(real: DocumentReader): DocumentReader {
    return new Proxy(real, {
      get(target, property) {
        if (property === 'readText') {
          return async (...args: Parameters<DocumentReader['readText']>) =>
            withoutParagraph(await target.readText(...args));
        }
        const member: unknown = Reflect.get(target, property);
        return typeof member === 'function' ? (member.bind(target) as unknown) : member;
      },
    });
  }

  function withoutParagraph(whole: Reading): Reading {
    const blocks = whole.blocks
      .map(({ kind, start, end, headingLevel }) => ({
        kind,
        text: whole.text.slice(start, end),
        ...(headingLevel === undefined ? {} : { headingLevel }),
        boxes: [],
      }))
      .filter(({ text }) => text !== DROPPED);
    const reading = assembleText(blocks, whole.metadata, { language: whole.language });
    return {
      ...reading,
      account: accountFor({ seen: [{ text: whole.text, place: { part: 'text' } }], read: reading.text }),
    };
  }

  test('ends with its document waiting for a person, who is told where and may publish it', async () => {
    const path = join(folder, 'fever.md');
    await writeFile(path, GUIDELINE);
    const runId = await engine.upload(path, 'guidelines');
    const [run] = await engine.runsEnded([runId]);
    expect(run).toMatchObject({ state: 'needs_attention', error: { code: 'WORDS_LOST' } });
    const [document] = (await catalog.runs.get(EVERYTHING, runId))?.documents ?? [];
    const documentId = document?.documentId ?? '';
    expect(await catalog.documents.liveText(EVERYTHING, documentId)).toBeNull();
    const accounted = await catalog.documents.account(EVERYTHING, documentId, 'newest');
    expect(accounted).toMatchObject({
      state: 'needs_attention',
      wordCounts: { lost: 10, lostAt: [{ part: 'text', words: 10 }] },
    });
    // The words themselves stay out of the catalog.
    expect(JSON.stringify(accounted)).not.toContain('aspirin');

    expect(await catalog.versions.publishPartial(EVERYTHING, documentId, 'key-1')).toMatchObject({ already: false });
    expect(await catalog.documents.liveText(EVERYTHING, documentId)).not.toContain('aspirin');
    const chunks = (await catalog.documents.chunks(EVERYTHING, documentId)) ?? [];
    expect(chunks.length).toBeGreaterThan(0);
    expect(chunks.every((chunk) => chunk.partial)).toBe(true);
  });
});
