/** The standard of HTML lets the declaration stand within this many bytes. */
const DECLARED_WITHIN = 4096;
const DECLARATIONS = [
  /<meta\b[^>]*?\bcharset\s*=\s*["']?\s*([\w.:-]+)/i,
  /^\s*<\?xml\b[^>]*?\bencoding\s*=\s*["']([\w.:-]+)/i,
];
/** Charsets of one byte a letter, in which nearly all bytes mean something: nothing contradicts them but UTF-8 itself. */
const ONE_BYTE = /^(?:windows-|iso-8859-|koi8-|macintosh$|ibm866$|x-mac-)/;

/** What a file of HTML or XML declares of itself. */
export function declaredCharset(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.subarray(0, DECLARED_WITHIN)).toString('latin1');
  for (const declaration of DECLARATIONS) {
    const charset = declaration.exec(head)?.[1];
    if (charset !== undefined) return charset;
  }
  return undefined;
}

/** The declared charset where it is one of one byte a letter, by the name that the web has for it. */
export function oneByteCharset(bytes: Uint8Array): string | undefined {
  const charset = declaredCharset(bytes);
  if (charset === undefined) return undefined;
  try {
    const { encoding } = new TextDecoder(charset);
    return ONE_BYTE.test(encoding) ? encoding : undefined;
  } catch {
    return undefined;
  }
}

/** Letters of a charset of one byte; the bytes may come in any pieces. `fatal`: it throws for bytes that are no letter. */
export function oneByteDecoder(encoding: string, { fatal = false } = {}): (bytes: Uint8Array) => string {
  if (encoding === 'windows-1252') return windows1252;
  const decoder = new TextDecoder(encoding, { fatal });
  return (bytes) => decoder.decode(bytes);
}

/** Whether bytes are UTF-8 throughout. `cutOff`: they may end in the middle of a character. */
export function isUtf8(bytes: Uint8Array, { cutOff = false }: { readonly cutOff?: boolean } = {}): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: cutOff });
    return true;
  } catch {
    return false;
  }
}

/** What windows-1252, the web's Latin-1, has in place of the controls from 0x80 on: dashes, quotes, the euro. */
const WINDOWS_1252 = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8DŽ\x8F\x90‘’“”•–—˜™š›œ\x9DžŸ';

/** Node 20 decodes it as plain Latin-1, and loses those. */
function windows1252(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString('latin1')
    .replace(/[\x80-\x9F]/g, (control) => WINDOWS_1252[control.charCodeAt(0) - 0x80] ?? control);
}
