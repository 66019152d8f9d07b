import type { PageMethod } from '../../core/contract/states.js';
import type { MedindexClient } from '../client/client.js';
import { findDocumentId } from './find-document.js';
import { followToItsEnd } from './run-commands.js';
import { printLine, type Terminal } from './terminal.js';

export interface RereadOptions {
  readonly by: PageMethod;
  readonly wait: boolean;
}

/** Has one page read again. Returns the exit code: 0 only for a good end, where it waits for one. */
export async function rereadPage(input: {
  client: MedindexClient;
  document: string;
  page: number;
  options: RereadOptions;
  terminal: Terminal;
}): Promise<number> {
  const { client, document, page, options, terminal } = input;
  const documentId = await findDocumentId(client, document);
  const { runId } = await client.rereadPage(documentId, page, options.by);
  if (options.wait) return followToItsEnd({ client, runId, terminal });
  printLine(terminal.stdout, `Page ${page} is read again: run ${runId}`);
  printLine(terminal.stdout, `Follow it with: npx medindex status ${runId}`);
  return 0;
}

/** Publishes what could be read of a document. Returns the exit code. */
export async function publishPartial(input: {
  client: MedindexClient;
  document: string;
  terminal: Terminal;
}): Promise<number> {
  const { client, document, terminal } = input;
  const documentId = await findDocumentId(client, document);
  const { failedPages } = await client.publishPartial(documentId);
  if (failedPages === 0) {
    printLine(terminal.stdout, 'It is published, with all of its pages.');
    return 0;
  }
  const pages = failedPages === 1 ? 'one page' : `${failedPages} pages`;
  printLine(terminal.stdout, `It is published without ${pages}; searches mark its passages as partial.`);
  return 0;
}
