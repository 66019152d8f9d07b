import { type ChildProcess, spawn } from 'node:child_process';
import { isShown, type LineLevel, type LogLine, parseLogLine, readLines } from './log-lines.js';
import { identifyProcess, type ProcessIdentity } from '../process-identity.js';
import { RestartPolicy } from './restart-policy.js';
import { signal, signalGroup } from './terminate.js';

/** What a child tells before it is ready: its lines and messages. */
export interface Beginning {
  /** Aborted when the child ends or is being stopped. */
  readonly signal: AbortSignal;
  /** Resolves when the child prints this line, or sends it as an IPC message. */
  readonly announces: (text: string) => Promise<void>;
}

export interface ProcessSpec {
  readonly name: string;
  /** Names of processes it cannot do without: it is not started again, nor blamed, while one is down. */
  readonly dependsOn: readonly string[];
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment of the child. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Node children get a channel: when it closes, the supervisor is gone and they end themselves. */
  readonly ipc: boolean;
  /** Level of lines that do not tell their own. */
  readonly plainLevels: { readonly stdout: LineLevel; readonly stderr: LineLevel };
  /** Resolves when the child can serve. */
  readonly untilReady: (beginning: Beginning) => Promise<void>;
  readonly readyDeadlineMs: number;
  /** From SIGTERM to SIGKILL. */
  readonly stopDeadlineMs: number;
  /** What a person can do when it keeps failing. */
  readonly advice: string;
}

export interface ProcessObserver {
  onLine(name: string, line: LogLine): void;
  /** Something of the supervisor's own to tell. */
  onNotice(name: string, line: LogLine): void;
  /** The child that now plays the part; `null` when it has ended. */
  onIdentity(name: string, identity: ProcessIdentity | null): void;
}

/** A process that does not come up, or keeps crashing; carries its last lines and what to do. */
export class ProcessGaveUp extends Error {
  override readonly name = 'ProcessGaveUp';
}

/** Enough to hold a stack trace and what led to it. */
const KEPT_LINES = 20;

type Phase = 'idle' | 'running' | 'waiting' | 'stopping' | 'ended';

/** One process of the stack: started, watched, started again after a crash, and stopped. */
export class SupervisedProcess {
  readonly name: string;
  readonly dependencies: readonly SupervisedProcess[];
  /** Rejects with `ProcessGaveUp` when the process is given up; otherwise pending. */
  readonly givenUp: Promise<never>;
  readonly #spec: ProcessSpec;
  readonly #observer: ProcessObserver;

  readonly #policy = new RestartPolicy();
  readonly #lastLines: string[] = [];
  #giveUp!: (error: ProcessGaveUp) => void;
  /** Performance time since when the present child serves; `null` while it does not. */
  #readySince: number | null = null;
  #untilReady: PromiseWithResolve = promiseWithResolve();
  #phase: Phase = 'idle';
  #child: ChildProcess | null = null;
  #restartTimer: NodeJS.Timeout | null = null;
  #ended: (() => void)[] = [];

