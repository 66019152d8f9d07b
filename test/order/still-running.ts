import type { Reporter, TestCase, TestModule, Vitest } from 'vitest/node';
import { nameOf } from './durations.js';

const EVERY_MS = 120_000;

/** Says every two minutes which files run and which test of each: a test that hangs has a name in a log that ends early. */
export default class StillRunning implements Reporter {
  #root = '';
  #timer: NodeJS.Timeout | undefined;
  readonly #running = new Map<string, { readonly since: number; test: string }>();

  onInit({ config }: Vitest): void {
    this.#root = config.root;
    this.#timer = setInterval(() => this.#tell(), EVERY_MS).unref();
  }

  onTestModuleStart({ moduleId }: TestModule): void {
    this.#running.set(nameOf(this.#root, moduleId), { since: Date.now(), test: 'before its first test' });
  }

  onTestCaseReady(test: TestCase): void {
    const file = this.#running.get(nameOf(this.#root, test.module.moduleId));
    if (file) file.test = test.fullName;
  }

  onTestModuleEnd({ moduleId }: TestModule): void {
    this.#running.delete(nameOf(this.#root, moduleId));
  }

  onTestRunEnd(): void {
    clearInterval(this.#timer);
  }

  #tell(): void {
    for (const [name, { since, test }] of this.#running) {
      const seconds = Math.round((Date.now() - since) / 1000);
      process.stdout.write(`still running after ${seconds} s: ${name} (${test})\n`);
    }
  }
}
