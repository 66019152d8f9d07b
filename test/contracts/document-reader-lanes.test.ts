import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RecordPage } from '../../core/ports/document-reader.js';
import { ChildProcessDocumentReader } from '../../infra/documents/child-process-document-reader.js';
import { pubmedRecord, pubmedSet } from '../fixtures/documents/pubmed-xml.js';
import { tempFiles } from '../fixtures/documents/temp-files.js';
import { LIMITS } from './document-reader.contract.js';

const RECORDS = 700;
const REPEATED = 50;

/** Large enough, packed too, to be read by several children. */
describe('children that read one file of records together', () => {
  const alone = new ChildProcessDocumentReader({ childrenPerKind: 1 });
  const together = new ChildProcessDocumentReader({ childrenPerKind: 2 });
  const files = tempFiles();
  const xml = pubmedSet(
    Array.from({ length: RECORDS }, (_, index) => {
      const record = pubmedRecord(index % (RECORDS - REPEATED), { abstract: noise(index) });
      return index % 97 === 5 ? record.replace('</ArticleTitle>', '') : record;
    }),
  );
  let plain: string;
  let packed: string;
  let cut: string;
  beforeAll(() => {
    plain = files.write('lanes.xml', xml);
    const gzip = gzipSync(xml);
    packed = files.write('lanes.xml.gz', gzip);
    cut = files.write('cut.xml.gz', gzip.subarray(0, gzip.length * 0.9));
  });
  afterAll(async () => {
    await Promise.all([alone.close(), together.close()]);
    files.remove();
  });

  it('give what one alone gives, in batches of any size', async () => {
    for (const path of [plain, packed, cut]) {
      expect(await all(together, path, 150)).toEqual(await all(alone, path, 150));
    }
    expect(together.childPids).toHaveLength(2);
    const odd = { fromIndex: 333, limit: 9 };
    expect(await together.readRecords(packed, odd, LIMITS)).toEqual(await alone.readRecords(packed, odd, LIMITS));
  });

  it('keep their places in several files', async () => {
    const [one, other] = await Promise.all([all(together, plain, 50), all(together, packed, 70)]);
    const records = one.flatMap((page) => page.records);
    expect(other.flatMap((page) => page.records)).toEqual(records);
    const broken = one.flatMap((page) => page.failures).length;
    expect(records).toHaveLength(RECORDS - REPEATED - broken);
  });
});

async function all(reader: ChildProcessDocumentReader, path: string, limit: number): Promise<RecordPage[]> {
  const pages: RecordPage[] = [];
  for (let next: number | null = 0; next !== null;) {
    const page: RecordPage = await reader.readRecords(path, { fromIndex: next, limit }, LIMITS);
    pages.push(page);
    next = page.nextIndex;
  }
  return pages;
}

/** Text of 4 kB that packs badly. */
function noise(seed: number): string {
  return Array.from({ length: 60 }, (_, at) => createHash('sha256').update(`${seed} ${at}`).digest('hex')).join(' ');
}
