/** What programs put in as the author when nobody gave one. */
const PLACEHOLDER =
  /^(?:python-(?:docx|pptx)|openpyxl|apache poi|docx4j|libreoffice|openoffice(?:\.org)?|microsoft(?: office)?(?: user)?|office user|windows user|benutzer|usu[aá]rio|user|admin(?:istrator)?|owner|author|unknown|default|none|n\/?a|-)$/i;

/** Whether an author whom a file states of itself is none. */
export function isPlaceholderAuthor(author: string): boolean {
  return PLACEHOLDER.test(author.trim());
}
