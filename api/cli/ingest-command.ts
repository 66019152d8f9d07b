import type { FileClient } from '../client/file-client.js';
import type { RunBody } from '../schemas/run.js';
import type { AcceptedUpload } from '../schemas/upload.js';
import { linesAfter, linesOfPlacesLeft, placesTakenBefore } from './after-run.js';
import { explainError } from './explain-error.js';
import { findFiles, type FoundFile, SUPPORTED_EXTENSIONS } from './find-files.js';
import { followRun } from './follow-run.js';
import { createProgress, type Progress } from './progress.js';
import { describeRun, isGoodEnd } from './run-words.js';
import { printLine, type Terminal } from './terminal.js';
import { sayIfNobodyWorks } from './who-works.js';
import { uploadMemory } from './upload-memory.js';

export interface IngestOptions {
  readonly collection: string;
  readonly externalId?: string;
  readonly title?: string;
  readonly issuer?: string;
  readonly edition?: string;
  /** `YYYY-MM-DD`. */
  readonly effectiveFrom?: string;
  readonly supersedes?: readonly string[];
  /** What it supersedes may come after it. */
  readonly supersedesLater: boolean;
  /** It takes nobody's place, whatever its last upload or the file says. */
  readonly supersedesNothing?: boolean;
  /** Before all that is not urgent. */
  readonly urgent: boolean;
  readonly wait: boolean;
}

const OF_ONE_DOCUMENT = ['externalId', 'title', 'edition', 'effectiveFrom', 'supersedes', 'supersedesNothing'] as const;

/** Files sent and followed at a time: enough to keep a local stack's slots busy, few enough to show and to poll. */
const FILES_AT_ONCE = 8;

interface FileOutcome {
  readonly fileName: string;
  /** `null` when the upload was refused. */
  readonly runId: string | null;
  readonly state: RunBody['state'] | 'accepted' | 'refused';
  readonly words: string;
  /** What else there is to say, a line each. */
  readonly more: readonly string[];
}

/** Sends files and folders in. Returns the exit code: 0 only if every file ended published or unchanged (was accepted, without `wait`). */
export async function ingest(input: {
  client: FileClient;
  paths: readonly string[];
  options: IngestOptions;
  terminal: Terminal;
  env: NodeJS.ProcessEnv;
}): Promise<number> {
  const { client, paths, options, terminal, env } = input;
  const { files, unsupported, missing, unreadable } = await findFiles(paths);
  for (const path of missing) printLine(terminal.stderr, `${path}: there is no such file or folder`);
  for (const path of unreadable) printLine(terminal.stderr, `${path}: cannot be looked into`);
  if (files.length > 1 && OF_ONE_DOCUMENT.some((name) => options[name] !== undefined)) {
    printLine(
      terminal.stderr,
      '--external-id, --title, --edition, --effective-from and --supersedes are of one document: give one file with them.',
    );
    return 1;
  }
  if (options.supersedes && options.supersedesNothing) {
    printLine(terminal.stderr, 'Give --supersedes or --supersedes-nothing, not both.');
    return 1;
  }
  if (files.length === 0) {
    for (const path of unsupported) printLine(terminal.stderr, `${path} was left out: ${whyLeftOut(path)}`);
    printLine(terminal.stderr, 'There is no file to ingest.');
    return 1;
  }

  await sayIfNobodyWorks(client, terminal);
  const progress = createProgress(terminal, files.length);
  const outcomes = await sendAll({ client, files, options, progress, env }).finally(() => progress.close());
  summarise(outcomes, unsupported, options, terminal);
  const good = outcomes.every(({ state }) => state === 'accepted' || (state !== 'refused' && isGoodEnd(state)));
  return good && missing.length === 0 && unreadable.length === 0 ? 0 : 1;
}

const ARCHIVES = /\.(zip|7z|rar|tar|tgz|tar\.gz|tar\.xz|tar\.bz2)$/i;

function whyLeftOut(path: string): string {
  return ARCHIVES.test(path)
    ? 'it is an archive. Unpack it, and send the folder that it gives'
    : `not one of ${SUPPORTED_EXTENSIONS.join(' ')}`;
}

