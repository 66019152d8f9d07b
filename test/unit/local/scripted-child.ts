import type { LogLine } from '../../../infra/local/log-lines.js';
import type { ProcessSpec } from '../../../infra/local/supervised-process.js';

/** A child that runs a few lines of JavaScript, in the place of a server. */
export function scriptedChild(name: string, script: string, changes: Partial<ProcessSpec> = {}): ProcessSpec {
  return {
    name,
    dependsOn: [],
    command: process.execPath,
    args: ['-e', script],
    env: process.env,
    ipc: false,
    plainLevels: { stdout: 'info', stderr: 'warn' },
    untilReady: ({ announces }) => announces('ready'),
    // Far above what a child needs on a busy machine: no test waits for them to pass, except those that lower them.
    readyDeadlineMs: 60_000,
    stopDeadlineMs: 60_000,
    advice: 'Try something else.',
    ...changes,
  };
}

/** Serves until it is told to stop, and says when it goes. */
export const OBEDIENT = `
  setInterval(() => {}, 1000);
  process.on('SIGTERM', () => { console.log('bye'); process.exit(0); });
  console.log('ready');`;

/** Hears no SIGTERM. */
export const STUBBORN = `
  setInterval(() => {}, 1000);
  process.on('SIGTERM', () => console.log('never'));
  console.log('ready');`;

/** Collects what processes say, and lets a test wait for it. */
export class Transcript {
  readonly lines: string[] = [];
  #waiting: { matches: (line: string) => boolean; resolve: () => void }[] = [];

  readonly add = (name: string, line: LogLine): void => {
    const text = `${name}: ${line.text}`;
    this.lines.push(text);
    this.#waiting = this.#waiting.filter(({ matches, resolve }) => {
      if (matches(text)) resolve();
      return !matches(text);
    });
  };

  /** Resolves when the n-th such line was said, counted from the beginning. */
  async said(text: string, times = 1): Promise<void> {
    while (this.lines.filter((line) => line.includes(text)).length < times) {
      await new Promise<void>((resolve) => this.#waiting.push({ matches: (line) => line.includes(text), resolve }));
    }
  }
}
