import type { Reporter, TestCase, TestModule, Vitest } from 'vitest/node';
import { nameOf } from './durations.js';

const EVERY_MS = 120_000;
/** Well past the limit of a test (vitest.config.ts): the runner could not end it, so its process is in a loop and will never come back. */
const STUCK_MS = 1_200_000;

/**
 * Says every two minutes which files run and which test of each, so that a test that hangs has a name in a log that ends
 * early; and ends the run when a process does not come back from a test (the one named, or one soon after it).
 */
export default class StillRunning implements Reporter {
  #root = '';
  #timer: NodeJS.Timeout | undefined;
  readonly #running = new Map<string, { readonly since: number; test: string; testSince: number }>();

  onInit({ config }: Vitest): void {
    this.#root = config.root;
    this.#timer = setInterval(() => this.#tell(), EVERY_MS).unref();
  }

  onTestModuleStart({ moduleId }: TestModule): void {
    this.#running.set(nameOf(this.#root, moduleId), {
      since: Date.now(),
      test: 'before its first test',
      testSince: Date.now(),
    });
  }

  onTestCaseReady(test: TestCase): void {
    const file = this.#running.get(nameOf(this.#root, test.module.moduleId));
    if (file) Object.assign(file, { test: test.fullName, testSince: Date.now() });
  }

  onTestModuleEnd({ moduleId }: TestModule): void {
    this.#running.delete(nameOf(this.#root, moduleId));
  }

  onTestRunEnd(): void {
    clearInterval(this.#timer);
  }

  #tell(): void {
    const now = Date.now();
    for (const [name, { since, test }] of this.#running) {
      process.stdout.write(`still running after ${Math.round((now - since) / 1000)} s: ${name} (${test})\n`);
    }
    if ([...this.#running.values()].some(({ testSince }) => now - testSince > STUCK_MS)) {
      process.stdout.write('a test does not come back: ending the run\n');
      process.exit(1);
    }
  }
}
