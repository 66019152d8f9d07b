import type { DocumentState } from '../../core/contract/states.js';
import type { MedindexClient } from '../client/client.js';
import type { DocumentBody, DocumentList } from '../schemas/document.js';
import { describeReview } from './document-words.js';
import { printLine, type Terminal } from './terminal.js';

export interface ListDocumentsOptions {
  readonly collection?: string;
  readonly state?: DocumentState;
  readonly named?: string;
  /** `YYYY-MM-DD`. */
  readonly since?: string;
  readonly until?: string;
  /** Only those whose place another document has. */
  readonly superseded?: boolean;
  /** Only those that have to be looked over again. */
  readonly reviewDue?: boolean;
  readonly all: boolean;
}

/** As many as fit a screen. */
const SHOWN = 50;
/** The largest page that the API gives. */
const PER_CALL = 200;

/** One line a document, newest first. Returns the exit code. */
export async function listDocuments(input: {
  client: MedindexClient;
  options: ListDocumentsOptions;
  terminal: Terminal;
}): Promise<number> {
  const { client, options, terminal } = input;
  const { collection, state, named, since, until, superseded, reviewDue, all } = options;
  let cursor: string | null = null;
  let shown = 0;
  do {
    const page: DocumentList = await client.documents({
      ...(collection === undefined ? {} : { collection }),
      ...(state === undefined ? {} : { state }),
      ...(named === undefined ? {} : { named }),
      ...(since === undefined ? {} : { changedFrom: since }),
      ...(until === undefined ? {} : { changedTo: until }),
      ...(superseded ? { superseded } : {}),
      ...(reviewDue ? { reviewStatus: 'due' as const } : {}),
      limit: all ? PER_CALL : SHOWN,
      ...(cursor === null ? {} : { cursor }),
    });
    for (const document of page.documents) printLine(terminal.stdout, lineOf(document));
    shown += page.documents.length;
    cursor = page.next;
  } while (all && cursor !== null);
  if (shown === 0) printLine(terminal.stderr, 'There is no such document.');
  if (cursor !== null) printLine(terminal.stderr, `The newest ${shown}; --all shows the rest.`);
  return 0;
}

function lineOf(document: DocumentBody): string {
  const { documentId, state, collection, updatedAt, title, externalId } = document;
  const name = title === null ? externalId : `${title} (${externalId})`;
  const notes = [
    document.superseded && 'replaced by another',
    document.reviewStatus === 'due' && describeReview(document),
  ];
  const said = notes.flatMap((note) => (note ? [`, ${note}`] : [])).join('');
  return `${documentId}  ${state.padEnd(15)} ${updatedAt.slice(0, 10)}  ${collection}  ${name}${said}`;
}
