import { createRequire } from 'node:module';
import PDFDocument from 'pdfkit';
import { breakLines, piecesOf, type SetWord } from './breaking.js';
import type { KnownDocument, KnownPart, KnownTable, Look, SetDocument, SetPlace, Sheet } from './known-text.js';

const A4 = { width: 595, height: 842 };
const MARGIN = 62;
const GUTTER = 20;
const CELL_PADDING = 8;
const FOOTNOTE_RATIO = 0.8;
const RAISED = { size: 0.62, rise: 0.36 };
const HEADING_SIZES = { 1: 1.55, 2: 1.25, 3: 1 };

/** Fonts that come with pdfjs, so that pages look the same on every machine. */
const fontFile = (name: string) => createRequire(import.meta.url).resolve(`pdfjs-dist/standard_fonts/${name}.ttf`);
const FACES = {
  sans: { regular: fontFile('LiberationSans-Regular'), bold: fontFile('LiberationSans-Bold') },
  serif: { regular: 'Times-Roman', bold: 'Times-Bold' },
};

interface Style {
  readonly size: number;
  readonly bold?: boolean;
}

interface Line {
  readonly words: readonly SetWord[];
  readonly x: number;
  readonly width: number;
  readonly justified: boolean;
}

/** Sets a document of known text as PDF. */
export async function typeset(document: KnownDocument): Promise<SetDocument> {
  const setter = new Typesetter(document.look);
  for (const part of document.parts) setter.put(part);
  return { name: document.name, ...(await setter.finish()) };
}

class Typesetter {
  readonly #pdf: PDFKit.PDFDocument;
  readonly #size: number;
  readonly #chunks: Buffer[] = [];
  readonly #truth: string[] = [];
  /** Of the column under way, of its page, and of the pages that ended within the part under way. */
  #notes: string[] = [];
  #pageNotes: string[] = [];
  #endedNotes: string[] = [];
  /** Where the part under way begins in the truth, and whether something of it is set already. */
  #partAt = 0;
  #begun = false;
  readonly #places: SetPlace[] = [];
  /** Page of the first line since this was last forgotten. */
  #beganOn: number | undefined;
  #columns: number;
  #sheet: Sheet;
  #column = 0;
  #top = 0;
  #y = 0;
  #columnTop = 0;
  #footHeight = 0;
  #pages: Sheet[] = [];

  constructor(private readonly look: Look) {
    this.#size = look.size ?? 10.5;
    this.#columns = look.columns ?? 1;
    this.#sheet = look.sheet ?? 'portrait';
    this.#pdf = new PDFDocument({ autoFirstPage: false, bufferPages: true });
    this.#pdf.on('data', (chunk: Buffer) => this.#chunks.push(chunk));
    this.#newPage();
  }

  put(part: KnownPart): void {
    this.#partAt = this.#truth.length;
    this.#begun = false;
    this.#beganOn = undefined;
    switch (part.kind) {
      case 'heading':
        this.#heading(part);
        this.#truth.push(part.text);
        break;
      case 'paragraph':
        this.#truth.push(part.text);
        this.#paragraph(part);
        this.#placed(part.text);
        break;
      case 'list':
        for (const item of part.items) {
          this.#truth.push(`• ${item}`);
          this.#item(item);
          this.#placed(item);
        }
        this.#y += this.#size * 0.6;
        break;
      case 'table':
        this.#table(part);
        break;
      case 'figure':
        this.#figure(part);
        this.#truth.push(part.caption);
        break;
      case 'page':
        this.#columns = part.columns ?? this.#columns;
        this.#sheet = part.sheet ?? this.#sheet;
        this.#endPage();
        this.#newPage();
        break;
    }
    this.#truth.push(...this.#endedNotes.splice(0));
  }

