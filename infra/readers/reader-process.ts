import { pubmedOperations } from './pubmed/pubmed-operations.js';
import { READER_KINDS, type Operation, type ReaderKind } from './reader-protocol.js';
import { serveReader } from './serve-reader.js';
import { textOperations } from './text-operations.js';

/** Entry of a reader's child process; its one argument is the kind. An engine is loaded by its own kind only. */
const OPERATIONS: Readonly<Record<ReaderKind, () => Promise<Record<string, Operation>>>> = {
  text: () => Promise.resolve(textOperations()),
  pdf: async () => (await import('./pdf/pdf-operations.js')).pdfOperations(),
  image: async () => (await import('./image/image-operations.js')).imageOperations(),
  pubmed: () => Promise.resolve(pubmedOperations()),
};

const kind = READER_KINDS.find((known) => known === process.argv[2]);
if (!kind) throw new Error('the kind of reader is missing');
await serveReader(await OPERATIONS[kind]());
