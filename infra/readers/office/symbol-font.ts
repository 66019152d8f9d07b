import { codePoint } from 'dingbat-to-unicode';

const SYMBOL_FONT = /^(?:Symbol(?:\s?MT)?|Wingdings(?: [23])?|Webdings)$/i;
/** Where Windows puts the signs of such fonts, which have no letters of Unicode. */
const PRIVATE_FROM = 0xf000;
const PRIVATE_TO = 0xf0ff;
const MICRO_SIGN = '\u00B5';
const GREEK_MU = '\u03BC';

export function isSymbolFont(font: string | undefined): boolean {
  return font !== undefined && SYMBOL_FONT.test(unquoted(font));
}

/**
 * What text in a font of signs shows: `m` in Symbol is `µ`, and `£` is `≤`. Letters that the font does not have stay.
 * The mu of Symbol is nearly always the one of units.
 */
export function symbolText(text: string, font: string): string {
  const name = unquoted(font).replace(/^Symbol\s?MT$/i, 'Symbol');
  return Array.from(text, (sign) => symbolSign(sign, name)).join('');
}

function symbolSign(sign: string, font: string): string {
  const code = sign.codePointAt(0) ?? 0;
  if (/\s/.test(sign) && code < 0x80) return sign;
  const own = code >= PRIVATE_FROM && code <= PRIVATE_TO ? code - PRIVATE_FROM : code;
  const shown = own > 0xff ? undefined : codePoint(font, own)?.string;
  return shown === undefined ? sign : shown === GREEK_MU ? MICRO_SIGN : shown;
}

function unquoted(font: string): string {
  return font.split(',')[0]?.replace(/["']/g, '').trim() ?? '';
}
