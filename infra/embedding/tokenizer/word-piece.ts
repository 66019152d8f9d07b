/** What a WordPiece model's part of a `tokenizer.json` says. */
export interface WordPieceModel {
  readonly vocab: Readonly<Record<string, number>>;
  readonly unk_token: string;
  readonly continuing_subword_prefix?: string;
  readonly max_input_chars_per_word?: number;
}

const DEFAULT_PREFIX = '##';
const DEFAULT_MAX_CHARACTERS = 100;

/** Every beginning of a piece as it stands in a word, with the piece itself where the beginning is a whole one. */
type Beginnings = Map<string, string | undefined>;

/**
 * Cuts words into the longest pieces that a vocabulary knows, from the left; a word that cannot be cut, or that is too
 * long, is unknown as a whole. The package's own loop tries every end of the word for every piece, and builds each
 * candidate out of single characters: 12 µs a character of base64, 110 s for chunking a megabyte of it. This one goes
 * on only as long as there is a piece that begins so.
 */
export function wordPieceEncoder(model: WordPieceModel): (words: readonly string[]) => string[] {
  const prefix = model.continuing_subword_prefix ?? DEFAULT_PREFIX;
  const maxCharacters = model.max_input_chars_per_word ?? DEFAULT_MAX_CHARACTERS;
  const first: Beginnings = new Map();
  const inner: Beginnings = new Map();
  for (const piece of Object.keys(model.vocab)) {
    add(first, piece, piece);
    if (piece.startsWith(prefix)) add(inner, piece.slice(prefix.length), piece);
  }
  return (words) => {
    const tokens: string[] = [];
    for (const word of words) {
      const before = tokens.length;
      let start = isTooLong(word, maxCharacters) ? -1 : 0;
      while (start >= 0 && start < word.length) {
        const found = longestPiece(start === 0 ? first : inner, word, start);
        if (found) tokens.push(found.piece);
        start = found ? found.end : -1;
      }
      if (start >= 0) continue;
      tokens.length = before;
      tokens.push(model.unk_token);
    }
    return tokens;
  };
}

function add(beginnings: Beginnings, text: string, piece: string): void {
  for (let end = 1; end < text.length; end++) {
    const beginning = text.slice(0, end);
    if (!beginnings.has(beginning)) beginnings.set(beginning, undefined);
  }
  if (text !== '') beginnings.set(text, piece);
}

function longestPiece(beginnings: Beginnings, word: string, start: number): { piece: string; end: number } | undefined {
  let found: { piece: string; end: number } | undefined;
  for (let end = start + 1; end <= word.length; end++) {
    const beginning = word.slice(start, end);
    const piece = beginnings.get(beginning);
    if (piece !== undefined) found = { piece, end };
    else if (!beginnings.has(beginning)) break;
  }
  return found;
}

/** In code points, as the limit counts. */
function isTooLong(word: string, maxCharacters: number): boolean {
  if (word.length <= maxCharacters) return false;
  return word.length > maxCharacters * 2 || Array.from(word).length > maxCharacters;
}
