import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Bench, missed, type Say } from '../bench.js';
import { MissingForBench } from '../setting/missing.js';
import { OurReader } from '../setting/our-reader.js';
import { pdftotext, pdftotextVersion } from '../setting/other-readers.js';
import { Peer } from '../setting/peer.js';
import { withoutRunningText } from '../setting/running-text.js';
import { shared } from '../setting/samples.js';
import { measureOcrSpeed } from './extract-ocr-speed.js';
import { measureScans, type ScanScores } from './extract-scans.js';
import { measurePubmedReader, PUBMED_RECORDS_PER_SECOND } from './extract-pubmed.js';
import { round, tableLines } from '../setting/statistics.js';
import { comparable, orderKept, similarity, wordRecall, wordsOf } from '../setting/text-similarity.js';
import { KNOWN_DOCUMENTS } from '../setting/typeset/known-documents.js';
import { typeset } from '../setting/typeset/typesetter.js';

/** Of real files against `pdftotext`; of our OCR pool against as many bare engines. */
const TARGETS = { wordRecall: 0.995, ocrSpeedRatio: 0.9 };
const PARTS = ['typeset', 'samples', 'pubmed', 'scans', 'speed'] as const;
const SAMPLE_FOLDERS = ['guidelines', 'drug-labels', 'pdf'];
const LOST_WORDS_SHOWN = 12;

/** A reader's text against the known one. */
interface Score {
  readonly similarity: number;
  readonly order: number;
}

interface FileScores {
  readonly file: string;
  readonly medindex: Score;
  readonly others: Readonly<Record<string, Score>>;
  /** By how much the most similar of the others is less similar; negative where it is more. */
  readonly lead: number;
  readonly beaten: boolean;
}

/**
 * The text layer: PDFs that are set here from known text, read by medindex, `pdftotext`, `pdftotext -layout` and the
 * peer's loader; the words of real files against `pdftotext`; OCR of harmed scans beside the bare engines, and its pages a
 * second; PubMed records a second.
 */
export const extractBench: Bench = {
  name: 'extract',
  summary:
    "[--parts typeset,samples,pubmed,scans,speed] [--without-peer] [--only <part of a name>] [--records 9000] [--keep <folder>]  text of PDFs beside pdftotext and the peer's loader; OCR beside the bare engines; PubMed records a second",
  async run(args, say) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        parts: { type: 'string', default: PARTS.join() },
        'without-peer': { type: 'boolean', default: false },
        only: { type: 'string', default: '' },
        records: { type: 'string', default: '9000' },
        keep: { type: 'string' },
      },
    });
    const parts = new Set(values.parts.split(','));
    const unknown = [...parts].find((part) => !(PARTS as readonly string[]).includes(part));
    if (unknown !== undefined) throw new MissingForBench(`There is no part ${unknown}; parts are ${PARTS.join(', ')}.`);
    const version = await pdftotextVersion();
    say(
      version === null
        ? 'pdftotext is not installed (apt-get install poppler-utils): left out'
        : `pdftotext ${version}`,
    );
    const peer = values['without-peer'] || !parts.has('typeset') ? null : await Peer.install(say);
    const reader = new OurReader();
    const folder = values.keep ?? (await mkdtemp(join(tmpdir(), 'medindex-bench-typeset-')));
    try {
      const { only } = values;
      const hasPdftotext = version !== null;
      const typesetFiles = parts.has('typeset')
        ? await scoreTypeset({ reader, peer, hasPdftotext, folder, only, say })
        : [];
      const samples = parts.has('samples') && hasPdftotext ? await scoreSamples({ reader, only, say }) : [];
      const pubmed = parts.has('pubmed') ? await measurePubmedReader(folder, Number(values.records), say) : [];
      const scans = parts.has('scans') ? await measureScans(only, say) : null;
      const ocrSpeed = parts.has('speed') ? await measureOcrSpeed(say) : [];
      return {
        figures: {
          scans,
          ocrSpeed,
          pubmed,
          typeset: typesetFiles,
          sampleWordRecall: samples.map(({ file, recall, words }) => ({ file, recall, words })),
        },
        short: missed(
          Object.fromEntries([
            ...typesetFiles.map(({ file, beaten }) => [`typeset: ${file}`, beaten] as const),
            ...pubmed.map(
              ({ form, recordsPerSecond }) =>
                [`pubmed: ${form}`, recordsPerSecond >= PUBMED_RECORDS_PER_SECOND] as const,
            ),
            ...samples.map(({ file, recall }) => [`wordRecall: ${file}`, recall >= TARGETS.wordRecall] as const),
            ...scanTargets(scans),
            ...ocrSpeed.map(({ engine, ratio }) => [`speed: ${engine}`, ratio >= TARGETS.ocrSpeedRatio] as const),
          ]),
        ),
      };
    } finally {
      await reader.close();
      if (values.keep === undefined) await rm(folder, { recursive: true, force: true });
    }
  },
};

