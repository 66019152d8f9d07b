/** A stream of a PDF: its dictionary's entries and its bytes as they are. */
export interface PdfStream {
  readonly entries: string;
  readonly bytes: Buffer;
}

/** Writes a PDF of these objects; the first is object 1, and must be the catalog. */
export function writePdf(objects: readonly (string | PdfStream)[]): Uint8Array {
  const pieces: Buffer[] = [Buffer.from('%PDF-1.7\n')];
  const places: number[] = [];
  let length = pieces[0]?.length ?? 0;
  const add = (...more: Buffer[]) => {
    for (const piece of more) {
      pieces.push(piece);
      length += piece.length;
    }
  };
  objects.forEach((object, index) => {
    places.push(length);
    add(Buffer.from(`${index + 1} 0 obj\n`));
    if (typeof object === 'string') add(Buffer.from(object));
    else {
      add(Buffer.from(`<< /Length ${object.bytes.length} ${object.entries} >>\nstream\n`), object.bytes);
      add(Buffer.from('\nendstream'));
    }
    add(Buffer.from('\nendobj\n'));
  });
  const table = places.map((place) => `${String(place).padStart(10, '0')} 00000 n \n`).join('');
  const size = objects.length + 1;
  const trailer = `xref\n0 ${size}\n0000000000 65535 f \n${table}trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${length}\n%%EOF\n`;
  add(Buffer.from(trailer));
  return new Uint8Array(Buffer.concat(pieces));
}
