import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';

/** What one process took, by the role that its command line tells. */
export interface ProcessUse {
  readonly name: string;
  readonly pid: number;
  readonly peakRssMiB: number;
  readonly cpuSeconds: number;
}

/** A process as it is now. */
interface ProcessNow extends ProcessUse {
  readonly parent: number;
  readonly rssMiB: number;
  /** Its name, and for a reader its kind. */
  readonly role: string;
}

/** As often as a peak could hide between two looks; the kernel's own peak of each process counts in any case. */
const LOOK_EVERY_MS = 200;

/** Working out proportional sizes makes the kernel walk all page tables of a process: some 5 ms for one of 500 MB. */
const LOOKS_A_PROPORTIONAL_ONE = 5;

/** The most that a process and all below it held at one time. */
export interface TreePeak {
  /** RSS added up: what processes share (Node's own code) counts for each of them, so that the truth is below. */
  readonly rssMiB: number;
  /** What is shared counted once (PSS added up), looked at once a second: the truth, but for what falls between two looks. */
  readonly pssMiB: number;
  /** Of what the RSS was at its peak, by role: RSS of each process, the largest first. */
  readonly atPeak: Readonly<Record<string, readonly number[]>>;
}

/** USER_HZ of every Linux that Node runs on. */
const TICKS_A_SECOND = 100;

/** Watches the processes below some roots until told to stop, those that end meanwhile included. Linux only. */
export class ProcessWatch {
  readonly #uses = new Map<number, ProcessUse>();
  readonly #before = new Map<number, number>();
  readonly #tree: string | undefined;
  #treePeak: TreePeak = { rssMiB: 0, pssMiB: 0, atPeak: {} };
  readonly #roots: readonly number[];
  readonly #timer: NodeJS.Timeout;
  #looks = 0;

  /** `tree`: the name of a process that is also watched together with all below it. */
  constructor(roots: readonly number[], { tree }: { readonly tree?: string } = {}) {
    this.#roots = roots;
    this.#tree = tree;
    for (const use of look(roots)) this.#before.set(use.pid, use.cpuSeconds);
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
  }

  /** CPU since the watch began, and the peak of resident memory, of each process. */
  stop(): ProcessUse[] {
    clearInterval(this.#timer);
    this.#look();
    return [...this.#uses.values()].map((use) => ({
      ...use,
      cpuSeconds: use.cpuSeconds - (this.#before.get(use.pid) ?? 0),
    }));
  }

  /** Of the tree that is watched. */
  get treePeak(): TreePeak {
    return this.#treePeak;
  }

