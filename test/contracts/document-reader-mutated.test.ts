import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Original } from '../../bench/setting/robustness/mutations.js';
import {
  MAX_DAMAGED_BYTES,
  MAX_PEAK_BYTES,
  readDamagedCopies,
  TOO_SLOW,
} from '../../bench/setting/robustness/read-damaged-copies.js';
import { KNOWN_DOCUMENTS } from '../../bench/setting/typeset/known-documents.js';
import { typeset } from '../../bench/setting/typeset/typesetter.js';
import { PROJECT_ROOT } from '../../infra/entry-point.js';
import { tempFiles } from '../fixtures/documents/temp-files.js';
import { encryptedPdf } from '../fixtures/documents/encrypted-pdf.js';
import { guidelinePdf, mixedPdf, scannedPdf, twoColumnPdf } from '../fixtures/documents/typeset-pdf.js';

const SHARED = join(process.env['MEDINDEX_SHARED'] ?? join(PROJECT_ROOT, '..', 'shared'), 'samples', 'pdf');
/** The first of the 500 that `npm run bench -- robustness` reads; of each kind of harm there are eight or more. */
const COPIES = 60;

async function originals(): Promise<Original[]> {
  if (existsSync(SHARED)) {
    return readdirSync(SHARED)
      .filter((name) => name !== TOO_SLOW)
      .map((name) => ({ name, bytes: readFileSync(join(SHARED, name)) }))
      .filter(({ bytes }) => bytes.length <= MAX_DAMAGED_BYTES);
  }
  const own = await Promise.all([guidelinePdf(), mixedPdf(), scannedPdf([['Fictamycin']]), twoColumnPdf(['a'], ['b'])]);
  const set = await Promise.all(KNOWN_DOCUMENTS.slice(0, 6).map(typeset));
  return [...own, ...set.map(({ bytes }) => bytes), encryptedPdf('Secret', { user: 'a', owner: 'b' })].map(
    (bytes, index) => ({ name: `typeset-${index}.pdf`, bytes }),
  );
}

describe('damaged copies of real PDFs', () => {
  const files = tempFiles();
  afterAll(() => files.remove());

  it(`each of ${COPIES} ends in pages or in a reason, and none takes the reader with it`, async () => {
    const wholePath = files.write('whole.pdf', await guidelinePdf());
    const { read, faults, peakBytes, afterwards } = await readDamagedCopies({
      originals: await originals(),
      copies: COPIES,
      folder: dirname(wholePath),
      wholePath,
    });
    expect(faults).toEqual({});
    expect(read).toBe(COPIES);
    expect(peakBytes).toBeLessThan(MAX_PEAK_BYTES);
    expect(afterwards).toEqual(['native', 'native', 'native']);
  });
});
