import { ApiRefusal, type MedindexClient } from '../client/client.js';
import type { ChangeBody, ChangeList, ChangesQuery } from '../schemas/changes.js';
import { findDocumentId } from './find-document.js';
import { printLine, type Terminal } from './terminal.js';

export interface ChangesOptions {
  readonly from?: number;
  readonly to?: number;
  /** Another document to compare with: its id, external id, file name, or part of its title. */
  readonly with?: string;
}

const KIND_WORDS: Readonly<Record<ChangeBody['kind'], string>> = {
  number: 'Numbers that changed',
  negation: 'Said or denied otherwise',
  strength: 'Advised more or less strongly',
  removed: 'Taken out',
  added: 'New',
  wording: 'Worded otherwise',
};

/** The largest page that the API gives. */
const CHANGES_PER_CALL = 200;

/** What a version says otherwise than the one before it, changed numbers first. Returns the exit code. */
export async function showChanges(input: {
  client: MedindexClient;
  document: string;
  options: ChangesOptions;
  terminal: Terminal;
}): Promise<number> {
  const { client, document, options, terminal } = input;
  const { stdout } = terminal;
  const documentId = await findDocumentId(client, document);
  const query: ChangesQuery = {
    limit: CHANGES_PER_CALL,
    ...(options.from === undefined ? {} : { from: options.from }),
    ...(options.to === undefined ? {} : { to: options.to }),
    ...(options.with === undefined ? {} : { fromDocument: await findDocumentId(client, options.with) }),
  };
  let kind: ChangeBody['kind'] | null = null;
  let cursor: string | null = null;
  do {
    const list: ChangeList = await client
      .documentChanges(documentId, { ...query, ...(cursor === null ? {} : { cursor }) })
      .catch(async (error: unknown) => {
        // A new edition under a name of its own has no former version, but an edition whose place it takes.
        const former =
          error instanceof ApiRefusal && error.code === 'NO_FORMER_VERSION' && query.fromDocument === undefined;
        const predecessor = former ? await onlyPredecessor(client, documentId) : null;
        if (predecessor === null) throw error;
        printLine(terminal.stderr, `It has no former version; this is beside ${predecessor}, whose place it takes.`);
        query.fromDocument = await findDocumentId(client, predecessor);
        return client.documentChanges(documentId, query);
      });
    if (cursor === null) printLine(stdout, summaryOf(list));
    for (const change of list.changes) {
      if (change.kind !== kind) printLine(stdout, `\n${KIND_WORDS[change.kind]} (${list.counts[change.kind]})`);
      kind = change.kind;
      for (const line of linesOf(change)) printLine(stdout, line);
    }
    cursor = list.next;
  } while (cursor !== null);
  return 0;
}

async function onlyPredecessor(client: MedindexClient, documentId: string): Promise<string | null> {
  const { supersedes } = await client.document(documentId);
  return supersedes.length === 1 ? (supersedes[0] ?? null) : null;
}

function summaryOf({ from, to, changes, counts }: ChangeList): string {
  const versions =
    from.documentId === to.documentId
      ? `Version ${to.number} beside version ${from.number}`
      : `Version ${to.number} beside version ${from.number} of document ${from.documentId}`;
  if (changes.length > 0) return versions;
  return counts.moved > 0
    ? `${versions}: the same statements, ${counts.moved} of them in other places.`
    : `${versions}: they say the same.`;
}

function linesOf({ before, after, values }: ChangeBody): string[] {
  const numbers = values.map(({ before: old, after: now }) => `${old ?? 'nothing'} -> ${now ?? 'nothing'}`);
  return [
    ...(before && after && numbers.length > 0 ? [`  ${numbers.join(', ')}`] : []),
    ...(before ? [`  - ${before.text}${placeOf(before)}`] : []),
    ...(after ? [`  + ${after.text}${placeOf(after)}`] : []),
  ];
}

function placeOf({ pages }: { readonly pages: readonly number[] }): string {
  return pages[0] === undefined ? '' : `  [page ${pages[0]}]`;
}
