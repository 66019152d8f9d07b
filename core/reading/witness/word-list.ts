import { wordsOf } from './words.js';

/** A text is taken in pieces of about this many characters: the words of a whole book at once would fill a reader's memory. */
const PIECE_CHARACTERS = 64 * 1024;

/** Numbers words, the same word always the same. */
export class WordNumbers {
  readonly #numbers = new Map<string, number>();
  readonly #words: string[] = [];

  of(word: string): number {
    const known = this.#numbers.get(word);
    if (known !== undefined) return known;
    this.#numbers.set(word, this.#words.length);
    return this.#words.push(word) - 1;
  }

  word(number: number): string {
    return this.#words[number] ?? '';
  }

  get size(): number {
    return this.#words.length;
  }
}

/** Words in their order, four bytes each. */
export class WordList {
  #ids = new Int32Array(256);
  #length = 0;

  constructor(readonly numbers: WordNumbers) {}

  get length(): number {
    return this.#length;
  }

  /** The number of a word; -1 where there is none. */
  id(position: number): number {
    return position < 0 || position >= this.#length ? -1 : (this.#ids[position] ?? -1);
  }

  word(position: number): string {
    return this.numbers.word(this.id(position));
  }

  addText(text: string): void {
    for (let from = 0; from < text.length;) {
      const to = endOfPiece(text, from + PIECE_CHARACTERS);
      for (const word of wordsOf(from === 0 && to === text.length ? text : text.slice(from, to))) this.add(word);
      from = to;
    }
  }

  add(word: string): void {
    if (this.#length === this.#ids.length) {
      const larger = new Int32Array(this.#length * 2);
      larger.set(this.#ids);
      this.#ids = larger;
    }
    this.#ids[this.#length++] = this.numbers.of(word);
  }
}

/** The next white space from `at` on; text without any is cut where a piece of twice the length ends. */
function endOfPiece(text: string, at: number): number {
  if (at >= text.length) return text.length;
  for (let end = at; end < at + PIECE_CHARACTERS && end < text.length; end++) {
    if (text.charCodeAt(end) <= 0x20) return end;
  }
  return Math.min(at + PIECE_CHARACTERS, text.length);
}
