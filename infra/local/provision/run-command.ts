import { spawn } from 'node:child_process';
import { readLines } from '../log-lines.js';
import { signalGroup } from '../terminate.js';

export interface CommandInput {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  readonly onLine?: (line: string) => void;
}

/** How a command ended: its output, or why it gave none, in a few words. */
export type CommandResult =
  { readonly ok: true; readonly output: string } | { readonly ok: false; readonly problem: string };

/** What is kept of an output; enough for a version line or the end of a compiler's complaint. */
const KEPT_LINES = 40;

/** Runs a program to its end, stdout and stderr together. Never rejects: a missing program is an answer too. */
export function runCommand(input: CommandInput): Promise<CommandResult> {
  return new Promise((resolve) => {
    const lines: string[] = [];
    // A group of its own, so that a compiler's children end with it.
    const child = spawn(input.command, input.args, {
      env: { ...input.env },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let problem: string | null = null;
    const end = (why: string): void => {
      problem ??= why;
      if (child.pid !== undefined) signalGroup(child.pid, 'SIGKILL');
    };
    const timer = setTimeout(() => end(`took longer than ${input.timeoutMs / 1000} s`), input.timeoutMs);
    const abort = (): void => end('was stopped');
    if (input.signal?.aborted) abort();
    input.signal?.addEventListener('abort', abort, { once: true });
    const take = (line: string): void => {
      lines.push(line);
      if (lines.length > KEPT_LINES) lines.shift();
      input.onLine?.(line);
    };
    readLines(child.stdout, take);
    readLines(child.stderr, take);
    const settle = (result: CommandResult): void => {
      clearTimeout(timer);
      input.signal?.removeEventListener('abort', abort);
      resolve(result);
    };
    child.once('error', (error: NodeJS.ErrnoException) => {
      settle({
        ok: false,
        problem: error.code === 'ENOENT' ? 'is not installed' : `cannot be run (${error.code ?? 'unknown'})`,
      });
    });
    child.once('close', (code, signalName) => {
      if (problem === null && code === 0) settle({ ok: true, output: lines.join('\n') });
      else
        settle({
          ok: false,
          problem: problem ?? `ended with ${signalName ?? `exit code ${code ?? '?'}`}: ${lines.slice(-3).join(' / ')}`,
        });
    });
  });
}
