export interface Piece {
  readonly text: string;
  readonly marked: boolean;
}

/** Shorter words are everywhere and would speckle the passage. */
const SHORTEST = 3;

/** Longer words of questions that say nothing of what is asked for, in English and Portuguese. */
const SAY_NOTHING = new Set(
  `about and any are but can could did does for from had has have how may might must not our shall should than that the their
  them there these they this those was were what when where which who whom whose why will with within without would you your
  aos até com como cada das dessa desse deve devem dos ela elas ele eles entre essa esse esta está estão este foi foram isso
  isto mais mas muito nas nem nos onde para pela pelas pelo pelos pode podem por porque qual quais quando quanto que quem são
  sem ser seu seus sua suas sobre também tem têm uma umas uns`.split(/\s+/u),
);

/**
 * Cuts a passage into pieces, those marked that begin like a word of the question. It only guides the eye: what was found is
 * told by the scores.
 */
export function markWords(text: string, question: string): Piece[] {
  const stems = (question.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [])
    .filter((word) => word.length >= SHORTEST && !SAY_NOTHING.has(word))
    .map(stemOf);
  if (stems.length === 0) return [{ text, marked: false }];
  const pieces: Piece[] = [];
  let rest = 0;
  for (const { 0: word, index } of text.matchAll(/[\p{L}\p{N}]+/gu)) {
    const lower = word.toLowerCase();
    if (SAY_NOTHING.has(lower) || !stems.some((stem) => lower.startsWith(stem) && lower.length <= stem.length + 4))
      continue;
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
