import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { PDFDocument, StandardFonts } from 'pdf-lib';
import { degradedScan } from '../setting/scans/degraded-scans.js';

const PAGE = { width: 595, height: 842, margin: 64, size: 10.5, leading: 14 };
/** Characters of Helvetica 10.5 on a line between the margins, roughly. */
const LINE_CHARACTERS = 90;
const LINES_A_PAGE = 46;
const SCAN_CHARACTERS = 900;

/** Sentences of real prose, drawn in an order that is the same in every run. */
export class SentenceSource {
  readonly #sentences: readonly string[];
  #state = 20_261_121;

  constructor(texts: readonly string[]) {
    const prose = texts.flatMap((text) => text.split('\n').filter((line) => !/^[#\s]|^Source:/.test(line)));
    // Standard fonts of PDF have no other characters.
    const plain = prose.map((line) => line.replace(/[^\x20-\x7e]/g, ' ').replace(/\s+/g, ' '));
    this.#sentences = plain
      .flatMap((line) => line.match(/[^.?!]+[.?!]/g) ?? [])
      .filter((sentence) => sentence.length > 30);
    if (this.#sentences.length === 0) throw new Error('there is no prose to draw from');
  }

  next(): string {
    // Numerical Recipes' linear congruential generator: any will do that repeats itself from run to run.
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return (this.#sentences[this.#state % this.#sentences.length] ?? '').trim();
  }

  /** At least so many characters of prose. */
  passage(characters: number): string {
    let text = this.next();
    while (text.length < characters) text += ` ${this.next()}`;
    return text;
  }
}

/** A book with a text layer: a heading and full lines on every page. */
export async function makePdf(path: string, pages: number, source: SentenceSource): Promise<void> {
  const document = await PDFDocument.create();
  document.setTitle('A handbook for measuring');
  const regular = await document.embedFont(StandardFonts.Helvetica);
  const bold = await document.embedFont(StandardFonts.HelveticaBold);
  for (let number = 1; number <= pages; number++) {
    const page = document.addPage([PAGE.width, PAGE.height]);
    let y = PAGE.height - PAGE.margin;
    page.drawText(`${number}. ${source.next().slice(0, 60)}`, { x: PAGE.margin, y, size: 14, font: bold });
    y -= 2 * PAGE.leading;
    const lines = wrap(source.passage(LINES_A_PAGE * LINE_CHARACTERS)).slice(0, LINES_A_PAGE);
    page.drawText(lines.join('\n'), {
      x: PAGE.margin,
      y,
      size: PAGE.size,
      lineHeight: PAGE.leading,
      font: regular,
    });
  }
  await writeFile(path, await document.save());
}

/** Different pictures of pages in a book of scans; the others are one of these again. */
const DIFFERENT_SCANS = 8;

/** A book of scans without a text layer: pictures of 300 dpi, a quarter of a page of text each, as an insert has it. */
export async function makeScans(path: string, pages: number, source: SentenceSource): Promise<void> {
  const document = await PDFDocument.create();
  const pictures = [];
  for (let different = 0; different < Math.min(pages, DIFFERENT_SCANS); different++) {
    const { picture } = degradedScan('grey paper', [source.passage(SCAN_CHARACTERS)]);
    pictures.push(await document.embedPng(picture));
  }
  for (let number = 0; number < pages; number++) {
    const picture = pictures[number % pictures.length];
    const page = document.addPage([PAGE.width, PAGE.height]);
    if (picture) page.drawImage(picture, { x: 0, y: 0, width: PAGE.width, height: PAGE.height });
  }
  await writeFile(path, await document.save());
}

function wrap(text: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line.length + word.length >= LINE_CHARACTERS) {
      lines.push(line);
      line = word;
    } else {
      line += line === '' ? word : ` ${word}`;
    }
  }
  return line === '' ? lines : [...lines, line];
}

/** Characters of the abstract: the mean of PubMed's baseline is about 1,300. */
const ABSTRACT_CHARACTERS = 1_300;

/** A file as PubMed's baseline has them. */
export async function makePubmed(path: string, records: number, source: SentenceSource): Promise<void> {
  const file = createWriteStream(path);
  file.write('<?xml version="1.0" encoding="UTF-8"?>\n<PubmedArticleSet>\n');
  for (let index = 0; index < records; index++) {
    if (!file.write(record(index, source))) await once(file, 'drain');
  }
  file.end('</PubmedArticleSet>\n');
  await finished(file);
}

function record(index: number, source: SentenceSource): string {
  const pmid = 41_000_000 + index;
  return `<PubmedArticle><MedlineCitation Status="MEDLINE" Owner="NLM"><PMID Version="1">${pmid}</PMID>
<Article PubModel="Print"><Journal><ISSN IssnType="Print">0000-0000</ISSN><JournalIssue CitedMedium="Print"><Volume>${1 + (index % 60)}</Volume><PubDate><Year>${1990 + (index % 35)}</Year></PubDate></JournalIssue><Title>Journal of Measurement</Title></Journal>
<ArticleTitle>${escaped(source.next())}</ArticleTitle>
<Abstract><AbstractText>${escaped(source.passage(ABSTRACT_CHARACTERS))}</AbstractText></Abstract>
<AuthorList CompleteYN="Y"><Author ValidYN="Y"><LastName>Muster</LastName><ForeName>Erika</ForeName><Initials>E</Initials></Author></AuthorList>
<Language>eng</Language><PublicationTypeList><PublicationType UI="D016428">Journal Article</PublicationType></PublicationTypeList></Article></MedlineCitation>
<PubmedData><ArticleIdList><ArticleId IdType="pubmed">${pmid}</ArticleId></ArticleIdList></PubmedData></PubmedArticle>
`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
