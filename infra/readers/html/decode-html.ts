import { Failure } from '../../../core/contract/failures.js';
import { declaredCharset, isUtf8, oneByteCharset, oneByteDecoder } from '../text/charset.js';
import { decodeText, utf16Of } from '../text/decode-text.js';

/**
 * Text of an HTML or XML file: by byte order mark, else by what the file declares of itself, else UTF-8 strictly. Letters
 * beyond ASCII that are valid UTF-8 are UTF-8, whatever charset of one byte a letter is declared: servers and editors leave
 * such lines behind, and nobody writes `Ã©` by chance. A declared charset that the bytes contradict otherwise, or that
 * nobody knows, is refused: wrong letters would end in doses and names.
 * `cutOff`: the bytes may end in the middle of a character.
 * Errors: `TEXT_UNREADABLE`.
 */
export function decodeHtml(bytes: Uint8Array, options: { readonly cutOff?: boolean } = {}): string {
  const charset = declaredCharset(bytes);
  if (charset === undefined || hasByteOrderMark(bytes)) return decodeText(bytes, options);
  // A declaration that could be read byte by byte cannot stand in UTF-16; browsers take it for UTF-8 as well.
  if (/^utf-?(?:8|16)/i.test(charset)) return decodeText(bytes, options);
  const oneByte = oneByteCharset(bytes);
  if (oneByte !== undefined && isUtf8(bytes, options)) return decodeText(bytes, options);
  try {
    if (oneByte !== undefined) return oneByteDecoder(oneByte, { fatal: true })(bytes).replaceAll('\0', '');
    const decoder = new TextDecoder(charset, { fatal: true });
    return decoder.decode(bytes, { stream: options.cutOff ?? false }).replaceAll('\0', '');
  } catch (cause) {
    throw new Failure('TEXT_UNREADABLE', { detail: 'the declared charset does not fit', cause });
  }
}

function hasByteOrderMark(bytes: Uint8Array): boolean {
  const isUtf8Mark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return isUtf8Mark || utf16Of(bytes.subarray(0, 2)) !== undefined;
}
