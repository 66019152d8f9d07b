import { explainError } from '../../../api/cli/explain-error.js';
import { findFiles, type FoundFile } from '../../../api/cli/find-files.js';
import { followRun } from '../../../api/cli/follow-run.js';
import { createProgress, type FileProgress, progressOf } from '../../../api/cli/progress.js';
import { describeRun } from '../../../api/cli/run-words.js';
import { printLine, type Terminal } from '../../../api/cli/terminal.js';
import type { FileClient } from '../../../api/client/file-client.js';
import type { RunBody } from '../../../api/schemas/run.js';

export interface IngestSummary {
  readonly files: number;
  /** Files that can be searched now. */
  readonly published: number;
  /** A line for each file that ended as it should not: failed, refused or cancelled. */
  readonly unexpected: readonly string[];
}

/** Files under way at a time: a local stack has eight slots for reading. */
const FILES_AT_ONCE = 6;

/** Sends every file below a folder in through the HTTP API and follows each to its end. */
export async function ingestFiles(input: {
  client: FileClient;
  folder: string;
  terminal: Terminal;
}): Promise<IngestSummary> {
  const { client, folder, terminal } = input;
  const { files, unsupported } = await findFiles([folder]);
  for (const path of unsupported) printLine(terminal.stdout, `  ${path} is of a kind that is not read, and left out.`);
  if (files.length === 0)
    throw new Error(`There is no file in ${folder} that medindex reads (PDF, Markdown, text, PubMed XML).`);
  const collectionOf = await collectionChooser(client);

  const progress = createProgress(terminal, files.length);
  const ends: { fileName: string; run: RunBody | null; words: string }[] = [];
  const waiting = files.values();
  const lane = async (): Promise<void> => {
    for (const file of waiting) {
      const shown = progress.begin(file.fileName);
      const end = await ingestOne(client, file, collectionOf(file), shown);
      shown.end(end.words);
      ends.push({ fileName: file.fileName, ...end });
    }
  };
  await Promise.all(Array.from({ length: FILES_AT_ONCE }, lane)).finally(() => progress.close());

  ends.sort((a, b) => (a.fileName < b.fileName ? -1 : 1));
  for (const { fileName, run, words } of ends)
    printLine(terminal.stdout, `  ${mark(run)} ${fileName} ${words}${size(run)}`);
  return {
    files: ends.length,
    published: ends.filter(({ run }) => run !== null && ['published', 'unchanged'].includes(run.state)).length,
    unexpected: ends.filter(({ run }) => isUnexpected(run)).map(({ fileName, words }) => `${fileName} ${words}`),
  };
}

async function ingestOne(
  client: FileClient,
  file: FoundFile,
  collection: string,
  shown: FileProgress,
): Promise<{ run: RunBody | null; words: string }> {
  try {
    const { runId } = await client.upload({ path: file.path, fileName: file.fileName, collection });
    const run = await followRun(client, runId, (update) => shown.update(update));
    return { run, words: describeRun(run) };
  } catch (error) {
    return { run: null, words: `was not taken: ${explainError(error)}` };
  }
}

/** A sub-folder that is named like a collection fills that one; of other files, XML is PubMed's and the rest guidelines. */
async function collectionChooser(client: FileClient): Promise<(file: FoundFile) => string> {
  const names = new Set((await client.collections()).collections.map(({ name }) => name));
  return ({ fileName }) => {
    const [first = ''] = fileName.split('/');
    if (names.has(first)) return first;
    return /\.xml(\.gz)?$/i.test(fileName) ? 'pubmed_abstracts' : 'guidelines';
  };
}

function isUnexpected(run: RunBody | null): boolean {
  return run === null || ['failed', 'rejected', 'cancelled'].includes(run.state);
}

function mark(run: RunBody | null): string {
  if (isUnexpected(run)) return '✗';
  return run?.state === 'published' || run?.state === 'unchanged' ? '✓' : '•';
}

function size(run: RunBody | null): string {
  if (run === null) return '';
  const { total, unit } = progressOf(run);
  return total > 0 ? ` (${total} ${total === 1 ? unit.slice(0, -1) : unit})` : '';
}
