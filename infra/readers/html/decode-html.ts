import { Failure } from '../../../core/contract/failures.js';
import { decodeText } from '../text/decode-text.js';

/** The standard lets the declaration stand within this many bytes. */
const DECLARED_WITHIN = 4096;
const DECLARATIONS = [
  /<meta\b[^>]*?\bcharset\s*=\s*["']?\s*([\w.:-]+)/i,
  /^\s*<\?xml\b[^>]*?\bencoding\s*=\s*["']([\w.:-]+)/i,
];

/**
 * Text of an HTML file: by byte order mark, else by what the file declares of itself, else UTF-8 strictly. A declared
 * charset that the bytes contradict, or that nobody knows, is refused: wrong letters would end in doses and names.
 * `cutOff`: the bytes may end in the middle of a character.
 * Errors: `TEXT_UNREADABLE`.
 */
export function decodeHtml(bytes: Uint8Array, options: { readonly cutOff?: boolean } = {}): string {
  const charset = declaredCharset(bytes);
  if (charset === undefined || hasByteOrderMark(bytes)) return decodeText(bytes, options);
  // A declaration that could be read byte by byte cannot stand in UTF-16; browsers take it for UTF-8 as well.
  if (/^utf-?(?:8|16)/i.test(charset)) return decodeText(bytes, options);
  try {
    const decoder = new TextDecoder(charset, { fatal: true });
    if (decoder.encoding === 'windows-1252') return windows1252(bytes).replaceAll('\0', '');
    return decoder.decode(bytes, { stream: options.cutOff ?? false }).replaceAll('\0', '');
  } catch (cause) {
    throw new Failure('TEXT_UNREADABLE', { detail: 'the declared charset does not fit', cause });
  }
}

function declaredCharset(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.subarray(0, DECLARED_WITHIN)).toString('latin1');
  for (const declaration of DECLARATIONS) {
    const charset = declaration.exec(head)?.[1];
    if (charset !== undefined) return charset;
  }
  return undefined;
}

function hasByteOrderMark(bytes: Uint8Array): boolean {
  const [first, second, third] = bytes;
  return (
    (first === 0xff && second === 0xfe) ||
    (first === 0xfe && second === 0xff) ||
    (first === 0xef && second === 0xbb && third === 0xbf)
  );
}

/** What windows-1252, the web's Latin-1, has in place of the controls from 0x80 on: dashes, quotes, the euro. */
const WINDOWS_1252 = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8DŽ\x8F\x90‘’“”•–—˜™š›œ\x9DžŸ';

/** Node 20 decodes it as plain Latin-1, and loses those. */
function windows1252(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString('latin1')
    .replace(/[\x80-\x9F]/g, (control) => WINDOWS_1252[control.charCodeAt(0) - 0x80] ?? control);
}
