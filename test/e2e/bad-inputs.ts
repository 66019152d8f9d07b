import { gzipSync, constants, deflateSync } from 'node:zlib';
import { PDFDocument } from 'pdf-lib';
import { encryptedPdf } from '../fixtures/documents/encrypted-pdf.js';
import { bookFile, lockedOfficeFile, slidesFile, wordFile } from '../fixtures/documents/office-files.js';
import { plainPng } from '../fixtures/documents/pictures.js';
import { entityBombXml, externalEntityXml, pubmedXml } from '../fixtures/documents/pubmed-xml.js';
import { guidelinePdf } from '../fixtures/documents/typeset-pdf.js';
import { zipFile, type ZipPart } from '../fixtures/documents/zip-file.js';
import { multipart, type Part, upload } from '../api/multipart.js';

export interface BadInput {
  /** As it stands in docs/bad-input.md. */
  readonly name: string;
  readonly request: () => Promise<{ payload: Buffer; headers: Record<string, string> }>;
}

const MEGABYTE = 1024 * 1024;
/** Of the stack of this test. */
export const UPLOAD_LIMIT_MB = 4;

const GUIDELINE = '# Fever\n\nOffer fluids to everybody with a fever.\n';

/** Every kind of bad input that one upload can be, each made here. */
export const BAD_INPUTS: readonly BadInput[] = [
  file('zero bytes', 'empty.md', () => ''),
  file('PDF cut off in the middle', 'cut.pdf', async () => (await guidelinePdf()).subarray(0, 900)),
  file('PDF with a user password', 'locked.pdf', () =>
    encryptedPdf('Zorbic text behind a password.', { user: 'secret', owner: 'owner' }),
  ),
  file('PDF with an owner password only', 'owner.pdf', () =>
    encryptedPdf('Everybody may read this guideline about fever.', { user: '', owner: 'owner' }),
  ),
  file('PDF of 5,000 empty pages', 'blank.pdf', () => blankPdf(5_000)),
  file('PDF of 5,001 pages', 'long.pdf', () => blankPdf(5_001)),
  file('PDF without a page', 'none.pdf', () => pagelessPdf()),
  file('PDF whose page unpacks to 1 GB', 'bomb.pdf', () => bombPdf(1024 * MEGABYTE)),
  file('gzip of 256 MB of zeros', 'zeros.gz', () => gzipBomb(256 * MEGABYTE)),
  file('gzip cut off in the middle', 'cut.xml.gz', () => {
    const packed = gzipSync(pubmedXml(400));
    return packed.subarray(0, Math.floor(packed.length / 2));
  }),
  file('XML with entities that unpack to 3 GB', 'laughs.xml', () => entityBombXml()),
  file('XML with an external entity', 'external.xml', () => externalEntityXml('/etc/passwd')),
  file('XML cut off in the middle', 'cut.xml', () => {
    const xml = pubmedXml(4);
    return xml.slice(0, Math.floor(xml.length * 0.6));
  }),
  file('XML that is not PubMed', 'other.xml', () => '<?xml version="1.0"?>\n<feed><entry>Fever</entry></feed>\n'),
  file('PDF under the name of a Markdown file', 'really-a-pdf.md', () => guidelinePdf()),
  file('PNG picture, cut off', 'picture.pdf', () => Buffer.from('89504e470d0a1a0a0000000d4948445200000001', 'hex')),
  file('PNG picture of 3,600 megapixels', 'bomb.png', () => plainPng(60_000, 60_000, { rows: 100 })),
  file('white PNG picture', 'white.png', () => plainPng(400, 300)),
  file('GIF picture', 'picture.gif', () => Buffer.from('GIF89a\x01\0\x01\0\0\0\0;', 'latin1')),
  file('DOCX with a password', 'locked.docx', () => lockedOfficeFile()),
  file('DOCX that unpacks to 80 MB of spaces', 'bomb.docx', () => zipFile([wordBomb()])),
  file('DOCX that lies about its size', 'liar.docx', () => zipFile([{ ...wordBomb(), claimedBytes: 1000 }])),
  file('DOCX with a part named ../', 'escape.docx', () =>
    wordFile({ more: [{ name: '../../etc/cron.d/x', content: '' }] }),
  ),
  file('DOCX with an external entity', 'entity.docx', () =>
    zipFile([
      {
        name: 'word/document.xml',
        content: '<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]><w:document xmlns:w="w">&x;</w:document>',
      },
    ]),
  ),
  file('EPUB cut off in the middle', 'cut.epub', () => bookFile().subarray(0, 900)),
  file('PPTX under the name of a PDF', 'really-slides.pdf', () => slidesFile()),
  file('zip of a text', 'text.zip', () => zipFile([{ name: 'fever.txt', content: GUIDELINE }])),
  file('bytes that are not UTF-8', 'latin.md', () => Buffer.from(`${GUIDELINE}caf\xe9 \xff\xfe\xfa`, 'latin1')),
  file('UTF-16 with its mark', 'wide.md', () => Buffer.from(`\ufeff${GUIDELINE}`, 'utf16le')),
  file('white space only', 'white.md', () => ' \n\t\n '.repeat(100)),
  file('name with ../', '../../etc/passwd.md', () => GUIDELINE),
  file('name with a line break', 'two%0D%0Alines.md', () => GUIDELINE),
  file('name of 1,000 characters', `${'n'.repeat(997)}.md`, () => GUIDELINE),
  file('name of 1,001 characters', `${'n'.repeat(998)}.md`, () => GUIDELINE),
  file('name of emoji', `${'🩺'.repeat(300)}.md`, () => GUIDELINE),
  file('larger than the limit', 'large.md', () => 'a '.repeat(((UPLOAD_LIMIT_MB + 1) * MEGABYTE) / 2)),
  whole('unknown collection', async () => upload({ content: GUIDELINE, collection: 'no-such-collection' })),
  parts('metadata that is not JSON', { name: 'metadata', value: '{title: fever' }),
  parts('metadata that is a list', { name: 'metadata', value: '["fever"]' }),
  whole('no file', async () => multipart([{ name: 'collection', value: 'guidelines' }])),
  whole('body cut off', async () => {
    const { payload, headers } = upload({ content: GUIDELINE });
    return { payload: payload.subarray(0, payload.length - 30), headers };
  }),
];

