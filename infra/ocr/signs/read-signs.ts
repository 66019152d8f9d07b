import type { OcrLine, OcrPage, OcrWord, PageImage } from '../../../core/ports/ocr-engine.js';
import { superscript } from '../../../core/reading/layout/unicode-text.js';
import type { GreyPage } from '../../readers/page-image/grey-page.js';
import { digitStrip, numbersOfStrip, type DigitReader } from './digit-strip.js';
import { doubtOf, type DoubtfulWord } from './doubtful-words.js';
import { tellSign, type RaisedNumber } from './tell-sign.js';
import { levelsOf, wordPicture } from './word-picture.js';

/** A page full of powers is a table of results; more than this would be a picture of noise. */
const MAX_DOUBTS = 200;

const POWER = /^10[⁰¹²³⁴-⁹⁻]/u;

interface Doubt {
  readonly word: OcrWord;
  readonly before: OcrWord | undefined;
  readonly after: OcrWord | undefined;
  readonly doubt: DoubtfulWord;
  readonly lineHeight: number;
}

/**
 * The page with signs that change a quantity as they are drawn. Tesseract's data have no raised digits, `≥`, `≤`, `×` or `µ`, so
 * that `10⁹/L` is read `10°/L` or `100/L`, `≥ 30` `> 30` and `µg` `pg`. Each is told by its shape; raised digits are read once
 * more by themselves, large. What cannot be told keeps its reading and is marked `doubtful`. Pages without such words are
 * given back as they are, at no cost. Errors: those of `readDigits`.
 */
export async function readSigns(page: OcrPage, image: PageImage, readDigits: DigitReader): Promise<OcrPage> {
  const doubts = page.paragraphs.flatMap((paragraph) => paragraph.lines.flatMap(doubtsOf)).slice(0, MAX_DOUBTS);
  if (doubts.length === 0) return page;
  const picture = await levelsOf(image);
  const told = new Map<OcrWord, OcrWord>();
  const raised: (RaisedNumber & { readonly word: OcrWord; readonly page: GreyPage })[] = [];
  for (const { word, before, doubt, lineHeight } of doubts) {
    const look = (of: OcrWord) => wordPicture(picture, of.box, lineHeight);
    const seen = look(word);
    const answer = tellSign(word, doubt, seen, doubt.kind === 'times' && before ? look(before) : undefined);
    if (answer?.kind === 'raised') raised.push({ ...answer.number, word, page: seen.page });
    else if (answer) told.set(word, answer.kind === 'text' ? withText(word, answer.text) : { ...word, doubtful: true });
  }
  if (raised.length > 0) {
    const numbers = numbersOfStrip(await readDigits(digitStrip(raised)), raised.length);
    raised.forEach(({ word, head, tail, minus, allowed }, index) => {
      const number = numbers[index] ?? '';
      const text = `${head}${superscript(minus ? `-${number}` : number)}${tail}`;
      told.set(word, allowed.test(number) ? withText(word, text) : { ...word, doubtful: true });
    });
    // Between a number and a power of ten stands nothing else, however low it was printed.
    for (const { word, after, doubt } of doubts) {
      const power = after && told.get(after);
      if (doubt.kind === 'times' && power && !power.doubtful && POWER.test(power.text))
        told.set(word, withText(word, '×'));
    }
  }
  return withWords(page, told);
}

function withText({ doubtful: _doubtful, ...word }: OcrWord, text: string): OcrWord {
  return { ...word, text };
}

function doubtsOf({ words, box }: OcrLine): Doubt[] {
  return words.flatMap((word, index) => {
    const [before, after] = [words[index - 1], words[index + 1]];
    const doubt = doubtOf(word, before, after);
    return doubt ? [{ word, before, after, doubt, lineHeight: box.height }] : [];
  });
}

function withWords(page: OcrPage, told: ReadonlyMap<OcrWord, OcrWord>): OcrPage {
  const lineOf = (line: OcrLine) => ({ ...line, words: line.words.map((word) => told.get(word) ?? word) });
  return {
    ...page,
    paragraphs: page.paragraphs.map((paragraph) => ({ ...paragraph, lines: paragraph.lines.map(lineOf) })),
  };
}
