/** `3`, `3.1`, `3.1.2.` before a title that starts with a letter; at most two digits a part, so years are none. */
const DECIMAL = /^(\d{1,2}(?:\.\d{1,2}){0,4})\.?\s+(?=[\p{L}(])/u;
const NAMED =
  /^(?:chapter|part|section|appendix|annex|cap[íi]tulo|parte|se[çc][ãa]o|anexo)\s+(?:\d{1,2}|[A-Z]|[IVX]{1,5})\b/iu;

/** Depth of a title's section number: 1 for `3 Dosage` or `Appendix A`, 2 for `3.1 Adults`; 0 when it has none. */
export function sectionDepth(title: string): number {
  const decimal = DECIMAL.exec(title)?.[1];
  if (decimal !== undefined) return decimal.split('.').length;
  return NAMED.test(title) ? 1 : 0;
}

/** A title wholly in capitals: at least four letters, none of them small. */
export function isAllCapitals(title: string): boolean {
  return (title.match(/\p{Lu}/gu)?.length ?? 0) >= 4 && !/\p{Ll}/u.test(title);
}

/** `Table 2`, `Figure 1.`, `Quadro 3`: the title of a table or picture, which is not a section. */
export function isCaption(text: string): boolean {
  return /^(?:table|figure|fig\.|box|tabela|quadro|figura)\s*\d+(?:[.:\s–-]|$)/iu.test(text);
}