function file(
  name: string,
  fileName: string,
  content: () => string | Uint8Array | Promise<string | Uint8Array>,
): BadInput {
  return { name, request: async () => upload({ fileName, content: await content() }) };
}

function parts(name: string, ...extra: readonly Part[]): BadInput {
  const usual: Part[] = [
    { name: 'collection', value: 'guidelines' },
    { name: 'file', value: GUIDELINE, fileName: 'guide.md' },
  ];
  return { name, request: async () => multipart([...extra, ...usual]) };
}

function whole(name: string, request: BadInput['request']): BadInput {
  return { name, request };
}

function wordBomb(): ZipPart {
  return { name: 'word/document.xml', content: ' '.repeat(80 * MEGABYTE) };
}

async function blankPdf(pages: number): Promise<Uint8Array> {
  const pdf = await PDFDocument.create();
  for (let page = 0; page < pages; page++) pdf.addPage([595, 842]);
  return pdf.save();
}

function pagelessPdf(): Buffer {
  return pdfOf(['<< /Type /Catalog /Pages 2 0 R >>', '<< /Type /Pages /Kids [] /Count 0 >>']);
}

/** One page whose content is `bytes` spaces, deflated to a thousandth, and deflated again. */
function bombPdf(bytes: number): Buffer {
  const stream = deflateSync(deflateSync(Buffer.alloc(bytes, ' '), { level: constants.Z_BEST_SPEED }));
  return pdfOf([
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>',
    Buffer.concat([
      Buffer.from(`<< /Length ${stream.length} /Filter [/FlateDecode /FlateDecode] >>\nstream\n`),
      stream,
      Buffer.from('\nendstream'),
    ]),
  ]);
}

function gzipBomb(bytes: number): Buffer {
  return gzipSync(Buffer.alloc(bytes), { level: constants.Z_BEST_SPEED });
}

/** Numbers the objects from 1 and writes the table of their places. */
function pdfOf(objects: readonly (string | Buffer)[]): Buffer {
  const pieces: Buffer[] = [Buffer.from('%PDF-1.7\n')];
  const places: number[] = [];
  let length = pieces[0]?.length ?? 0;
  objects.forEach((object, index) => {
    places.push(length);
    const piece = Buffer.concat([
      Buffer.from(`${index + 1} 0 obj\n`),
      Buffer.from(object as string),
      Buffer.from('\nendobj\n'),
    ]);
    pieces.push(piece);
    length += piece.length;
  });
  const table = places.map((place) => `${String(place).padStart(10, '0')} 00000 n \n`).join('');
  const size = objects.length + 1;
  pieces.push(
    Buffer.from(
      `xref\n0 ${size}\n0000000000 65535 f \n${table}trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${length}\n%%EOF\n`,
    ),
  );
  return Buffer.concat(pieces);
}
