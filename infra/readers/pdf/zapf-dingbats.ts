import { OPS } from './pdf-engine.js';
import type { Glyph } from './graphics-walk.js';

/** ITC Zapf Dingbats, one of the fourteen fonts that every PDF reader has; pdfjs gives its codes for letters: `3` for a tick. */
const NAME = /(?:^|\+)(?:ITC)?Zapf\s?Dingbats/i;

/** Where the block Dingbats of Unicode, which follows the font code by code, leaves out what stood elsewhere before. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  '%': '☎', '*': '☛', '+': '☞', 'H': '★', 'l': '●', 'n': '■', 's': '▲', 't': '▼', 'u': '◆', 'w': '◗',
  '¨': '♣', '©': '♦', 'ª': '♥', '«': '♠', 'Õ': '→', 'Ö': '↔', '×': '↕',
}; // prettier-ignore
/** First and last code, and the sign of the first. The circled digits 1 to 10 of AC to B5 are not of the block. */
const RANGES = [
  [0x21, 0x7e, 0x2701],
  [0xa1, 0xab, 0x2761],
  [0xac, 0xb5, 0x2460],
  [0xb6, 0xfe, 0x2776],
] as const;

export function isZapfDingbats(font: string): boolean {
  return NAME.test(font);
}

/** The signs that text in this font shows. What is no code of it, as where a document says itself what its glyphs are, stays. */
export function zapfDingbats(text: string): string {
  return Array.from(text, (letter) => {
    const code = letter.codePointAt(0) ?? 0;
    const range = RANGES.find(([first, last]) => code >= first && code <= last);
    return range ? (ELSEWHERE[letter] ?? String.fromCodePoint(range[2] + code - range[0])) : letter;
  }).join('');
}

interface Operators {
  readonly fnArray: readonly number[];
  readonly argsArray: readonly unknown[];
}

/** The same operators, their glyphs in this font named by what they show. `fontName`: by the id that operators use. */
export function withSigns(operators: Operators, fontName: (id: string) => string): Operators {
  let shows = false;
  const fonts: boolean[] = [];
  const argsArray = operators.argsArray.map((args, index) => {
    const [first] = (args ?? []) as readonly unknown[];
    switch (operators.fnArray[index]) {
      case undefined:
        return args;
      case OPS.save:
      case OPS.paintFormXObjectBegin:
      case OPS.beginAnnotation:
        fonts.push(shows);
        return args;
      case OPS.restore:
      case OPS.paintFormXObjectEnd:
      case OPS.endAnnotation:
        shows = fonts.pop() ?? shows;
        return args;
      case OPS.setFont:
        shows = typeof first === 'string' && isZapfDingbats(fontName(first));
        return args;
      case OPS.showText:
        return shows ? [(first as readonly (Glyph | number)[]).map(named)] : args;
      default:
        return args;
    }
  });
  return { fnArray: operators.fnArray, argsArray };
}

function named(glyph: Glyph | number): Glyph | number {
  return typeof glyph === 'number' ? glyph : { ...glyph, unicode: zapfDingbats(glyph.unicode) };
}