  /** `dependencies`: the processes that `spec.dependsOn` names. */
  constructor(spec: ProcessSpec, observer: ProcessObserver, dependencies: readonly SupervisedProcess[]) {
    this.name = spec.name;
    this.dependencies = dependencies;
    this.#spec = spec;
    this.#observer = observer;
    this.givenUp = new Promise<never>((_, reject) => (this.#giveUp = reject));
    // Whoever waits for it is told; nobody waiting is no unhandled rejection.
    this.givenUp.catch(() => undefined);
  }

  /** Resolves when ready for the first time. Errors: `ProcessGaveUp`. */
  async start(): Promise<void> {
    if (this.#phase !== 'idle') throw new Error(`${this.name} was started already`);
    this.#launch();
    await Promise.race([this.untilReady(), this.givenUp]);
  }

  /** Resolves at once while it serves, else when it serves again. */
  untilReady(): Promise<void> {
    return this.#untilReady.promise;
  }

  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  /** SIGTERM, then SIGKILL past the deadline; resolves when the process is gone. Never rejects; may be called twice. */
  async stop(options: { force?: boolean } = {}): Promise<void> {
    if (this.#restartTimer) clearTimeout(this.#restartTimer);
    if (this.#phase === 'idle' || this.#phase === 'waiting') this.#phase = 'ended';
    const child = this.#child;
    if (this.#phase === 'ended' || child === null) return;
    const gone = new Promise<void>((resolve) => this.#ended.push(resolve));
    const { pid } = child;
    const kill = (): void => {
      if (pid !== undefined) signalGroup(pid, 'SIGKILL');
    };
    const first = this.#phase === 'running';
    this.#phase = 'stopping';
    if (options.force) kill();
    else if (first) {
      if (pid !== undefined) signal(pid, 'SIGTERM');
      const deadline = setTimeout(() => {
        this.#notice('warn', `did not stop within ${this.#spec.stopDeadlineMs / 1000} s and is ended by force`);
        kill();
      }, this.#spec.stopDeadlineMs);
      this.#ended.push(() => clearTimeout(deadline));
    }
    await gone;
  }

  #launch(): void {
    const spec = this.#spec;
    this.#phase = 'running';
    // A group of its own: Ctrl-C in the terminal reaches only the supervisor, which then stops its children in order.
    const child = spawn(spec.command, spec.args, {
      env: { ...spec.env },
      detached: true,
      stdio: spec.ipc ? ['ignore', 'pipe', 'pipe', 'ipc'] : ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    const identity = child.pid === undefined ? null : identifyProcess(child.pid);
    if (identity) this.#observer.onIdentity(this.name, identity);

    const life = new AbortController();
    const heard = new Set<string>();
    const listeners = new Map<string, () => void>();
    const hear = (text: string): void => {
      heard.add(text);
      listeners.get(text)?.();
    };
    if (child.stdout) readLines(child.stdout, (line) => this.#take(line, spec.plainLevels.stdout, hear));
    if (child.stderr) readLines(child.stderr, (line) => this.#take(line, spec.plainLevels.stderr, hear));
    child.on('message', (message) => {
      if (typeof message === 'string') hear(message);
    });

    const begun = performance.now();
    const deadline = setTimeout(() => {
      this.#notice('error', `was not ready within ${spec.readyDeadlineMs / 1000} s`);
      if (child.pid !== undefined) signalGroup(child.pid, 'SIGKILL');
    }, spec.readyDeadlineMs);
    const announces = (text: string): Promise<void> =>
      heard.has(text) ? Promise.resolve() : new Promise((resolve) => listeners.set(text, resolve));
    spec.untilReady({ signal: life.signal, announces }).then(
      () => {
        clearTimeout(deadline);
        if (life.signal.aborted) return;
        this.#readySince = performance.now();
        this.#notice('info', `is ready after ${((this.#readySince - begun) / 1000).toFixed(1)} s`);
        this.#untilReady.resolve();
      },
      (error: unknown) => {
        // A probe ends with its child; anything else that stops it is a mistake of ours that must not hide.
        if (!life.signal.aborted) this.#notice('error', `cannot be probed: ${String(error)}`);
      },
    );

    const settle = (exit: { code: number | null; signal: NodeJS.Signals | null; error?: Error }): void => {
      if (life.signal.aborted) return;
      life.abort();
      clearTimeout(deadline);
      this.#settled(child, exit);
    };
    // `close` comes after the last line was read; `error` instead of it when the command could not be run at all.
    child.once('close', (code, signalName) => settle({ code, signal: signalName }));
    child.once('exit', () => {
      // Leftovers of its group would hold the pipes open, and `close` would never come.
      if (child.pid !== undefined) signal(-child.pid, 'SIGKILL');
    });
    child.once('error', (error) => {
      if (child.pid === undefined) settle({ code: null, signal: null, error });
    });
  }

  #settled(child: ChildProcess, exit: { code: number | null; signal: NodeJS.Signals | null; error?: Error }): void {
    if (this.#child === child) this.#child = null;
    const readyForMs = this.#readySince === null ? null : performance.now() - this.#readySince;
    if (this.#readySince !== null) this.#untilReady = promiseWithResolve();
    this.#readySince = null;
    this.#observer.onIdentity(this.name, null);
    if (this.#phase === 'stopping') {
      this.#phase = 'ended';
      for (const resolve of this.#ended.splice(0)) resolve();
      return;
    }
    const how = exit.error
      ? `could not be run (${(exit.error as NodeJS.ErrnoException).code ?? exit.error.message})`
      : exit.signal
        ? `was ended by ${exit.signal}`
        : `ended with exit code ${exit.code ?? 'unknown'}`;
    this.#phase = 'waiting';
    if (this.dependencies.some((one) => one.#readySince === null)) {
      this.#notice('warn', `${how}; starting it again when what it depends on is back`);
      void Promise.all(this.dependencies.map((one) => one.untilReady())).then(() => this.#relaunch());
      return;
    }
    const verdict = this.#policy.crashed({ readyForMs, exitCode: exit.code });
    if (verdict === 'give up') {
      this.#phase = 'ended';
      this.#giveUp(new ProcessGaveUp(this.#lastWords(how)));
      return;
    }
    this.#notice('warn', `${how}; starting it again in ${verdict.restartAfterMs / 1000} s`);
    this.#restartTimer = setTimeout(() => this.#relaunch(), verdict.restartAfterMs);
  }

  #relaunch(): void {
    if (this.#phase === 'waiting') this.#launch();
  }

  #take(raw: string, otherwise: LineLevel, hear: (text: string) => void): void {
    hear(raw.trim());
    const line = parseLogLine(raw, otherwise);
    if (line === null) return;
    // While it stops, peers go before it and it complains about that; only a debugger wants to know.
    if (this.#phase === 'stopping') {
      this.#observer.onLine(this.name, { level: 'debug', text: line.text });
      return;
    }
    if (isShown(line.level, 'info')) {
      this.#lastLines.push(line.text);
      if (this.#lastLines.length > KEPT_LINES) this.#lastLines.shift();
    }
    this.#observer.onLine(this.name, line);
  }

  #lastWords(how: string): string {
    const lines = this.#lastLines.length > 0 ? ['Its last lines:', ...this.#lastLines.map((line) => `  ${line}`)] : [];
    return [`The ${this.name} process ${how}, and starting it again does not help.`, ...lines, this.#spec.advice].join(
      '\n',
    );
  }

  #notice(level: LineLevel, text: string): void {
    this.#observer.onNotice(this.name, { level, text });
  }
}

interface PromiseWithResolve {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
}

function promiseWithResolve(): PromiseWithResolve {
  let resolve!: () => void;
  const promise = new Promise<void>((settle) => (resolve = settle));
  return { promise, resolve };
}