/** Either engine of ours reads no worse than the native binary without us. */
function scanTargets(scans: ScanScores | null): (readonly [string, boolean])[] {
  const bare = scans?.means['bare tesseract'];
  if (!bare) return [];
  return Object.entries(scans.means)
    .filter(([reader]) => reader.startsWith('medindex'))
    .map(([reader, mean]) => [`scans: ${reader}`, mean.wordErrorRate <= bare.wordErrorRate] as const);
}

async function scoreTypeset(input: {
  reader: OurReader;
  peer: Peer | null;
  hasPdftotext: boolean;
  folder: string;
  only: string;
  say: Say;
}): Promise<FileScores[]> {
  const { reader, peer, folder, say } = input;
  const documents = await Promise.all(KNOWN_DOCUMENTS.filter(({ name }) => name.includes(input.only)).map(typeset));
  const paths = documents.map(({ name }) => join(folder, `${name.replace(/\W+/g, '-')}.pdf`));
  for (const [index, path] of paths.entries()) await writeFile(path, documents[index]?.bytes ?? '');
  const loaded = peer && paths.length > 0 ? await peer.loadPdfs(paths) : [];
  const files: FileScores[] = [];
  for (const [index, { name, truth }] of documents.entries()) {
    const path = paths[index] ?? '';
    const texts: Record<string, string> = {};
    if (input.hasPdftotext) {
      texts['pdftotext'] = (await pdftotext(path)).join('\n');
      texts['pdftotext -layout'] = (await pdftotext(path, ['-layout'])).join('\n');
    }
    if (peer) texts['peer'] = loaded[index] ?? '';
    const { reading } = await reader.read(path);
    const score = scorer(truth);
    const medindex = score(reading.text);
    const others = Object.fromEntries(Object.entries(texts).map(([reader, text]) => [reader, score(text)]));
    const best = Math.max(0, ...Object.values(others).map((other) => other.similarity));
    const bestOrder = Math.max(0, ...Object.values(others).map((other) => other.order));
    const lead = round(medindex.similarity - best, 4);
    files.push({ file: name, medindex, others, lead, beaten: lead > 0 && medindex.order >= bestOrder });
    if (input.only !== '') say(`--- known\n${truth}\n--- medindex\n${reading.text}\n---`);
  }
  files.sort((a, b) => Number(a.beaten) - Number(b.beaten) || a.medindex.similarity - b.medindex.similarity);
  say('similarity / order kept, worst first');
  const names = Object.keys(files[0]?.others ?? {});
  const cell = ({ similarity, order }: Score) => `${similarity.toFixed(4)} / ${order.toFixed(3)}`;
  for (const line of tableLines([
    ['typeset', 'medindex', ...names],
    ...files.map(({ file, medindex, others }) => [
      file,
      cell(medindex),
      ...names.map((name) => cell(others[name] ?? { similarity: 0, order: 0 })),
    ]),
  ])) {
    say(line);
  }
  return files;
}

function scorer(truth: string): (text: string) => Score {
  const known = comparable(truth);
  return (text) => {
    const found = comparable(text);
    return { similarity: round(similarity(known, found), 4), order: round(orderKept(known, found), 4) };
  };
}

interface SampleScore {
  readonly file: string;
  readonly recall: number;
  readonly words: number;
  readonly lost: readonly string[];
}

/** Pages that are read by their text layer, word by word; what a scan says is not `pdftotext`'s to know. */
async function scoreSamples(input: { reader: OurReader; only: string; say: Say }): Promise<SampleScore[]> {
  const scores: SampleScore[] = [];
  for (const folder of SAMPLE_FOLDERS) {
    const names = readdirSync(shared('samples', folder)).filter(
      (name) => name.endsWith('.pdf') && name.includes(input.only),
    );
    for (const name of names.sort()) {
      const path = shared('samples', folder, name);
      let read;
      try {
        read = await input.reader.read(path);
      } catch {
        input.say(`${name}: cannot be read`);
        continue;
      }
      const native = new Set(read.pages.filter((page) => page.outcome === 'native').map((page) => page.page));
      const pages = withoutRunningText(await pdftotext(path)).filter((_, index) => native.has(index + 1));
      const found = wordsOf(read.reading.text);
      const known = new Set(found);
      // A word that is parted at a line's end counts as one where it was read as one.
      const text = pages
        .join('\n')
        .replace(/(\p{L}+)[-‐\u00AD]\n\s*(\p{L}+)/gu, (whole, first: string, second: string) =>
          known.has((first + second).toLowerCase()) ? first + second : whole,
        );
      const expected = wordsOf(text);
      const { recall, lost } = wordRecall(expected, found);
      if (expected.length > 0)
        scores.push({ file: `${folder}/${name}`, recall: round(recall, 4), words: expected.length, lost });
    }
  }
  scores.sort((a, b) => a.recall - b.recall);
  input.say(`word recall against pdftotext, worst first (target ${TARGETS.wordRecall})`);
  for (const { file, recall, words, lost } of scores) {
    if (recall < 1)
      input.say(`${recall.toFixed(4)}  ${file} (${words} words), lost: ${lost.slice(0, LOST_WORDS_SHOWN).join(' ')}`);
  }
  return scores;
}
