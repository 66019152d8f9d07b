import { createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { MedindexClient } from '../client/client.js';
import type { VersionBody } from '../schemas/version.js';
import {
  describeDocument,
  describeFindings,
  describeOutcome,
  describePages,
  describeReview,
  VERSION_WORDS,
} from './document-words.js';
import { findDocumentId } from './find-document.js';
import { printLine, type Terminal } from './terminal.js';

interface DocumentCommandInput {
  readonly client: MedindexClient;
  /** Its id, external id, file name, or part of its title. */
  readonly document: string;
  readonly terminal: Terminal;
}

/** The largest page that the API gives. */
const VERSIONS_PER_CALL = 200;

/** How a document stands: its state in words, its ledger, what was found in it. Returns the exit code. */
export async function showDocument({ client, document, terminal }: DocumentCommandInput): Promise<number> {
  const { stdout } = terminal;
  const documentId = await findDocumentId(client, document);
  const [shown, { versions }] = [
    await client.document(documentId),
    await client.documentVersions(documentId, { limit: 1 }),
  ];
  const version = versions[0];
  printLine(stdout, `${shown.title ?? shown.externalId} ${describeDocument(shown)}`);
  printLine(stdout, `  document    ${documentId}`);
  printLine(stdout, `  known as    ${shown.externalId}, in ${shown.collection}`);
  if (shown.authors.length > 0) printLine(stdout, `  authors     ${shown.authors.join(', ')}`);
  printLine(stdout, `  for         ${shown.safetyLevel} and above, in language ${shown.language}`);
  if (shown.effectiveFrom !== null) printLine(stdout, `  in force    from ${shown.effectiveFrom}`);
  if (shown.supersedes.length > 0) printLine(stdout, `  replaces    ${shown.supersedes.join(', ')}`);
  if (shown.supersededBy) {
    const { documentId: successor, from } = shown.supersededBy;
    printLine(stdout, `  replaced    by ${await nameOf(client, successor)} from ${from}`);
  }
  if (shown.reviewDueAt !== null) printLine(stdout, `  review      ${describeReview(shown)}`);
  if (shown.phiStatus === 'sanitized') {
    printLine(stdout, '  redacted    placeholders stand for what was taken out; its file is not given out');
  }
  printLine(stdout, `  version     ${shown.version.number}, run ${shown.version.runId}`);
  if (!version) return 0;
  if (describePages(version.pages) !== '') printLine(stdout, `  pages       ${describePages(version.pages)}`);
  for (const finding of describeFindings(version.findings)) printLine(stdout, `  found       ${finding}`);
  if (version.number !== shown.version.number) {
    printLine(stdout, `  newest      version ${version.number}: ${VERSION_WORDS[version.state]}`);
  }
  const advice = adviceOn(version, shown.externalId);
  if (advice !== null) printLine(stdout, `  to do       ${advice}`);
  return 0;
}

/** Its title with what it is known by; the id where the key may not see it. */
async function nameOf(client: MedindexClient, documentId: string): Promise<string> {
  return client.document(documentId).then(
    ({ title, externalId }) => (title === null ? externalId : `${title} (${externalId})`),
    () => documentId,
  );
}

function adviceOn({ state }: VersionBody, externalId: string): string | null {
  switch (state) {
    case 'held':
      return `npx medindex reviews list, and decide; or take the patient data out of the file and send it again under the same name (${externalId})`;
    case 'needs_attention':
      return 'see npx medindex pages and npx medindex account, then npx medindex reread, or npx medindex publish-partial';
    case 'failed':
      return 'mend the file and send it again, or npx medindex retry with the run above';
    case 'open':
    case 'published':
    case 'superseded':
    case 'cancelled':
    case 'rejected':
    case 'sanitized':
    case 'archived':
    case 'erased':
      return null;
  }
}

/** The page ledger of the newest version, one line a page. Returns the exit code. */
export async function showPages({ client, document, terminal }: DocumentCommandInput): Promise<number> {
  const documentId = await findDocumentId(client, document);
  const { pages } = await client.documentPages(documentId, { version: 'newest' });
  if (pages.length === 0) printLine(terminal.stderr, 'A document of this kind has no pages.');
  for (const { page, outcome, reason, scores } of pages) {
    const sure = scores.ocrConfidence === undefined ? '' : `, confidence ${Math.round(scores.ocrConfidence)}`;
    printLine(terminal.stdout, `${String(page).padStart(5)}  ${describeOutcome(outcome)}: ${reason}${sure}`);
  }
  return 0;
}

/** Every version of a document, newest first. Returns the exit code. */
export async function showVersions({ client, document, terminal }: DocumentCommandInput): Promise<number> {
  const documentId = await findDocumentId(client, document);
  const { superseded } = await client.document(documentId);
  let cursor: string | null = null;
  do {
    const { versions, next } = await client.documentVersions(documentId, {
      limit: VERSIONS_PER_CALL,
      ...(cursor === null ? {} : { cursor }),
    });
    for (const version of versions) printLine(terminal.stdout, lineOf(version, superseded));
    cursor = next;
  } while (cursor !== null);
  return 0;
}

function lineOf(
  { number, state, live, openedAt, partial, pages, findings, runId }: VersionBody,
  superseded: boolean,
): string {
  const found = superseded ? ', another document has its place' : ', found by searches';
  const words = [
    `${VERSION_WORDS[state]}${live ? found : ''}${partial ? ', without some pages' : ''}`,
    describePages(pages),
    ...describeFindings(findings),
  ].filter((word) => word !== '');
  return `${String(number).padStart(4)}  ${openedAt.slice(0, 16).replace('T', ' ')}  ${words.join('; ')}  [run ${runId}]`;
}

/** Takes a document out of the index. Returns the exit code. */
export async function deleteDocument({ client, document, terminal }: DocumentCommandInput): Promise<number> {
  const documentId = await findDocumentId(client, document);
  const { deletedAt, withdrawnVersions, eraseAt } = await client.deleteDocument(documentId);
  const words =
    withdrawnVersions > 0 ? 'It is deleted and no longer found' : 'It is deleted; nothing of it could be found';
  printLine(terminal.stdout, `${words} (document ${documentId}, ${deletedAt}).`);
  if (eraseAt !== null) {
    printLine(
      terminal.stdout,
      `Its text and file are erased from ${eraseAt.slice(0, 10)} on; sent again, it is there again.`,
    );
  }
  return 0;
}

/** Says that a document was looked over and still holds. Returns the exit code. */
export async function confirmDocument({ client, document, terminal }: DocumentCommandInput): Promise<number> {
  const documentId = await findDocumentId(client, document);
  const { reviewDueAt } = await client.confirmDocument(documentId);
  const next =
    reviewDueAt === null ? 'its collection has no review cycle' : `the next time is due on ${reviewDueAt.slice(0, 10)}`;
  printLine(terminal.stdout, `It stands on record that you looked it over and that it still holds; ${next}.`);
  return 0;
}

/**
 * Writes the file that a document was read from into a folder, or to the path given. An existing file is left as it is.
 * Returns the exit code.
 */
export async function downloadDocument(
  input: DocumentCommandInput & { readonly options: { readonly output?: string } },
): Promise<number> {
  const { client, document, terminal, options } = input;
  const documentId = await findDocumentId(client, document);
  const { fileName, bytes } = await client.documentSource(documentId);
  const { output = '.' } = options;
  const isFolder = await stat(output).then(
    (found) => found.isDirectory(),
    () => false,
  );
  const target = isFolder ? join(output, safeName(fileName)) : output;
  if (
    await stat(target).then(
      () => true,
      () => false,
    )
  ) {
    printLine(terminal.stderr, `${target} is there already. Say where to write with --output.`);
    return 1;
  }
  const partial = `${target}.part`;
  try {
    await pipeline(Readable.from(bytes), createWriteStream(partial));
    await rename(partial, target);
  } finally {
    await rm(partial, { force: true });
  }
  printLine(terminal.stdout, target);
  return 0;
}

/** The name comes from whoever uploaded the file: it must stay in the folder. */
function safeName(fileName: string): string {
  const name = fileName.split(/[/\\]/).at(-1) ?? '';
  return name === '' || name === '.' || name === '..' ? 'document' : name.replace(/\p{Cc}/gu, '_');
}
