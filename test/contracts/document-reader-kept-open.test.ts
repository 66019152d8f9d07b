import { createHash } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { expect, it } from 'vitest';
import { pubmedOperations } from '../../infra/readers/pubmed/pubmed-operations.js';
import type { RecordPart } from '../../infra/readers/reader-protocol.js';
import { childReader } from '../harness/child-reader.js';
import { LIMITS } from './document-reader.contract.js';
import { pubmedXml, pmidAt } from '../fixtures/documents/pubmed-xml.js';
import { manyPagesPdf } from '../fixtures/documents/typeset-pdf.js';

/** Every activity comes with a copy of its own under another name; what was opened once is gone on with. */
const { reader, files } = childReader();

it('goes on in a PDF that it has open, when another copy of the same content is handed over', async () => {
  const bytes = await manyPagesPdf(2);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const path = files.write('copy-1.pdf', bytes);
  const limits = { ...LIMITS, sha256 };
  expect(await reader.readPages(path, { from: 1, to: 1 }, limits)).toMatchObject([{ page: 1, outcome: 'native' }]);
  // Not a page of it could be read, were it opened again.
  const unread = files.write('copy-2.pdf', '%PDF-1.4\nnothing more');
  expect(await reader.readPages(unread, { from: 2, to: 2 }, limits)).toMatchObject([{ page: 2, outcome: 'native' }]);
  // Other content under the same name is other content.
  const other = { ...LIMITS, sha256: 'f'.repeat(64) };
  await expect(reader.readPages(unread, { from: 1, to: 1 }, other)).rejects.toMatchObject({ code: 'PDF_DAMAGED' });
});

it('goes on in a file of records whose first copy is gone', async () => {
  const first = files.write('copy-1.xml', pubmedXml(40));
  const sha256 = createHash('sha256').update(readFileSync(first)).digest('hex');
  const { readRecords } = pubmedOperations();
  const ids: string[] = [];
  const read = (path: string, fromIndex: number) =>
    readRecords?.(
      { path, sha256 },
      { fromIndex, limit: 20, oneByOne: false, budgetMs: 60_000, maxUnpackedBytes: 1e9 },
      async (parts) => {
        for (const part of parts as RecordPart[]) if ('record' in part) ids.push(part.record.externalId);
      },
    );
  expect(await read(first, 0)).toEqual({ total: 40, nextIndex: 20 });
  rmSync(first);
  // A file that is not there: neither the place nor the look for repeated records needs it again.
  expect(await read('/no/such/copy.xml', 20)).toEqual({ total: 40, nextIndex: null });
  expect(ids).toEqual(Array.from({ length: 40 }, (_, index) => `pmid:${pmidAt(index)}`));
});
