/** `3`, `3.1`, `3.1.2.` before a title that starts with a letter; at most two digits a part, so years are none. */
const DECIMAL = /^(\d{1,2}(?:\.\d{1,2}){0,4})\.?\s+(?=[\p{L}(])/u;
/**
 * Of all languages at once: a page is laid out before anybody knows what it is written in. Accents may be missing, as OCR
 * drops them over capitals.
 */
const NAMED = anyWord(
  ['chapter', 'part', 'section', 'appendix', 'annex', 'annexe'],
  ['cap[íi]tulo', 'parte', 'se[çc][ãa]o', 'sec[çc][ãa]o', 'anexo', 'ap[êe]ndice', 'm[óo]dulo', 'protocolo'],
  ['secci[óo]n', 'ap[ée]ndice'],
  [
    'chapitre',
    'partie',
    'kapitel',
    'teil',
    'abschnitt',
    'anhang',
    'anlage',
    'capitolo',
    'sezione',
    'appendice',
    'allegato',
  ],
);
const NAMED_NUMBER = String.raw`\s+(\d{1,2}|[A-Z]|[IVX]{1,5})(?![\p{L}\d])`;
const NAMED_SECTION = new RegExp(`^${NAMED}${NAMED_NUMBER}`, 'iu');

const CAPTIONED = anyWord(
  ['table', 'figure', 'fig\\.', 'box', 'chart', 'algorithm', 'tab\\.'],
  ['tabela', 'quadro', 'figura', 'gr[áa]fico', 'caixa', 'algoritmo', 'fluxograma'],
  ['tabla', 'cuadro', 'recuadro', 'tableau', 'encadr[ée]', 'graphique'],
  ['tabelle', 'abbildung', 'abb\\.', 'kasten', 'tabella', 'riquadro'],
);
/** `2`, `2.1`, `1a`, `A1`, and an end of it. */
const CAPTION = new RegExp(String.raw`^${CAPTIONED}\s*[A-Z]?\d+[a-z]?(?:[.:)\s–—-]|$)`, 'iu');

function anyWord(...languages: readonly (readonly string[])[]): string {
  return `(?:${languages.flat().join('|')})`;
}

/** Depth of a title's section number: 1 for `3 Dosage` or `Appendix A`, 2 for `3.1 Adults`; 0 when it has none. */
export function sectionDepth(title: string): number {
  const decimal = DECIMAL.exec(title)?.[1];
  if (decimal !== undefined) return decimal.split('.').length;
  const named = NAMED_SECTION.exec(title)?.[1];
  // `Parte a ser revista` is no part A.
  return named !== undefined && named === named.toUpperCase() ? 1 : 0;
}

/** A title wholly in capitals: at least four letters, none of them small. */
export function isAllCapitals(title: string): boolean {
  return (title.match(/\p{Lu}/gu)?.length ?? 0) >= 4 && !/\p{Ll}/u.test(title);
}

/** `Table 2`, `Figure 1.`, `Quadro 3 –`, `Abb. 4`: the title of a table or picture, which is not a section. */
export function isCaption(text: string): boolean {
  return CAPTION.test(text);
}