interface SendInput {
  readonly client: FileClient;
  readonly files: readonly FoundFile[];
  readonly options: IngestOptions;
  readonly progress: Progress;
  readonly env: NodeJS.ProcessEnv;
}

async function sendAll(input: SendInput): Promise<FileOutcome[]> {
  const outcomes: FileOutcome[] = [];
  const waiting = input.files.entries();
  const lane = async (): Promise<void> => {
    for (const [index, file] of waiting) outcomes[index] = await sendOne(input, file);
  };
  await Promise.all(Array.from({ length: FILES_AT_ONCE }, lane));
  return outcomes;
}

async function sendOne(input: SendInput, file: FoundFile): Promise<FileOutcome> {
  const { client, options, progress } = input;
  const { fileName } = file;
  const shown = progress.begin(fileName);
  let outcome: FileOutcome;
  try {
    const name = { collection: options.collection, externalId: options.externalId ?? fileName };
    // A key that may only send files in is told nothing of what is there.
    const before = options.wait ? await placesTakenBefore(client, name).catch(() => null) : null;
    const { runId, supersedes } = await hand(input, file, shown);
    if (!options.wait) {
      const more = (supersedes ?? []).map(({ externalId }) => `takes the place of ${externalId} once it is published`);
      outcome = { fileName, runId, state: 'accepted', words: 'is accepted', more };
    } else {
      const run = await followRun(client, runId, (update) => shown.update(update));
      // The run has ended; what cannot be told of it any more does not change that.
      const more = await Promise.all([
        linesAfter(client, run, supersedes),
        linesOfPlacesLeft(client, run, before),
      ]).catch(() => []);
      outcome = { fileName, runId, state: run.state, words: describeRun(run), more: more.flat() };
    }
  } catch (error) {
    outcome = { fileName, runId: null, state: 'refused', words: `was not taken: ${explainError(error)}`, more: [] };
  }
  shown.end(outcome.state);
  return outcome;
}

/** Sends a file of this machine, or names the object that the system is to fetch. */
function hand(
  { client, options, env }: SendInput,
  { path, fileName, isUri }: FoundFile,
  shown: ReturnType<Progress['begin']>,
): Promise<AcceptedUpload> {
  const { collection, externalId, title, issuer, edition, effectiveFrom, urgent } = options;
  const supersedes = options.supersedesNothing ? [] : options.supersedes;
  const supersedesLater = options.supersedesLater || undefined;
  const told = Object.entries({ externalId, title, issuer, edition, effectiveFrom, supersedes, supersedesLater });
  const metadata = Object.fromEntries(told.filter(([, value]) => value !== undefined));
  if (isUri) return client.ingestUri({ uri: path, collection, metadata, urgent });
  return client.upload({
    path,
    fileName,
    collection,
    metadata,
    urgent,
    memory: uploadMemory(env, { url: client.url, collection, fileName, path, metadata }),
    onProgress: (sentBytes, totalBytes) => shown.send(sentBytes, totalBytes),
  });
}

function summarise(
  outcomes: readonly FileOutcome[],
  leftOut: readonly string[],
  options: IngestOptions,
  { stdout }: Terminal,
): void {
  printLine(stdout);
  for (const { fileName, runId, words, more } of outcomes) {
    printLine(stdout, `${fileName} ${words}${runId === null ? '' : `  [run ${runId}]`}`);
    for (const line of more) printLine(stdout, `  ${line}`);
  }
  for (const path of leftOut) printLine(stdout, `${path} was left out: ${whyLeftOut(path)}`);
  const counts = new Map<string, number>();
  for (const { state } of outcomes) counts.set(state, (counts.get(state) ?? 0) + 1);
  if (leftOut.length > 0) counts.set('left out', leftOut.length);
  const summary = [...counts].map(([state, count]) => `${count} ${state}`).join(', ');
  const files = outcomes.length + leftOut.length;
  printLine(stdout);
  printLine(stdout, `${files} ${files === 1 ? 'file' : 'files'}: ${summary}`);
  if (!options.wait) printLine(stdout, 'Follow them with: npx medindex status');
}
