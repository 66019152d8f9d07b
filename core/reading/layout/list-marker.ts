/** Bullets as fonts write them; a hyphen or dash counts only with a space behind it. */
const BULLET = /^(?:[•●○◦▪▫■□◆◇‣⁃∙·►▶➢➤✓✔\uF0A7\uF0B7\uF076\uF0D8\uF0FC]\s*|[-–—*]\s+|o\s+(?=\p{Lu}))/u;
/** `1.` `12)` `(3)` `a)` `(b)` `iv.` with a space behind; `1.2` is a section's number and no list. */
const NUMBER = /^(?:\(?\d{1,2}[.)]|\((?:[a-z]|[ivx]{1,4})\)|(?:[a-z]|[ivx]{2,4})[.)])\s+/;

/** Length of the list marker at the start of a line, with the space behind it; 0 when there is none. */
export function listMarkerLength(line: string): number {
  return (BULLET.exec(line) ?? NUMBER.exec(line))?.[0].length ?? 0;
}

/** `1.1.1` alone, as recommendations carry it in the margin of their text. */
export function isLoneNumber(text: string): boolean {
  return /^\d{1,2}(?:\.\d{1,2}){1,4}\.?$/.test(text.trim());
}

/** Whether the line is a bullet alone, as fonts with a wide gap behind the bullet make it. */
export function isLoneMarker(text: string): boolean {
  return /^(?:[•●○◦▪▫■□◆◇‣⁃∙·►▶➢➤✓✔\uF0A7\uF0B7\uF076\uF0D8\uF0FC–—-]|o|\(?\d{1,2}[.)]|\(?[a-z]\))$/.test(text.trim());
}
