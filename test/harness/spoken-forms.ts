/** A text in the forms in which a store or a log may hold it. */
export function spokenForms(text: string): { readonly form: string; readonly bytes: Buffer }[] {
  const utf8 = Buffer.from(text, 'utf8');
  return [
    { form: 'clear', bytes: utf8 },
    { form: 'UTF-16 LE', bytes: Buffer.from(text, 'utf16le') },
    { form: 'UTF-16 BE', bytes: Buffer.from(text, 'utf16le').swap16() },
    { form: 'hexadecimal', bytes: Buffer.from(utf8.toString('hex')) },
    { form: 'percent-encoded', bytes: Buffer.from(encodeURIComponent(text)) },
    { form: 'reversed', bytes: Buffer.from([...text].reverse().join('')) },
    ...base64Forms(utf8),
  ];
}

/** What stands in every Base64 of a longer text that holds these bytes, wherever they begin in it. */
function base64Forms(bytes: Buffer): { form: string; bytes: Buffer }[] {
  return [0, 1, 2].map((offset) => {
    const before = Buffer.alloc(offset);
    const encoded = Buffer.concat([before, bytes]).toString('base64').replace(/=+$/, '');
    // Characters at either end also hold bits of the neighbours.
    const from = offset === 0 ? 0 : offset + 1;
    const rest = (offset + bytes.length) % 3;
    return { form: `Base64 at ${offset}`, bytes: Buffer.from(encoded.slice(from, rest === 0 ? undefined : -1)) };
  });
}
