import type { Aside } from '../../../core/reading/witness/account-for.js';

/** The elements that are open while a part is scanned, and which of them say that nobody reads what they hold. */
export class OpenElements {
  readonly names: string[] = [];
  readonly #asides: { readonly depth: number; readonly how: Aside }[] = [];

  open(name: string, how?: Aside): void {
    this.names.push(name);
    if (how) this.#asides.push({ depth: this.names.length, how });
  }

  /** An element that was opened says later what becomes of its words. */
  mark(name: string, how: Aside): void {
    const depth = this.names.lastIndexOf(name) + 1;
    if (depth > 0) this.#asides.push({ depth, how });
  }

  close(name: string): void {
    const at = this.names.lastIndexOf(name);
    if (at < 0) return;
    this.names.length = at;
    while ((this.#asides.at(-1)?.depth ?? 0) > at) this.#asides.pop();
  }

  get aside(): Aside | undefined {
    return this.#asides.at(-1)?.how;
  }
}
