/** Lets work go on side by side, but work that has to be watched only alone. In the order of arrival. */
export class ComputingTurns {
  #sideBySide = 0;
  #alone = false;
  readonly #waiting: { readonly alone: boolean; readonly begin: () => void }[] = [];

  async take<Result>(alone: boolean, work: () => Promise<Result>): Promise<Result> {
    await new Promise<void>((begin) => {
      this.#waiting.push({ alone, begin });
      this.#next();
    });
    try {
      return await work();
    } finally {
      if (alone) this.#alone = false;
      else this.#sideBySide -= 1;
      this.#next();
    }
  }

  #next(): void {
    for (let first = this.#waiting[0]; first && !this.#alone; first = this.#waiting[0]) {
      if (first.alone && this.#sideBySide > 0) return;
      this.#waiting.shift();
      if (first.alone) this.#alone = true;
      else this.#sideBySide += 1;
      first.begin();
    }
  }
}
