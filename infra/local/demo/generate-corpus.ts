import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { PROJECT_ROOT } from '../../entry-point.js';
import { ANAPHYLAXIS } from './content/anaphylaxis.js';
import { HAND_HYGIENE } from './content/hand-hygiene.js';
import { HOME_BLOOD_PRESSURE } from './content/home-blood-pressure.js';
import { ORAL_REHYDRATION } from './content/oral-rehydration.js';
import { CARDIOVASCULAR_RECORDS, INFECTION_RECORDS } from './content/pubmed-records.js';
import { drawScannedPdf } from './draw-scan.js';
import { pubmedXml } from './pubmed-xml.js';
import { typesetPdf } from './typeset-pdf.js';

/**
 * Writes those files of the demonstration corpus that are made and not typed: PDFs, scans, PubMed XML. The results are
 * checked in, so that `npm run demo` needs none of this; run it after a change in `content/`:
 * `npm run build && node dist/infra/local/demo/generate-corpus.js`
 */
const CORPUS = join(PROJECT_ROOT, 'infra', 'local', 'demo', 'corpus');

const files: readonly (readonly [path: string, content: Uint8Array | string])[] = [
  ['guidelines/anaphylaxis.pdf', await typesetPdf(ANAPHYLAXIS)],
  ['guidelines/hand-hygiene-scanned.pdf', await drawScannedPdf(HAND_HYGIENE)],
  ['drug_labels/oral-rehydration-salts.pdf', await typesetPdf(ORAL_REHYDRATION)],
  ['consumer_health/home-blood-pressure-scanned.pdf', await drawScannedPdf(HOME_BLOOD_PRESSURE)],
  ['pubmed_abstracts/cardiovascular.xml', pubmedXml(CARDIOVASCULAR_RECORDS)],
  ['pubmed_abstracts/infection.xml.gz', gzipSync(pubmedXml(INFECTION_RECORDS), { level: 9 })],
];

for (const [path, content] of files) {
  const target = join(CORPUS, path);
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, content);
  process.stdout.write(`${path}  ${Math.ceil(content.length / 1024)} kB\n`);
}
