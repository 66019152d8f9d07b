/**
 * `ﬀ ﬁ ﬂ ﬃ ﬄ ﬅ ﬆ` and the shapes of Hebrew and Arabic letters: the only compatibility forms that are undone; `10⁹`, `½`,
 * `µ` and `ª` mean what they are.
 */
const LIGATURES = /[\uFB00-\uFB4F\uFB50-\uFDFF\uFE70-\uFEFC]/g;
/** Controls, soft hyphens, zero-width spaces, byte order marks. Joiners (U+200C/D) stay: Persian and Hindi need them. */
const INVISIBLE = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u00AD\u200B\u200E\u200F\u2060-\u2064\uFEFF]/g;
const SPACES = /[\t \u00A0\u1680\u2000-\u200A\u202F\u205F\u3000]+/g;
/** Bullets of the Symbol and Wingdings fonts, which reach us as private-use characters. */
const SYMBOL_BULLETS = /[\uF0A7\uF0B7\uF076\uF0D8\uF0FC]/g;

/** Words of ASCII with one space between: nothing to be done, and half of all blocks. */
const PLAIN = /^[\x21-\x7E]+(?: [\x21-\x7E]+)*$/;

/**
 * The canonical form of one block's text: NFC, no control or invisible characters, ligatures spelt out, one space
 * between words, no space at line ends, no empty lines. Newlines stay; `indented` (nested lists) also keeps what a line
 * starts with.
 */
export function canonicalText(text: string, options: { readonly indented?: boolean } = {}): string {
  if (PLAIN.test(text)) return text;
  return text
    .replace(/\r\n?|[\u2028\u2029\u0085]/g, '\n')
    .replace(INVISIBLE, '')
    .replace(LIGATURES, (ligature) => ligature.normalize('NFKC'))
    .replace(SYMBOL_BULLETS, '•')
    .split('\n')
    .map((line) => (options.indented ? (/^ */.exec(line)?.[0] ?? '') : '') + line.replace(SPACES, ' ').trim())
    .filter((line) => line.trim() !== '')
    .join('\n')
    .normalize('NFC');
}

/**
 * Like {@link canonicalText} for code, where indentation and empty lines carry meaning: only line ends, invisible
 * characters and Unicode form are made canonical.
 */
export function canonicalCode(text: string): string {
  return text
    .replace(/\r\n?|[\u2028\u2029\u0085]/g, '\n')
    .replace(INVISIBLE, '')
    .split('\n')
    .map(withoutSpacesAtEnd)
    .filter((line) => line !== '')
    .join('\n')
    .normalize('NFC');
}

/** A pattern with `$` would begin anew at every space of a long row of them. */
function withoutSpacesAtEnd(line: string): string {
  let end = line.length;
  while (end > 0 && (line[end - 1] === ' ' || line[end - 1] === '\t')) end -= 1;
  return line.slice(0, end);
}

const SUPERSCRIPTS: Readonly<Record<string, string>> = {
  '0': '⁰', '1': '¹', '2': '²', '3': '³', '4': '⁴', '5': '⁵', '6': '⁶', '7': '⁷', '8': '⁸', '9': '⁹',
  '+': '⁺', '-': '⁻', '−': '⁻', '–': '⁻', '(': '⁽', ')': '⁾',
}; // prettier-ignore

/**
 * Raised text as Unicode superscripts where it is a number or a sign, so that `10` with a raised `9` reads `10⁹` and
 * never `109`; other raised text (`®`, `th`, `a,b`) is given back as it is.
 */
export function superscript(text: string): string {
  const raised = [...text].map(
    (character) => SUPERSCRIPTS[character] ?? (/[\s,]/.test(character) ? character : undefined),
  );
  return raised.every((character) => character !== undefined) ? raised.join('') : text;
}
