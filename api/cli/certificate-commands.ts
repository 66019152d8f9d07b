import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { CERTIFICATE_FAULTS, checkCertificate, isCertificate } from '../../core/certifying/check-certificate.js';
import type { MedindexClient } from '../client/client.js';
import { findDocumentId } from './find-document.js';
import { printLine, type Terminal } from './terminal.js';

/** What became of the words of a document's source, place by place. Returns the exit code. */
export async function showAccount(input: {
  client: MedindexClient;
  document: string;
  terminal: Terminal;
}): Promise<number> {
  const { client, document, terminal } = input;
  const documentId = await findDocumentId(client, document);
  const { counts, aside, notices } = await client.documentAccount(documentId);
  printLine(
    terminal.stdout,
    `${counts.words} words in the source, ${counts.read} of them in the text, ${counts.lost} lost`,
  );
  for (const { sentence } of aside) printLine(terminal.stdout, `  ${sentence}`);
  for (const { notice, times } of notices) printLine(terminal.stdout, `  not understood, ${times} times: ${notice}`);
  return counts.lostAt.length > 0 ? 1 : 0;
}

/** Fetches a document's certificate. Returns the exit code. */
export async function fetchCertificate(input: {
  client: MedindexClient;
  document: string;
  options: { readonly output?: string };
  terminal: Terminal;
}): Promise<number> {
  const { client, document, options, terminal } = input;
  const documentId = await findDocumentId(client, document);
  const certificate = `${JSON.stringify(await client.documentCertificate(documentId), null, 2)}\n`;
  if (options.output === undefined) terminal.stdout.write(certificate);
  else {
    await writeFile(options.output, certificate);
    printLine(terminal.stdout, `The certificate is in ${options.output}`);
  }
  return 0;
}

/**
 * Checks a certificate and the file that it is of. Nothing is asked of a system where the public key is given. Returns the exit code: 0 only
 * where signature, key and file are right.
 */
export async function verifyCertificate(input: {
  certificate: string;
  file: string;
  /** Public key in base64, or a file that holds it. */
  key: string | undefined;
  /** Of the stack whose key is trusted where none is given. */
  client: () => Promise<MedindexClient>;
  terminal: Terminal;
}): Promise<number> {
  const { certificate: path, file, key, terminal } = input;
  const value = certificateIn(await readFile(path, 'utf8'));
  const publicKey = key === undefined ? (await (await input.client()).certificateKey()).publicKey : await keyIn(key);
  const fault = checkCertificate(value, { publicKey, fileSha256: await sha256Of(file) });
  if (fault !== null || !isCertificate(value)) {
    printLine(terminal.stderr, CERTIFICATE_FAULTS[fault ?? 'malformed']);
    return 1;
  }
  const { words, pages, certifiedAt } = value;
  const whose = key === undefined ? 'the key of this system' : 'the given key';
  printLine(terminal.stdout, `The certificate is right: signed at ${certifiedAt} with ${whose}, and of this file.`);
  const ofPages = pages.length === 0 ? '' : `${pages.length} ${pages.length === 1 ? 'page' : 'pages'}, `;
  printLine(terminal.stdout, `  ${ofPages}${words.words} words, ${words.read} of them read, ${words.lost} lost`);
  return 0;
}

/** A certificate alone, or an answer of the API that holds one. */
function certificateIn(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && 'data' in value ? value.data : value;
  } catch {
    return null;
  }
}

const PUBLIC_KEY = /^[A-Za-z0-9+/]{43}=$/;

async function keyIn(key: string): Promise<string> {
  return PUBLIC_KEY.test(key) ? key : (await readFile(key, 'utf8')).trim();
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
