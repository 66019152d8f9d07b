import { textSegments } from './text-segments.js';

/** Cuts a text into sentences: in order and without gaps. */
export type SentenceCutter = (text: string) => Iterable<string>;

/**
 * Words whose full stop ends no sentence, by language. Unicode's own suppressions (`ss-standard`) are what `Intl.Segmenter`
 * leaves out (Node 20 to 24).
 */
const ABBREVIATIONS: Readonly<Record<string, string>> = {
  en: 'dr drs mr mrs ms prof st vs cf ca approx fig figs tab eq ref refs no nos vol pp ed eds al e.g i.e max min resp',
  pt: 'dr dra drs sr sra prof profa vs cf ca aprox fig figs tab ref refs art cap cel n nº vol pág págs p pp ed et al ex obs máx mín tel av',
  es: 'dr dra sr sra prof profa vs cf ca aprox fig figs tab ref art cap núm vol pág págs pp ed al ej máx mín',
  fr: 'dr pr m mme prof vs cf ca env fig figs tabl réf art chap vol p pp éd al ex max min',
  de: 'dr prof hr fr vgl ca abb tab nr bd s z.b d.h u.a bzw evtl ggf max min al',
  it: 'dr dott dott.ssa sig prof vs cfr ca circa fig figg tab art cap vol pag pagg pp ed al es max min',
};

/** Characters at the end of a sentence in which its last word is looked for; longer than any abbreviation. */
const ABBREVIATION_WINDOW = 24;

/** By UAX #29 with the language's own rules and abbreviations; `und` and tags that this machine does not know by those of all. */
export function sentenceCutter(language: string): SentenceCutter {
  const segmenter = segmenterOf(language);
  const own = ABBREVIATIONS[language] ?? ABBREVIATIONS['en'] ?? '';
  const abbreviations = new Set(own.split(' '));
  const goesOn = (end: string): boolean => {
    const word = /(?:^|[\s([])([\p{L}º][\p{L}º.]*)\.\s*$/u.exec(end)?.[1];
    return word !== undefined && abbreviations.has(word.toLowerCase());
  };
  return function* sentences(text) {
    let from = 0;
    let to = 0;
    for (const segment of textSegments(segmenter, text)) {
      to += segment.length;
      // By offsets: looking at the end of a text that was put together would copy it, and take time in its square.
      if (goesOn(text.slice(Math.max(from, to - ABBREVIATION_WINDOW), to))) continue;
      yield text.slice(from, to);
      from = to;
    }
    if (from < to) yield text.slice(from, to);
  };
}

function segmenterOf(language: string): Intl.Segmenter {
  try {
    return new Intl.Segmenter(language, { granularity: 'sentence' });
  } catch {
    return new Intl.Segmenter('und', { granularity: 'sentence' });
  }
}
