import { condition, patched } from '@temporalio/workflow';

/**
 * One decision of a workflow at a time. What a decision changes may be read in the catalog before the workflow has heard that
 * it is done; so what comes meanwhile is neither judged nor refused, but waits for its turn.
 */
export class Turns {
  #isTaken = false;

  get isTaken(): boolean {
    return this.#isTaken;
  }

  async take<T>(act: () => Promise<T>): Promise<T> {
    // Executions that began before there were turns go on as they did: what came meanwhile was done at once.
    if (this.#isTaken && !patched('one-decision-at-a-time')) return act();
    // Several may wait for the same one.
    while (this.#isTaken) await condition(() => !this.#isTaken);
    this.#isTaken = true;
    try {
      return await act();
    } finally {
      this.#isTaken = false;
    }
  }
}
