/** Records are UTF-8, as PubMed writes them; other bytes fail their record instead of becoming wrong letters. */
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function recordText(raw: Uint8Array): string {
  return UTF8.decode(raw);
}
