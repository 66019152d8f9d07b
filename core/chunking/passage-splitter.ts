import { RecursiveCharacterTextSplitter } from '@langchain/textsplitters';
import { cutByLength } from './cut-by-length.js';
import { textSegments } from './text-segments.js';

/**
 * A character with its marks and joined emoji stays whole up to this many UTF-16 units: the longest emoji in use have
 * 15. What is longer (stacked marks without end) is cut between code points.
 */
const LONGEST_CHARACTER = 32;

/** Sequences and garbage are mostly ASCII, where every unit is a character and need not be looked for. */
const PLAIN = /^[\x20-\x7e]*$/;

/**
 * Cuts text at separators, the best place first; `''` is between characters. A separator stays with what it ends, where the parent class puts
 * it in front of what follows; and the last resort is a character as readers see it, where the parent would cut
 * surrogate pairs. Lengths are whatever `lengthOf` measures.
 */
export class PassageSplitter extends RecursiveCharacterTextSplitter {
  readonly #characters = new Intl.Segmenter('und', { granularity: 'grapheme' });

  constructor({
    maxLength,
    lengthOf,
    separators,
  }: {
    maxLength: number;
    lengthOf: (text: string) => number;
    separators: readonly string[];
  }) {
    super({
      chunkSize: maxLength,
      chunkOverlap: 0,
      separators: [...separators],
      lengthFunction: lengthOf,
      keepSeparator: true,
    });
  }

  protected override splitOnSeparator(text: string, separator: string): string[] {
    if (separator === '') return this.#splitCharacters(text);
    const pieces: string[] = [];
    for (let from = 0; from < text.length;) {
      const at = text.indexOf(separator, from);
      const to = at < 0 ? text.length : at + separator.length;
      pieces.push(text.slice(from, to));
      from = to;
    }
    return pieces;
  }

  /** Not one by one, to be put together again by the parent, but at once into parts that fit. */
  #splitCharacters(text: string): string[] {
    const fitting = { maxLength: this.chunkSize, lengthOf: this.lengthFunction as (text: string) => number };
    if (PLAIN.test(text)) return cutByLength([...text], fitting);
    const characters: string[] = [];
    for (const segment of textSegments(this.#characters, text)) {
      if (segment.length <= LONGEST_CHARACTER) characters.push(segment);
      else for (const codePoint of segment) characters.push(codePoint);
    }
    return cutByLength(characters, fitting);
  }
}
