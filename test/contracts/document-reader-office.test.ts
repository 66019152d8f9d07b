import { describe, expect, it } from 'vitest';
import type { TextFormat } from '../../core/contract/ingest-messages.js';
import type { Reading } from '../../core/contract/reading.js';
import {
  bookFile,
  lockedOfficeFile,
  pathwaySlidesFile,
  slidesFile,
  wordFile,
  workedOnWordFile,
} from '../fixtures/documents/office-files.js';
import { zipFile } from '../fixtures/documents/zip-file.js';
import { childReader } from '../harness/child-reader.js';
import { expectExactOffsets, LIMITS } from './document-reader.contract.js';

const MEGABYTE = 1024 * 1024;

describe('documents in archives, and tables', () => {
  const { reader, files } = childReader();

  const failure = (code: string) => expect.objectContaining({ name: 'Failure', code }) as unknown;

  async function read(name: string, content: string | Uint8Array): Promise<{ format: string; reading: Reading }> {
    const path = files.write(name, content);
    const { format } = await reader.inspect(path, LIMITS);
    const reading = await reader.readText(path, format as TextFormat, LIMITS);
    expectExactOffsets(reading);
    return { format, reading };
  }

  const blocksOf = ({ text, blocks }: Reading) =>
    blocks.map(({ kind, start, end }) => [kind, text.slice(start, end)] as const);

  it('reads a Word document: headings, nested lists, tables, metadata', async () => {
    const { format, reading } = await read('guide.bin', wordFile());
    expect(format).toBe('docx');
    expect(reading.metadata).toMatchObject({ title: 'Care of fever', authors: ['A. Writer', 'B. Writer'] });
    expect(blocksOf(reading)).toEqual([
      ['heading', 'Treatment'],
      ['paragraph', 'Give fictamycin 0.5 mg/kg twice daily.'],
      ['heading', 'Doses'],
      ['list', '- by mouth\n  - with food\n- by injection'],
      ['table', 'Age | Dose\nAdults | 40 mg\nChildren | 1 mg/kg'],
    ]);
    expect(reading.blocks[3]?.sectionPath).toEqual(['Treatment', 'Doses']);
  });

  it('reads a presentation in the order in which it is shown, titles first', async () => {
    const { format, reading } = await read('talk.bin', slidesFile());
    expect(format).toBe('pptx');
    expect(reading.metadata.title).toBe('Care of fever');
    expect(blocksOf(reading)).toEqual([
      ['heading', 'Treatment of fever'],
      ['list', '- by mouth\n  - with food\n- by injection'],
      ['heading', 'Doses'],
      ['table', 'Age | Dose\nAdults | 40 mg'],
    ]);
  });

  it('reads a Word document that was worked on as it is shown', async () => {
    const { reading } = await read('worked.bin', workedOnWordFile());
    expect(blocksOf(reading)).toEqual([
      ['heading', 'Treatment'],
      ['paragraph', 'Give fictamycin^[1] early. Inserted words.'],
      ['paragraph', '[1] Not in pregnancy.'],
      ['paragraph', 'Moved words. Shown again.'],
      ['paragraph', 'dose = weighth²/2'],
      ['heading', 'Doses'],
      ['caption', 'Table 1. Doses'],
      ['table', 'Age | Drug | Dose\nAdults | Fictamycin | 40 mg\nAdults | Madeupril | 5 mg\nChildren | | 1 mg/kg'],
    ]);
    expect(reading.blocks[2]?.sectionPath).toEqual(['Treatment']);
  });

  it('reads what slides show, diagrams too, and neither notes nor hidden slides', async () => {
    const { reading } = await read('pathway.bin', pathwaySlidesFile());
    expect(blocksOf(reading)).toEqual([
      ['heading', 'Pathway'],
      ['table', 'Age | Drug | Dose\nAdults | Fictamycin | 40 mg\nAdults | Madeupril | 5 mg'],
      ['list', '- Assess\n- Treat'],
    ]);
  });

  it('reads a book by its spine, without its table of contents', async () => {
    const { format, reading } = await read('book.bin', bookFile());
    expect(format).toBe('epub');
    expect(reading.language).toBe('pt');
    expect(reading.metadata).toEqual({
      title: 'Handbook of fever',
      authors: ['A. Writer'],
      publishedOn: '2024-03-01',
      issuer: 'Imaginary Press',
    });
    expect(blocksOf(reading)).toEqual([
      ['heading', 'First steps'],
      ['paragraph', 'Measure the temperature.'],
      ['list', '- by mouth\n- by ear'],
      ['heading', 'Doses'],
      ['table', 'Age | Dose\nAdults | 40 mg'],
    ]);
  });

  it('reads a CSV of short cells as one table', async () => {
    const { format, reading } = await read(
      'doses.txt',
      '\uFEFFDrug;Route;Dose\r\nFictamycin;oral;"40;mg"\r\nMadeupril;i.v.;5 mg\r\n',
    );
    expect(format).toBe('csv');
    expect(blocksOf(reading)).toEqual([
      ['table', 'Drug | Route | Dose\nFictamycin | oral | 40;mg\nMadeupril | i.v. | 5 mg'],
    ]);
  });

  it('reads a CSV of labels as a section a row', async () => {
    const long = 'Fictamycin is given to adults whose fever has lasted longer than three days. '.repeat(3).trim();
    const { reading } = await read(
      'labels.csv',
      `Drug,Indications,Dose\nFictamycin,"${long}",40 mg\nMadeupril,Pressure,5 mg\n`,
    );
    expect(blocksOf(reading)).toEqual([
      ['heading', 'Fictamycin'],
      ['paragraph', `Indications: ${long}`],
      ['paragraph', 'Dose: 40 mg'],
      ['heading', 'Madeupril'],
      ['paragraph', 'Indications: Pressure'],
      ['paragraph', 'Dose: 5 mg'],
    ]);
  });

  it.each([
    ['prose', 'Fever, as a rule, is treated.\nIt rises, falls, and goes.\nDrink, rest, sleep.\n'],
    ['a list', 'Aspirin, 100 mg\nIbuprofen, 200 mg\nParacetamol, 500 mg\n'],
    ['lines of uneven length', 'a,b,c\nd\ne,f\ng\n'],
  ])('does not take %s for a table', async (_name, content) => {
    expect((await reader.inspect(files.write('not.csv', content), LIMITS)).format).toBe('text');
  });

  it('refuses what is made to harm, each with its code', async () => {
    const document = (content: string) => ({ name: 'word/document.xml', content });
    const entity = `<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]><w:document xmlns:w="w">&x;</w:document>`;
    const cases: [string, Uint8Array, string][] = [
      ['locked.docx', lockedOfficeFile(), 'OFFICE_ENCRYPTED'],
      ['old.doc', Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(2048)]), 'UNSUPPORTED_TYPE'],
      ['parts.docx', zipFile([{ ...document('<w/>'), encrypted: true }]), 'OFFICE_ENCRYPTED'],
      ['escape.docx', wordFile({ more: [{ name: '../../etc/cron.d/x', content: '' }] }), 'ARCHIVE_UNSAFE'],
      ['absolute.docx', wordFile({ more: [{ name: '/etc/passwd', content: '' }] }), 'ARCHIVE_UNSAFE'],
      ['claims.docx', wordFile({ more: [{ name: 'x', content: '', claimedBytes: 2 ** 31 }] }), 'ARCHIVE_TOO_LARGE'],
      ['bomb.docx', zipFile([document(' '.repeat(80 * MEGABYTE))]), 'ARCHIVE_TOO_LARGE'],
      ['liar.docx', zipFile([{ ...document(' '.repeat(80 * MEGABYTE)), claimedBytes: 1000 }]), 'ARCHIVE_DAMAGED'],
      ['entity.docx', zipFile([document(entity)]), 'ARCHIVE_UNSAFE'],
      ['cut.docx', wordFile().subarray(0, 900), 'ARCHIVE_DAMAGED'],
      ['other.zip', zipFile([{ name: 'a.txt', content: 'just a text' }]), 'ARCHIVE_OF_FILES'],
      ['locked.zip', zipFile([{ name: 'a.pdf', content: '%PDF', encrypted: true }]), 'ARCHIVE_OF_FILES'],
      ['large.zip', zipFile([{ name: 'a.pdf', content: '%PDF', claimedBytes: 2 ** 31 }]), 'ARCHIVE_OF_FILES'],
      ['sheet.xlsx', zipFile(['[Content_Types].xml', 'xl/workbook.xml'].map((name) => ({ name, content: '<x/>' }))), 'UNSUPPORTED_TYPE'], // prettier-ignore
      ['no-book.epub', zipFile([{ name: 'META-INF/container.xml', content: '<container/>' }]), 'ARCHIVE_DAMAGED'],
    ];
    for (const [name, content, code] of cases) {
      await expect(read(name, content), name).rejects.toEqual(failure(code));
    }
  });

  it('reads or refuses files with flipped bytes, and reads the next one', async () => {
    for (const whole of [wordFile(), slidesFile(), bookFile()]) {
      for (let round = 0; round < 10; round++) {
        const broken = Buffer.from(whole);
        for (let flip = 0; flip < 6; flip++) {
          const at = 4 + ((round * 7919 + flip * 104_729) % (broken.length - 4));
          broken[at] = (broken[at] ?? 0) ^ (1 << (flip & 7));
        }
        const path = files.write('flip.bin', broken);
        const ended = await reader
          .inspect(path, LIMITS)
          .then(({ format }) => reader.readText(path, format as TextFormat, LIMITS))
          .then(
            () => 'read',
            (error: { code?: string }) => error.code,
          );
        expect(ended).toMatch(/^(?:read|ARCHIVE_|OFFICE_|UNSUPPORTED_TYPE|TEXT_UNREADABLE|INTERNAL)/);
      }
    }
    expect((await read('after.bin', wordFile())).format).toBe('docx');
  });
});
