/** How many files of each collection were on their way when the page went. */
const KEPT = 'medindex.unsent';

/** What this needs of the browser's `Storage`. */
export interface TabStorage {
  getItem(name: string): string | null;
  setItem(name: string, value: string): void;
  removeItem(name: string): void;
}

/**
 * Remembers, in this tab, that files were on their way: after a reload the browser gives none of them back, and whoever chose
 * them has to be told.
 */
export class UnsentFiles {
  readonly #lost: Map<string, number>;
  #noted = '';

  constructor(private readonly storage: TabStorage) {
    this.#lost = new Map(Object.entries(countsOf(storage.getItem(KEPT))));
  }

  /** Files of a collection that an earlier page did not send. */
  lost(collection: string): number {
    return this.#lost.get(collection) ?? 0;
  }

  forget(collection: string): void {
    this.#lost.delete(collection);
  }

  note(onTheirWay: readonly { readonly collection: string }[]): void {
    const counts = new Map(this.#lost);
    for (const { collection } of onTheirWay) counts.set(collection, (counts.get(collection) ?? 0) + 1);
    const noted = JSON.stringify(Object.fromEntries(counts));
    // Progress tells many times a second what does not change this.
    if (noted === this.#noted) return;
    this.#noted = noted;
    if (counts.size === 0) this.storage.removeItem(KEPT);
    else this.storage.setItem(KEPT, noted);
  }
}

function countsOf(kept: string | null): Record<string, number> {
  try {
    return kept === null ? {} : (JSON.parse(kept) as Record<string, number>);
  } catch {
    return {};
  }
}
