export interface Piece {
  readonly text: string;
  readonly marked: boolean;
}

/** Shorter words are everywhere and would speckle the passage. */
const SHORTEST = 3;

/**
 * Cuts a passage into pieces, those marked that begin like a word of the question. It only guides the eye: what was found is
 * told by the scores.
 */
export function markWords(text: string, question: string): Piece[] {
  const stems = (question.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [])
    .filter((word) => word.length >= SHORTEST)
    .map(stemOf);
  if (stems.length === 0) return [{ text, marked: false }];
  const pieces: Piece[] = [];
  let rest = 0;
  for (const { 0: word, index } of text.matchAll(/[\p{L}\p{N}]+/gu)) {
    const lower = word.toLowerCase();
    if (!stems.some((stem) => lower.startsWith(stem) && lower.length <= stem.length + 4)) continue;
    if (index > rest) pieces.push({ text: text.slice(rest, index), marked: false });
    pieces.push({ text: word, marked: true });
    rest = index + word.length;
  }
  if (rest < text.length) pieces.push({ text: text.slice(rest), marked: false });
  return pieces;
}

/** Plural and verb endings of English and Portuguese off, where enough is left. */
function stemOf(word: string): string {
  const bare = word.replace(/(?:ing|ed|es|s)$/u, '');
  return bare.length >= SHORTEST ? bare : word;
}
