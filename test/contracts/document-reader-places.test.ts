import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RecordPage } from '../../core/ports/document-reader.js';
import { ChildProcessDocumentReader } from '../../infra/readers/child-process-document-reader.js';
import { pmidAt, pubmedXml } from '../fixtures/documents/pubmed-xml.js';
import { tempFiles } from '../fixtures/documents/temp-files.js';
import { LIMITS } from './document-reader.contract.js';

const RECORDS = 60;

describe('a child that reads several files of records in turns', () => {
  const reader = new ChildProcessDocumentReader({ childrenPerKind: 1 });
  const files = tempFiles();
  const xml = pubmedXml(RECORDS);
  const packed = gzipSync(xml);
  /** More than it keeps open, a packed one and a cut one among them. */
  let paths: string[];
  beforeAll(() => {
    paths = Array.from({ length: 5 }, (_, index) => files.write(`${index}.xml`, xml));
    paths.push(files.write('packed.xml.gz', packed), files.write('cut.xml.gz', packed.subarray(0, packed.length / 2)));
  });
  afterAll(async () => {
    await reader.close();
    files.remove();
  });

  it.each([[3], [7]])('gives each of %i what it would give it alone', async (count) => {
    const read = new Map<string, RecordPage[]>(paths.slice(-count).map((path) => [path, []]));
    for (let from = 0; from < RECORDS; from += 20) {
      for (const [path, pages] of read) {
        pages.push(await reader.readRecords(path, { fromIndex: from, limit: 20 }, LIMITS));
      }
    }
    const all = Array.from({ length: RECORDS }, (_, index) => `pmid:${pmidAt(index)}`);
    for (const [path, pages] of read) {
      const ids = pages.flatMap(({ records }) => records.map(({ externalId }) => externalId));
      const { damage } = pages.at(-1) ?? {};
      const isCut = path.endsWith('cut.xml.gz');
      expect([ids, damage]).toEqual(isCut ? [all.slice(0, ids.length), 'ARCHIVE_DAMAGED'] : [all, undefined]);
      expect(ids.length).toBeGreaterThan(0);
    }
    expect(reader.childPids).toHaveLength(1);
  });
});
