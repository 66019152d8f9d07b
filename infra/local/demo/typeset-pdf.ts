import { PDFDocument, StandardFonts, rgb, type PDFFont, type PDFPage } from 'pdf-lib';
import { wrapLines, type PageContent, type PageElement } from './page-content.js';

/** A4 in points. */
const PAGE = { width: 595, height: 842, margin: 64 };
const TEXT_WIDTH = PAGE.width - 2 * PAGE.margin;
const SIZES = { title: 20, heading: 13, paragraph: 10.5, note: 9, list: 10.5, table: 9.5, furniture: 8 };
const LINE_HEIGHT = 1.35;
/** Fixed, so that the same content gives the same bytes. */
export const MADE_ON = new Date('2026-01-01T00:00:00Z');

interface Fonts {
  readonly regular: PDFFont;
  readonly bold: PDFFont;
  readonly italic: PDFFont;
}

/** A PDF with a text layer: headings, lists, ruled tables, running headers and page numbers. Bytes of the whole file. */
export async function typesetPdf(content: PageContent): Promise<Uint8Array> {
  const document = await PDFDocument.create({ updateMetadata: false });
  document.setTitle(content.title);
  document.setSubject('Demonstration text');
  document.setProducer('medindex demo corpus');
  document.setCreationDate(MADE_ON);
  document.setModificationDate(MADE_ON);
  const fonts: Fonts = {
    regular: await document.embedFont(StandardFonts.Helvetica),
    bold: await document.embedFont(StandardFonts.HelveticaBold),
    italic: await document.embedFont(StandardFonts.HelveticaOblique),
  };
  content.pages.forEach((elements, index) => {
    const page = document.addPage([PAGE.width, PAGE.height]);
    drawFurniture(page, fonts, content.runningHeader, `Page ${index + 1} of ${content.pages.length}`);
    let y = PAGE.height - PAGE.margin - 18;
    for (const element of elements) y = drawElement(page, fonts, element, y);
    if (y < PAGE.margin) throw new Error(`page ${index + 1} of "${content.title}" is too full`);
  });
  return document.save();
}

function drawFurniture(page: PDFPage, fonts: Fonts, header: string, footer: string): void {
  const size = SIZES.furniture;
  page.drawText(header, { x: PAGE.margin, y: PAGE.height - 40, size, font: fonts.italic });
  const x = PAGE.width - PAGE.margin - fonts.regular.widthOfTextAtSize(footer, size);
  page.drawText(footer, { x, y: 36, size, font: fonts.regular });
}

/** Draws downwards from `y` and returns where the next element starts. */
function drawElement(page: PDFPage, fonts: Fonts, element: PageElement, y: number): number {
  switch (element.kind) {
    case 'title':
      return drawLines(page, element.text, { font: fonts.bold, size: SIZES.title, x: PAGE.margin, y }) - 10;
    case 'heading':
      return drawLines(page, element.text, { font: fonts.bold, size: SIZES.heading, x: PAGE.margin, y: y - 8 }) - 4;
    case 'paragraph':
      return drawLines(page, element.text, { font: fonts.regular, size: SIZES.paragraph, x: PAGE.margin, y }) - 6;
    case 'note':
      return drawLines(page, element.text, { font: fonts.italic, size: SIZES.note, x: PAGE.margin, y }) - 8;
    case 'list': {
      let next = y;
      for (const item of element.items) {
        page.drawText('•', { x: PAGE.margin + 4, y: next, size: SIZES.list, font: fonts.regular });
        next = drawLines(page, item, { font: fonts.regular, size: SIZES.list, x: PAGE.margin + 16, y: next }) - 2;
      }
      return next - 4;
    }
    case 'table':
      return drawTable(page, fonts, element, y);
  }
}

function drawTable(page: PDFPage, fonts: Fonts, table: Extract<PageElement, { kind: 'table' }>, y: number): number {
  const size = SIZES.table;
  let next = drawLines(page, table.caption, { font: fonts.italic, size, x: PAGE.margin, y: y - 4 }) - 4;
  for (const [index, row] of [table.header, ...table.rows].entries()) {
    const top = next + size + 2;
    page.drawLine({
      start: { x: PAGE.margin, y: top },
      end: { x: PAGE.width - PAGE.margin, y: top },
      thickness: 0.5,
      color: rgb(0.4, 0.4, 0.4),
    });
    let x = PAGE.margin;
    let bottom = next;
    for (const [column, cell] of row.entries()) {
      const width = (table.columns[column] ?? 0) * TEXT_WIDTH;
      const font = index === 0 ? fonts.bold : fonts.regular;
      bottom = Math.min(bottom, drawLines(page, cell, { font, size, x: x + 3, y: next, width: width - 6 }));
      x += width;
    }
    next = bottom - 5;
  }
  const y2 = next + size + 2;
  page.drawLine({ start: { x: PAGE.margin, y: y2 }, end: { x: PAGE.width - PAGE.margin, y: y2 }, thickness: 0.5 });
  return next - 10;
}

interface LinePlace {
  readonly font: PDFFont;
  readonly size: number;
  readonly x: number;
  readonly y: number;
  /** Points; to the right margin when absent. */
  readonly width?: number;
}

function drawLines(page: PDFPage, text: string, { font, size, x, y, width }: LinePlace): number {
  const lines = wrapLines(text, width ?? PAGE.width - PAGE.margin - x, (line) => font.widthOfTextAtSize(line, size));
  lines.forEach((line, index) => page.drawText(line, { x, y: y - index * size * LINE_HEIGHT, size, font }));
  return y - lines.length * size * LINE_HEIGHT;
}
