import { Failure } from '../../../core/contract/failures.js';

/**
 * Text from bytes: UTF-8 strictly, UTF-16 by its byte order mark. NUL characters go. Guessing at other encodings would
 * put wrong letters into doses and names, so they are refused.
 * `cutOff`: the bytes may end in the middle of a character.
 * Errors: `TEXT_UNREADABLE`.
 */
export function decodeText(bytes: Uint8Array, options: { readonly cutOff?: boolean } = {}): string {
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8';
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: options.cutOff ?? false });
    return text.replaceAll('\0', '');
  } catch (cause) {
    throw new Failure('TEXT_UNREADABLE', { detail: `encoding=${encoding}`, cause });
  }
}
