import PDFDocument from 'pdfkit';
import { describe, expect, it } from 'vitest';
import type { TextFormat } from '../../core/contract/ingest-messages.js';
import type { DocumentMetadata } from '../../core/contract/reading.js';
import { bookFile, wordFile } from '../fixtures/documents/office-files.js';
import { childReader } from '../harness/child-reader.js';
import { LIMITS } from './document-reader.contract.js';

const FACTS = {
  issuer: 'Imaginary Health Board',
  edition: '2.0',
  effectiveFrom: '2025-06-01',
  supersedes: ['fever-1', 'fever-0'],
};

/** Issuer, edition, effective date and predecessors, where each kind of file has a place for them. */
describe('what a file says of itself', () => {
  const { reader, files } = childReader();

  async function metadataOf(content: string | Uint8Array): Promise<DocumentMetadata> {
    const path = files.write('guide.bin', content);
    const { format } = await reader.inspect(path, LIMITS);
    return (await reader.readText(path, format as TextFormat, LIMITS)).metadata;
  }

  it('in the properties of a Word file', async () => {
    const property = (name: string, value: string) =>
      `<property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="2" name="${name}">${value}</property>`;
    const custom = [
      property('Publisher', '<vt:lpwstr>Imaginary Health Board</vt:lpwstr>'),
      property('Effective date', '<vt:filetime>2025-06-01T00:00:00Z</vt:filetime>'),
      property('Supersedes', '<vt:lpwstr>fever-1; fever-0</vt:lpwstr>'),
      property('Version', '<vt:r8>2.0</vt:r8>'),
    ].join('');
    const more = [
      { name: 'docProps/custom.xml', content: `<Properties xmlns:vt="vt">${custom}</Properties>` },
      { name: 'docProps/app.xml', content: '<Properties><Company>Somebody else</Company></Properties>' },
    ];
    expect(await metadataOf(wordFile({ more }))).toMatchObject({ title: 'Care of fever', ...FACTS });
    expect(await metadataOf(wordFile({ more: more.slice(1) }))).toMatchObject({ issuer: 'Somebody else' });
  });

  it('in the package of a book', async () => {
    const metadata =
      '<dc:publisher>Imaginary Health Board</dc:publisher><meta property="schema:version">2.0</meta>' +
      '<meta property="dcterms:valid">2025-06-01</meta><meta name="supersedes" content="fever-1; fever-0"/>';
    expect(await metadataOf(bookFile({ metadata }))).toMatchObject(FACTS);
  });

  it('in the meta elements of a page', async () => {
    const page = `<!DOCTYPE html><html lang="en"><head><title>Fever in adults</title>
      <meta name="DC.publisher" content="Imaginary Health Board"><meta name="version" content="2.0">
      <meta name="dcterms.valid" content="start=2025-06-01;"><meta name="dcterms.replaces" content="fever-1">
      <meta name="dcterms.replaces" content="fever-0"></head><body><h1>Fever in adults</h1><p>Drink.</p></body></html>`;
    expect(await metadataOf(page)).toEqual({ title: 'Fever in adults', ...FACTS });
  });

  it('in the JSON-LD of a page, of the document and not of its site', async () => {
    const graph = [
      { '@type': 'WebSite', name: 'Site', version: '9', publisher: 'Nobody' },
      {
        '@type': ['MedicalGuideline', 'Thing'],
        headline: 'Fever in adults',
        author: [{ '@type': 'Person', name: 'Erika Muster' }],
        publisher: { '@type': 'Organization', name: 'Imaginary Health Board' },
        datePublished: '2025-05-01T08:00:00Z',
        version: 2.5,
        validFrom: '2025-06-01',
        'dcterms:replaces': [{ '@id': 'fever-1' }, 'fever-0'],
      },
    ];
    const script = (text: string) => `<script type="application/ld+json">${text}</script>`;
    const page = `<!DOCTYPE html><html><head>${script('{ broken')}${script(JSON.stringify({ '@graph': graph }))}</head>
      <body><h1>Fever</h1><p>Drink.</p></body></html>`;
    expect(await metadataOf(page)).toEqual({
      ...FACTS,
      title: 'Fever in adults',
      authors: ['Erika Muster'],
      publishedOn: '2025-05-01',
      edition: '2.5',
    });
  });

  it('in the information dictionary of a PDF', async () => {
    const info = {
      Title: 'Fever in adults',
      Author: 'Erika Muster; John Doe',
      Publisher: 'Imaginary Health Board',
      Version: '2.0',
      EffectiveDate: '1 June 2025',
      Supersedes: 'fever-1; fever-0',
    };
    const document = new PDFDocument({ info });
    const pieces: Buffer[] = [];
    document.on('data', (piece: Buffer) => pieces.push(piece));
    const ended = new Promise((resolve) => document.on('end', resolve));
    document.text('Drink.').end();
    await ended;
    const path = files.write('guide.pdf', Buffer.concat(pieces));
    expect((await reader.inspect(path, LIMITS)).metadata).toEqual({
      title: 'Fever in adults',
      authors: ['Erika Muster', 'John Doe'],
      ...FACTS,
    });
  });
});