  /** What was set since the last look stands from the page of its first line to this one. */
  #placed(text: string): void {
    const from = this.#beganOn ?? this.#pages.length;
    this.#places.push({ text, pages: Array.from({ length: this.#pages.length - from + 1 }, (_, at) => from + at) });
    this.#beganOn = undefined;
  }

  async finish(): Promise<Omit<SetDocument, 'name'>> {
    this.#endPage();
    this.#truth.push(...this.#endedNotes.splice(0));
    this.#pages.forEach((sheet, index) => {
      this.#pdf.switchToPage(index);
      this.#runningLines(index, sheet);
    });
    const ended = new Promise((resolve) => this.#pdf.once('end', resolve));
    this.#pdf.end();
    await ended;
    return { bytes: Buffer.concat(this.#chunks), truth: this.#truth.join('\n'), places: this.#places };
  }

  // ---- pages and columns

  get #page(): { width: number; height: number } {
    return this.#sheet === 'portrait' ? A4 : { width: A4.height, height: A4.width };
  }

  get #columnWidth(): number {
    return (this.#page.width - 2 * MARGIN - GUTTER * (this.#columns - 1)) / this.#columns;
  }

  get #x(): number {
    return MARGIN + this.#column * (this.#columnWidth + GUTTER);
  }

  get #bottom(): number {
    return this.#page.height - MARGIN - this.#footHeight;
  }

  #newPage(): void {
    this.#pdf.addPage({
      size: [A4.width, A4.height],
      layout: this.#sheet === 'landscape' ? 'landscape' : 'portrait',
      margin: 0,
    });
    this.#pages.push(this.#sheet);
    const { dictionary } = this.#pdf.page as unknown as { dictionary: { data: Record<string, unknown> } };
    if (this.#sheet === 'rotated') dictionary.data['Rotate'] = 90;
    this.#pdf.save();
    // A lying page on an upright one: its x runs upwards.
    if (this.#sheet === 'rotated' || this.#sheet === 'sideways') this.#pdf.transform(0, -1, 1, 0, 0, A4.height);
    this.#column = 0;
    this.#footHeight = 0;
    this.#top = this.#columnTop = this.#y = MARGIN + 14;
  }

  #endPage(): void {
    this.#endColumn();
    if (this.#begun) this.#endedNotes.push(...this.#pageNotes.splice(0));
    else this.#truth.splice(this.#partAt, 0, ...this.#pageNotes.splice(0));
    this.#pdf.restore();
  }

  /** Sets the notes at its foot. */
  #endColumn(): void {
    if (this.#notes.length > 0) {
      let y = this.#bottom + this.#size;
      this.#rule(this.#x, y - this.#size * 0.6, this.#columnWidth / 3);
      for (const line of this.#notes.flatMap((note) => this.#noteLines(note))) {
        y += this.#size * FOOTNOTE_RATIO * 1.2;
        this.#draw({ ...line, x: this.#x }, y, { size: this.#size * FOOTNOTE_RATIO });
      }
    }
    this.#pageNotes.push(...this.#notes.splice(0));
    this.#footHeight = 0;
  }

  #advance(): void {
    if (this.#column + 1 < this.#columns) {
      this.#endColumn();
      this.#column += 1;
      this.#y = this.#columnTop;
    } else {
      this.#endPage();
      this.#newPage();
    }
  }

  /** Takes so many points of the column's height, in the next column where this one has them not; gives the top. */
  #take(height: number, keepWith = 0): number {
    if (this.#y + height + keepWith > this.#bottom && this.#y > this.#columnTop) this.#advance();
    this.#begun = true;
    this.#beganOn ??= this.#pages.length;
    const y = this.#y;
    this.#y += height;
    return y;
  }

  // ---- parts

  #heading({ text, level }: KnownPart & { kind: 'heading' }): void {
    const style = { size: this.#size * HEADING_SIZES[level], bold: true };
    // A title stands over all columns.
    const width = level === 1 && this.#y === this.#top ? this.#page.width - 2 * MARGIN : this.#columnWidth;
    if (this.#y > this.#columnTop) this.#y += this.#size * 0.7;
    for (const line of this.#lines(text, { ...style, width })) {
      const y = this.#take(style.size * 1.25, this.#size * 4) + style.size;
      this.#draw({ ...line, x: this.#x }, y, style);
    }
    this.#y += this.#size * 0.4;
    if (width !== this.#columnWidth) this.#columnTop = this.#y;
  }

  #paragraph({ text, notes = [], wide = false }: KnownPart & { kind: 'paragraph' }): void {
    const { size, look } = { size: this.#size, look: this.look };
    const width = wide ? this.#page.width - 2 * MARGIN : this.#columnWidth;
    const indent = look.indented && !wide ? size * 1.5 : 0;
    const hyphen = look.hyphen;
    const lines = this.#lines(text, { size, width, indent, hyphen, justified: look.justified });
    lines.forEach((line, index) => {
      const noteHeight = index === 0 ? this.#heightOf(notes) : 0;
      const y = this.#take(size * 1.3, noteHeight);
      if (index === 0) {
        this.#notes.push(...notes);
        this.#footHeight += noteHeight;
      }
      this.#draw({ ...line, x: line.x + this.#x }, y + size, { size });
    });
    if (!look.indented || wide) this.#y += size * 0.7;
    if (wide) this.#columnTop = this.#y;
  }

  #heightOf(notes: readonly string[]): number {
    if (notes.length === 0) return 0;
    const lines = notes.reduce((sum, note) => sum + this.#noteLines(note).length, 0);
    return lines * this.#size * FOOTNOTE_RATIO * 1.2 + (this.#footHeight === 0 ? this.#size * 1.5 : 0);
  }

  #noteLines(note: string): Line[] {
    return this.#lines(note, { size: this.#size * FOOTNOTE_RATIO, width: this.#columnWidth });
  }

  #item(text: string): void {
    const { size, look } = { size: this.#size, look: this.look };
    const inset = size * 1.6;
    const lines = this.#lines(text, {
      size,
      width: this.#columnWidth - inset,
      hyphen: look.hyphen,
      justified: look.justified,
    });
    lines.forEach((line, index) => {
      const y = this.#take(size * 1.3) + size;
      if (index === 0) this.#show('•', this.#x + size * 0.4, y, { size });
      this.#draw({ ...line, x: this.#x + inset }, y, { size });
    });
    this.#y += size * 0.15;
  }

  #table(table: KnownTable): void {
    const size = this.#size * 0.92;
    const width = table.wide ? this.#page.width - 2 * MARGIN : this.#columnWidth;
    const { caption, header, rows, shares = header.map(() => 1), ruled = 'lines' } = table;
    const total = shares.reduce((sum, share) => sum + share, 0);
    const edges = shares.map(
      (_, index) => (shares.slice(0, index).reduce((sum, share) => sum + share, 0) / total) * width,
    );
    const row = (cells: readonly string[], bold: boolean) => {
      const set = cells.map((cell, index) => {
        const cellWidth = (edges[index + 1] ?? width) - (edges[index] ?? 0) - CELL_PADDING;
        return this.#lines(cell, { size, bold, width: cellWidth });
      });
      const height = Math.max(...set.map((lines) => lines.length)) * size * 1.22 + 5;
      const page = this.#pages.length;
      const column = this.#column;
      let y = this.#take(height);
      if (!bold && table.repeatsHeader && (this.#pages.length !== page || this.#column !== column)) {
        this.#y -= height;
        row(header, true);
        y = this.#take(height);
      }
      set.forEach((lines, index) => {
        const x = this.#x + (edges[index] ?? 0) + 2;
        lines.forEach((line, at) => this.#draw({ ...line, x }, y + size * 1.22 * (at + 1), { size, bold }));
        if (ruled === 'grid')
          this.#frame(this.#x + (edges[index] ?? 0), y, (edges[index + 1] ?? width) - (edges[index] ?? 0), height);
      });
      if (ruled === 'lines' && bold) this.#rule(this.#x, y + height - 1, width);
    };
    if (caption !== undefined) {
      this.#truth.push(caption);
      for (const line of this.#lines(caption, { size, bold: true, width })) {
        // Taken first: it may be in another column.
        const y = this.#take(size * 1.3, size * 5) + size;
        this.#draw({ ...line, x: this.#x }, y, { size, bold: true });
      }
      this.#y += size * 0.4;
    }
    this.#truth.push(header.join(' '));
    row(header, true);
    for (const cells of rows) {
      this.#truth.push(cells.join(' '));
      this.#beganOn = undefined;
      row(cells, false);
      // A row is never parted; a header that was set again above it stands on the same page.
      this.#beganOn = this.#pages.length;
      this.#placed(cells.join(' '));
    }
    if (ruled === 'lines') this.#rule(this.#x, this.#y, width);
    this.#y += this.#size;
    if (table.wide) this.#columnTop = this.#y;
  }

  #figure({ caption, height }: KnownPart & { kind: 'figure' }): void {
    const size = this.#size * 0.9;
    const lines = this.#lines(caption, { size, width: this.#columnWidth });
    const y = this.#take(height + lines.length * size * 1.3 + size);
    this.#frame(this.#x + 10, y, this.#columnWidth - 20, height);
    for (let bar = 0; bar < 6; bar++) {
      const step = (this.#columnWidth - 60) / 6;
      this.#frame(this.#x + 25 + bar * step, y + height * (0.8 - 0.1 * bar), step * 0.6, height * (0.15 + 0.1 * bar));
    }
    lines.forEach((line, index) =>
      this.#draw({ ...line, x: this.#x }, y + height + size * 1.3 * (index + 1), { size }),
    );
    this.#y += size;
  }

  #runningLines(index: number, sheet: Sheet): void {
    const lying = sheet === 'landscape' || sheet === 'rotated';
    const { width, height } = lying ? { width: A4.height, height: A4.width } : A4;
    const put = (texts: readonly string[] | undefined, y: number) => {
      const text = texts?.[index % texts.length];
      if (text === undefined) return;
      const filled = text.replaceAll('##', String(this.#pages.length)).replaceAll('#', String(index + 1));
      const style = { size: 8 };
      const length = this.#measure(filled, style).width;
      const isLeft = index % 2 === 1;
      const x = texts && texts.length > 1 ? (isLeft ? MARGIN : width - MARGIN - length) : (width - length) / 2;
      filled.split(' ').reduce((at, word) => {
        this.#show(word, at, y, style);
        return at + this.#measure(`${word} `, style).width;
      }, x);
    };
    this.#pdf.save();
    if (sheet === 'rotated') this.#pdf.transform(0, -1, 1, 0, 0, A4.height);
    put(this.look.header, 38);
    put(this.look.footer, height - 32);
    this.#pdf.restore();
  }

  // ---- lines and letters

  #lines(
    text: string,
    input: Style & { width: number; indent?: number; hyphen?: string | undefined; justified?: boolean | undefined },
  ): Line[] {
    const { width, indent = 0, hyphen, justified = false } = input;
    const space = this.#measure(' ', input).width;
    const set = breakLines({
      text: this.#spelt(text),
      width,
      indent,
      space,
      hyphen,
      measure: (word) => this.#measure(word, input),
    });
    return set.map((words, index) => ({
      words,
      x: index === 0 ? indent : 0,
      width: width - (index === 0 ? indent : 0),
      justified: justified && index < set.length - 1,
    }));
  }

  #spelt(text: string): string {
    return this.look.ligatures ? text.replaceAll('fi', 'ﬁ').replaceAll('fl', 'ﬂ') : text;
  }

  #measure(word: string, style: Style): SetWord {
    const pieces = piecesOf(word);
    const width = pieces.reduce((sum, piece) => {
      this.#font({ ...style, size: style.size * (piece.raised ? RAISED.size : 1) });
      return sum + this.#pdf.widthOfString(piece.text);
    }, 0);
    return { pieces, width };
  }

  #draw({ words, x, width, justified }: Line, y: number, style: Style): void {
    const space = this.#measure(' ', style).width;
    const natural = words.reduce((sum, word) => sum + word.width, 0) + space * (words.length - 1);
    const stretch = justified && words.length > 1 ? (width - natural) / (words.length - 1) : 0;
    const plain = words.every((word) => word.pieces.every((piece) => !piece.raised));
    if ((this.look.runs ?? 'line') === 'line' && stretch === 0 && plain) {
      const text = words.map((word) => word.pieces.map((piece) => piece.text).join('')).join(' ');
      this.#show(text, x, y, style);
      return;
    }
    let at = x;
    for (const word of words) {
      for (const { text, raised } of word.pieces) {
        const own = { ...style, size: style.size * (raised ? RAISED.size : 1) };
        const baseline = y - (raised ? style.size * RAISED.rise : 0);
        for (const run of this.look.runs === 'letter' ? [...text] : [text]) {
          this.#show(run, at, baseline, own);
          at += this.#measure(run, own).width;
        }
      }
      at += space + stretch;
    }
  }

  #show(text: string, x: number, y: number, style: Style): void {
    this.#font(style);
    this.#pdf.text(text, x, y, { lineBreak: false, baseline: 'alphabetic' });
  }

  #font({ size, bold = false }: Style): void {
    this.#pdf.font(FACES[this.look.face ?? 'serif'][bold ? 'bold' : 'regular']).fontSize(size);
  }

  #rule(x: number, y: number, length: number): void {
    this.#pdf
      .lineWidth(0.5)
      .moveTo(x, y)
      .lineTo(x + length, y)
      .stroke();
  }

  #frame(x: number, y: number, width: number, height: number): void {
    this.#pdf.lineWidth(0.5).rect(x, y, width, height).stroke();
  }
}