  #look(): void {
    const now = look(this.#roots);
    for (const use of now.map(lasting)) {
      const former = this.#uses.get(use.pid);
      this.#uses.set(use.pid, {
        ...use,
        peakRssMiB: Math.max(use.peakRssMiB, former?.peakRssMiB ?? 0),
      });
    }
    const root = now.find(({ name }) => name === this.#tree);
    if (root) this.#lookAtTree(treeOf(root.pid, now));
  }

  #lookAtTree(tree: readonly ProcessNow[]): void {
    const sum = (sizesMiB: readonly number[]) => Math.round(sizesMiB.reduce((total, size) => total + size, 0));
    const rssMiB = sum(tree.map((process) => process.rssMiB));
    if (rssMiB > this.#treePeak.rssMiB) this.#treePeak = { ...this.#treePeak, rssMiB, atPeak: rolesOf(tree) };
    if (this.#looks++ % LOOKS_A_PROPORTIONAL_ONE !== 0) return;
    const pssMiB = sum(tree.map(({ pid }) => proportionalMiB(pid)));
    if (pssMiB > this.#treePeak.pssMiB) this.#treePeak = { ...this.#treePeak, pssMiB };
  }
}

/** CPU seconds by name of process, the most first. */
export function cpuByName(uses: readonly ProcessUse[]): Record<string, number> {
  const sums = new Map<string, number>();
  for (const { name, cpuSeconds } of uses) sums.set(name, (sums.get(name) ?? 0) + cpuSeconds);
  const sorted = [...sums].sort(([, a], [, b]) => b - a);
  return Object.fromEntries(sorted.map(([name, seconds]) => [name, Number(seconds.toFixed(1))]));
}

/** The largest single process of each name, in MiB. */
export function peakByName(uses: readonly ProcessUse[]): Record<string, number> {
  const peaks = new Map<string, number>();
  for (const { name, peakRssMiB } of uses) peaks.set(name, Math.max(peaks.get(name) ?? 0, peakRssMiB));
  const sorted = [...peaks].sort(([, a], [, b]) => b - a);
  return Object.fromEntries(sorted.map(([name, peak]) => [name, Math.round(peak)]));
}

/** What is true of a process over its life. */
function lasting({ parent: _parent, rssMiB: _rssMiB, role: _role, ...use }: ProcessNow): ProcessUse {
  return use;
}

function treeOf(pid: number, now: readonly ProcessNow[]): ProcessNow[] {
  const below = now.filter((process) => process.parent === pid).flatMap((child) => treeOf(child.pid, now));
  return [...now.filter((process) => process.pid === pid), ...below];
}

function rolesOf(tree: readonly ProcessNow[]): Record<string, number[]> {
  const roles: Record<string, number[]> = {};
  for (const { role, rssMiB } of [...tree].sort((a, b) => b.rssMiB - a.rssMiB)) {
    roles[role] = [...(roles[role] ?? []), Math.round(rssMiB)];
  }
  return roles;
}

function proportionalMiB(pid: number): number {
  try {
    return Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    // It ended between two reads.
    return 0;
  }
}

/** All processes below one, as they are now; none where there is no /proc. */
export function processesBelow(root: number): { readonly pid: number; readonly parent: number }[] {
  if (!existsSync('/proc/self/stat')) return [];
  return look([root]).filter(({ pid }) => pid !== root);
}

function look(roots: readonly number[]): ProcessNow[] {
  const children = new Map<number, number[]>();
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry);
    const parent = Number.isInteger(pid) ? parentOf(pid) : null;
    if (parent !== null) children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const uses: ProcessNow[] = [];
  const waiting = [...roots];
  for (let pid = waiting.pop(); pid !== undefined; pid = waiting.pop()) {
    waiting.push(...(children.get(pid) ?? []));
    const use = readUse(pid);
    if (use) uses.push(use);
  }
  return uses;
}

function parentOf(pid: number): number | null {
  return Number(statFields(pid)?.[1] ?? Number.NaN) || null;
}

/** Fields of /proc/pid/stat from the third on: the second, in brackets, may hold anything. */
function statFields(pid: number): string[] | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}

function readUse(pid: number): ProcessNow | null {
  try {
    const fields = statFields(pid);
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    const peakKiB = Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0);
    const rssKiB = Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0);
    if (!fields || peakKiB === 0) return null;
    const cpuSeconds = (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
    const parent = Number(fields[1]);
    const name = nameOf(command);
    const role = name.endsWith('/reader-process')
      ? `reader ${command.find((argument) => KIND.test(argument)) ?? ''}`
      : name;
    return { name, role, pid, parent, peakRssMiB: peakKiB / 1024, rssMiB: rssKiB / 1024, cpuSeconds };
  } catch {
    // It ended between two reads.
    return null;
  }
}

/** The argument of a reader's process. */
const KIND = /^(?:text|pdf|image|pubmed)$/;

/** The compiled module that a Node process runs; else the program. */
function nameOf(command: readonly string[]): string {
  const module = command.find((argument) => /\.m?js$/.test(argument));
  if (module) return module.replace(/^.*\/dist\//, '').replace(/\.m?js$/, '');
  return basename((command[0] ?? '').split(' ')[0] ?? '').replace(/:$/, '');
}
