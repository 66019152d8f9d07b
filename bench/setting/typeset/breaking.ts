/** Text of one height; raised text is a superscript and set small. */
export interface Piece {
  readonly text: string;
  readonly raised: boolean;
}

/** What must not be parted by a line's end, as it is set there. */
export interface SetWord {
  readonly pieces: readonly Piece[];
  readonly width: number;
}

const RAISED: Readonly<Record<string, string>> = {
  '⁰': '0', '¹': '1', '²': '2', '³': '3', '⁴': '4', '⁵': '5', '⁶': '6', '⁷': '7', '⁸': '8', '⁹': '9', '⁺': '+', '⁻': '-',
}; // prettier-ignore

/** `10⁹/L` as `10`, a raised `9` and `/L`: how typesetters make a superscript. */
export function piecesOf(word: string): Piece[] {
  const pieces: { text: string; raised: boolean }[] = [];
  for (const character of word) {
    const raised = RAISED[character];
    const last = pieces.at(-1);
    if (last?.raised === (raised !== undefined)) last.text += raised ?? character;
    else pieces.push({ text: raised ?? character, raised: raised !== undefined });
  }
  return pieces;
}

export interface BreakInput {
  readonly text: string;
  readonly width: number;
  /** Of the first line. */
  readonly indent: number;
  readonly space: number;
  readonly hyphen: string | undefined;
  readonly measure: (word: string) => SetWord;
}

/** Lines of a paragraph, first fit; with a `hyphen` words are parted at the end of a line. */
export function breakLines({ text, width, indent, space, hyphen, measure }: BreakInput): SetWord[][] {
  const lines: SetWord[][] = [];
  let line: SetWord[] = [];
  let used = indent;
  const close = () => {
    lines.push(line);
    line = [];
    used = 0;
  };
  const fits = (word: SetWord) => used + (line.length > 0 ? space : 0) + word.width <= width;
  const put = (word: SetWord) => {
    used += (line.length > 0 ? space : 0) + word.width;
    line.push(word);
  };
  for (const whole of text.split(' ')) {
    let word = whole;
    while (!fits(measure(word))) {
      const head = hyphen === undefined ? undefined : headThatFits(word, hyphen, (part) => fits(measure(part)));
      if (head) {
        put(measure(head.set));
        word = head.rest;
      } else if (line.length === 0) break;
      close();
    }
    put(measure(word));
  }
  close();
  return lines;
}

function headThatFits(
  word: string,
  hyphen: string,
  fits: (part: string) => boolean,
): { set: string; rest: string } | undefined {
  for (let at = word.length - 3; at >= 3; at--) {
    const [before, rest] = [word.slice(0, at), word.slice(at)];
    // A compound breaks behind its own hyphen and nowhere else.
    const set = before.endsWith('-') ? before : isSyllableEnd(word, at) ? before + hyphen : undefined;
    if (set !== undefined && fits(set)) return { set, rest };
  }
  return undefined;
}

/** Between a vowel and a consonant with a vowel behind it: near enough to syllables in English and in Portuguese. */
function isSyllableEnd(word: string, at: number): boolean {
  return (
    /^\p{L}+[.,;)]?$/u.test(word) &&
    /^[aeiouáéíóúâêôãõ][^aeiouáéíóúâêôãõ\P{L}][aeiouáéíóúâêôãõ]/u.test(word.slice(at - 1))
  );
}
