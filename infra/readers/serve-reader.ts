import { Failure, type FailureCode } from '../../core/contract/failures.js';
import { guardAgainstOrphanhood } from './orphan-guard.js';
import type { Operation, ReaderReply, ReaderRequest } from './reader-protocol.js';

/**
 * The child's side: answers requests one after the other until the parent hangs up. An error that is no `Failure` is
 * the reader's own bug or a broken engine: it is answered as `PARSER_CRASHED` and the process ends, so that the next
 * call starts in a clean one.
 */
export async function serveReader(operations: Readonly<Record<string, Operation>>): Promise<void> {
  let last = Promise.resolve();
  process.on('message', (request: ReaderRequest) => {
    last = last.then(() => answer(request, operations));
  });
  process.on('disconnect', () => process.exit(0));
  await guardAgainstOrphanhood();
  await send({ type: 'ready' });
}

async function answer(request: ReaderRequest, operations: Readonly<Record<string, Operation>>): Promise<void> {
  const { id } = request;
  try {
    const operation = operations[request.operation];
    if (!operation) throw new Failure('INTERNAL', { detail: 'unknown reader operation' });
    const result = await operation(request.file, request.input, (part) => send({ type: 'part', id, part }));
    await send({ type: 'done', id, result });
  } catch (error) {
    const { code, detail, fatal } = failureOf(error);
    await send({ type: 'failed', id, code, ...(detail === undefined ? {} : { detail }) });
    if (fatal) process.exit(1);
  }
}

/** Only the error's class goes out: a parser's message may quote the document. */
function failureOf(error: unknown): { code: FailureCode; detail?: string; fatal: boolean } {
  if (error instanceof Failure) {
    return { code: error.code, ...(error.detail === undefined ? {} : { detail: error.detail }), fatal: false };
  }
  const name = error instanceof Error ? error.name : typeof error;
  // V8 refuses a single buffer that is too large with a RangeError and lives on.
  const tooLarge = error instanceof RangeError && /array length|allocation failed|string length/i.test(error.message);
  return { code: tooLarge ? 'PARSER_OUT_OF_MEMORY' : 'PARSER_CRASHED', detail: `error=${name}`, fatal: true };
}

function send(reply: ReaderReply): Promise<void> {
  return new Promise((resolve) => {
    if (!process.send || !process.connected) return resolve();
    // Waiting for the write is the backpressure: at most one part is on its way.
    process.send(reply, undefined, {}, () => resolve());
  });
}
