import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import type { ProcessIdentity } from '../process-identity.js';
import type { ReaperMessage } from './orphan-reaper.js';
import type { StackProcess } from './stack-state.js';
import { type ProcessObserver, type ProcessSpec, SupervisedProcess } from './supervised-process.js';

export interface SupervisorOptions {
  readonly onLine: ProcessObserver['onLine'];
  readonly onNotice: ProcessObserver['onNotice'];
  /** Called at each start and end of a process, before anything else happens: what stands here can be cleaned up after. */
  readonly onProcesses: (processes: readonly StackProcess[]) => void;
  /** Compiled `orphan-reaper.js`; `null` runs without one. */
  readonly reaperPath: string | null;
}

/** A reaper that keeps ending costs only the cleaning that the next start does anyway. */
const MAX_REAPER_STARTS = 5;

/** Processes that are kept up one by one, and stop in the reverse order of their dependencies. */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #processes: SupervisedProcess[] = [];
  readonly #running = new Map<string, ProcessIdentity>();
  readonly #givenUp: Promise<never>;
  #fail!: (error: unknown) => void;
  #reaper: ChildProcess | null = null;
  #reaperStarts = 0;
  #stopping = false;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#givenUp = new Promise<never>((_, reject) => (this.#fail = reject));
    this.#givenUp.catch(() => undefined);
    this.#startReaper();
  }

  /** Rejects with `ProcessGaveUp` as soon as any process is given up; pending while all is well. */
  get givenUp(): Promise<never> {
    return this.#givenUp;
  }

  /**
   * Starts processes side by side; those that they depend on were started before. Resolves when all are ready.
   * Errors: `ProcessGaveUp`; the others go on until {@link stop}.
   */
  async start(specs: readonly ProcessSpec[]): Promise<void> {
    if (this.#stopping) throw new Error('the stack is being stopped');
    const { onLine, onNotice } = this.#options;
    const onIdentity: ProcessObserver['onIdentity'] = (name, identity) => this.#record(name, identity);
    const begun = specs.map((spec) => {
      const dependencies = this.#processes.filter(({ name }) => spec.dependsOn.includes(name));
      return new SupervisedProcess(spec, { onLine, onNotice, onIdentity }, dependencies);
    });
    this.#processes.push(...begun);
    for (const one of begun) one.givenUp.catch((error: unknown) => this.#fail(error));
    await Promise.race([Promise.all(begun.map((one) => one.start())), this.#givenUp]);
  }

  processes(): StackProcess[] {
    return [...this.#running].map(([name, identity]) => ({ name, ...identity }));
  }

  /**
   * Stops each process when all that depend on it are gone; past its deadline a process is killed. Called again with
   * `force`, kills at once what is left. Never rejects.
   */
  async stop(options: { force?: boolean } = {}): Promise<void> {
    this.#stopping = true;
    const stopping = new Map<SupervisedProcess, Promise<void>>();
    const stopOne = async (one: SupervisedProcess): Promise<void> => {
      await Promise.all(this.#processes.filter(({ dependencies }) => dependencies.includes(one)).map(stopOnce));
      await one.stop();
    };
    const stopOnce = (one: SupervisedProcess): Promise<void> => {
      const stopped = stopping.get(one) ?? (options.force ? one.stop({ force: true }) : stopOne(one));
      stopping.set(one, stopped);
      return stopped;
    };
    await Promise.all(this.#processes.map(stopOnce));
    this.#tellReaper('all is stopped');
  }

  #record(name: string, identity: ProcessIdentity | null): void {
    if (identity) this.#running.set(name, identity);
    else this.#running.delete(name);
    const processes = this.processes();
    this.#options.onProcesses(processes);
    this.#tellReaper({ processes });
  }

  #startReaper(): void {
    if (this.#options.reaperPath === null || this.#reaperStarts++ >= MAX_REAPER_STARTS) return;
    // Its own session, so that Ctrl-C in the terminal does not end it before its time.
    const reaper = spawn(process.execPath, [this.#options.reaperPath], {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    this.#reaper = reaper;
    reaper.once('exit', () => {
      if (this.#stopping || this.#reaper !== reaper) return;
      this.#startReaper();
      this.#tellReaper({ processes: this.processes() });
    });
    reaper.once('error', () => (this.#reaper = null));
    reaper.unref();
    (reaper.stdin as Socket).unref();
    // Its death is told by `exit`.
    reaper.stdin.on('error', () => undefined);
  }

  #tellReaper(message: ReaperMessage): void {
    this.#reaper?.stdin?.write(`${JSON.stringify(message)}\n`);
  }
}
