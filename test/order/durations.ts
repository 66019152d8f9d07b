import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Reporter, TestModule, Vitest } from 'vitest/node';

/** Seconds of each test file, as last recorded with `RECORD_DURATIONS=1 npm test`. */
const FILE = 'test/order/durations.json';

export type Durations = Readonly<Record<string, number>>;

export function readDurations(root: string): Durations {
  return JSON.parse(readFileSync(join(root, FILE), 'utf8')) as Durations;
}

/** The path by which a test file is recorded, the same on every system. */
export function nameOf(root: string, path: string): string {
  return relative(root, path).replaceAll('\\', '/');
}

/** Writes down how long files took. Those that did not run keep their seconds; those that are gone are forgotten. */
export class DurationsRecorder implements Reporter {
  #root = '';

  onInit({ config }: Vitest): void {
    this.#root = config.root;
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const durations = new Map(Object.entries(readDurations(this.#root)));
    for (const module of modules) {
      if (module.state() !== 'passed') continue;
      const { collectDuration, duration } = module.diagnostic();
      durations.set(nameOf(this.#root, module.moduleId), Math.round((collectDuration + duration) / 1000));
    }
    const kept = [...durations]
      .filter(([name]) => existsSync(join(this.#root, name)))
      .sort(([a], [b]) => (a < b ? -1 : 1));
    writeFileSync(join(this.#root, FILE), `${JSON.stringify(Object.fromEntries(kept), null, 2)}\n`);
  }
}

/** What of vitest's settings records durations; nothing unless RECORD_DURATIONS is set. */
export function recordingDurations(): { reporters?: ['default', Reporter] } {
  return process.env['RECORD_DURATIONS'] ? { reporters: ['default', new DurationsRecorder()] } : {};
}
