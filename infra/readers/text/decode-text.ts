import { Failure } from '../../../core/contract/failures.js';

/** Enough to see in which half of each pair of bytes the NULs stand. */
const LOOKED_AT_BYTES = 4096;
/** Of two bytes a letter; Chinese and Greek have fewer NULs, but blanks and figures between. */
const MIN_NUL_SHARE = 0.1;

/**
 * Text from bytes: UTF-8 strictly, UTF-16 by its byte order mark or by its NULs. Other NUL characters go. Guessing at other encodings would
 * put wrong letters into doses and names, so they are refused.
 * `cutOff`: the bytes may end in the middle of a character.
 * Errors: `TEXT_UNREADABLE`.
 */
export function decodeText(bytes: Uint8Array, options: { readonly cutOff?: boolean } = {}): string {
  const encoding = utf16Of(bytes) ?? 'utf-8';
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: options.cutOff ?? false });
    return text.replaceAll('\0', '');
  } catch (cause) {
    throw new Failure('TEXT_UNREADABLE', { detail: `encoding=${encoding}`, cause });
  }
}

/**
 * Which UTF-16 the bytes are: by a mark, or, as programs write it without one, by NULs in one half of each pair of bytes and
 * none in the other. `undefined` when they are something else.
 */
export function utf16Of(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  const nuls: [even: number, odd: number] = [0, 0];
  const head = bytes.subarray(0, LOOKED_AT_BYTES);
  for (const [index, byte] of head.entries()) if (byte === 0) nuls[index % 2 === 0 ? 0 : 1] += 1;
  const enough = head.length * MIN_NUL_SHARE;
  if (nuls[0] === 0 && nuls[1] >= enough && nuls[1] > 0) return 'utf-16le';
  return nuls[1] === 0 && nuls[0] >= enough && nuls[0] > 0 ? 'utf-16be' : undefined;
}
