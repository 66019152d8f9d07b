import type { WordPlace } from '../../../core/contract/word-account.js';
import type { Aside, SeenText } from '../../../core/reading/witness/account-for.js';

/** Gathers text as a witness goes along; one piece for each change of place or fate. */
export class SeenTexts {
  readonly pieces: SeenText[] = [];
  #text: string[] = [];
  #place: WordPlace;
  #aside: Aside | undefined;

  constructor(place: WordPlace) {
    this.#place = place;
  }

  at(place: WordPlace): void {
    this.#flush();
    this.#place = place;
  }

  add(text: string, aside?: Aside): void {
    if (text === '') return;
    if (aside?.why !== this.#aside?.why) this.#flush();
    this.#aside = aside;
    this.#text.push(text);
  }

  /** What follows is no part of the word before it. */
  endWord(): void {
    if (this.#text.length > 0) this.#text.push(' ');
  }

  end(): readonly SeenText[] {
    this.#flush();
    return this.pieces;
  }

  #flush(): void {
    const text = this.#text.join('');
    this.#text = [];
    if (text.trim() === '') return;
    this.pieces.push({ text, place: this.#place, ...(this.#aside ? { aside: this.#aside } : {}) });
  }
}
