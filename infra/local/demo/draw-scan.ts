import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createCanvas, GlobalFonts, type SKRSContext2D } from '@napi-rs/canvas';
import { PDFDocument } from 'pdf-lib';
import { wrapLines, type PageContent, type PageElement } from './page-content.js';
import { MADE_ON } from './typeset-pdf.js';

/** A4 at 170 dpi: what office scanners send by default is 150–200, and a page stays under 150 kB as JPEG. */
const DPI = 170;
const PIXELS = { width: Math.round((595 / 72) * DPI), height: Math.round((842 / 72) * DPI) };
const MARGIN = Math.round(0.9 * DPI);
const TEXT_WIDTH = PIXELS.width - 2 * MARGIN;
/** Font sizes in pixels. */
const SIZES = { title: 44, heading: 31, paragraph: 26, note: 22, list: 26, furniture: 19 };
const LINE_HEIGHT = 1.4;
const JPEG_QUALITY = 55;
/** Nobody lays a sheet down straight. */
const TILT_DEGREES = 0.35;
const FONT = 'Liberation Sans';

/** A PDF whose pages are nothing but pictures of paper: slightly tilted, grey, without a text layer. */
export async function drawScannedPdf(content: PageContent): Promise<Uint8Array> {
  registerFonts();
  const document = await PDFDocument.create({ updateMetadata: false });
  document.setProducer('medindex demo corpus');
  document.setCreationDate(MADE_ON);
  document.setModificationDate(MADE_ON);
  for (const [index, elements] of content.pages.entries()) {
    const footer = `Page ${index + 1} of ${content.pages.length}`;
    const image = await document.embedJpg(drawPage(elements, content.runningHeader, footer));
    const page = document.addPage([595, 842]);
    page.drawImage(image, { x: 0, y: 0, width: 595, height: 842 });
  }
  return document.save();
}

/** The fonts that pdfjs-dist carries: the same on every machine, unlike what a system has installed. */
function registerFonts(): void {
  const pdfjs = join(createRequire(import.meta.url).resolve('pdfjs-dist/package.json'), '..', 'standard_fonts');
  for (const face of ['Regular', 'Bold', 'Italic']) {
    if (!GlobalFonts.registerFromPath(join(pdfjs, `LiberationSans-${face}.ttf`), FONT)) {
      throw new Error(`pdfjs-dist no longer carries LiberationSans-${face}.ttf`);
    }
  }
}

function drawPage(elements: readonly PageElement[], header: string, footer: string): Buffer {
  const canvas = createCanvas(PIXELS.width, PIXELS.height);
  const context = canvas.getContext('2d');
  context.fillStyle = '#f1efe9';
  context.fillRect(0, 0, PIXELS.width, PIXELS.height);
  context.translate(PIXELS.width / 2, PIXELS.height / 2);
  context.rotate((TILT_DEGREES * Math.PI) / 180);
  context.translate(-PIXELS.width / 2, -PIXELS.height / 2);
  context.fillStyle = '#26241f';
  context.font = `italic ${SIZES.furniture}px "${FONT}"`;
  context.fillText(header, MARGIN, MARGIN * 0.6);
  context.fillText(footer, PIXELS.width - MARGIN - context.measureText(footer).width, PIXELS.height - MARGIN * 0.5);
  let y = MARGIN + SIZES.title;
  for (const element of elements) y = drawElement(context, element, y);
  if (y > PIXELS.height - MARGIN) throw new Error('a scanned page is too full');
  return canvas.encodeSync('jpeg', JPEG_QUALITY);
}

function drawElement(context: SKRSContext2D, element: PageElement, y: number): number {
  switch (element.kind) {
    case 'title':
      return drawLines(context, element.text, { style: 'bold', size: SIZES.title, x: MARGIN, y }) + 20;
    case 'heading':
      return drawLines(context, element.text, { style: 'bold', size: SIZES.heading, x: MARGIN, y: y + 14 }) + 6;
    case 'paragraph':
      return drawLines(context, element.text, { style: '', size: SIZES.paragraph, x: MARGIN, y }) + 14;
    case 'note':
      return drawLines(context, element.text, { style: 'italic', size: SIZES.note, x: MARGIN, y }) + 18;
    case 'list': {
      let next = y;
      for (const [index, item] of element.items.entries()) {
        const text = `${index + 1}. ${item}`;
        next = drawLines(context, text, { style: '', size: SIZES.list, x: MARGIN + 24, y: next }) + 4;
      }
      return next + 10;
    }
    case 'table':
      throw new Error('scanned demonstration pages have no tables');
  }
}

interface LinePlace {
  readonly style: 'bold' | 'italic' | '';
  readonly size: number;
  readonly x: number;
  readonly y: number;
}

function drawLines(context: SKRSContext2D, text: string, { style, size, x, y }: LinePlace): number {
  context.font = `${style} ${size}px "${FONT}"`;
  const lines = wrapLines(text, MARGIN + TEXT_WIDTH - x, (line) => context.measureText(line).width);
  lines.forEach((line, index) => context.fillText(line, x, y + index * size * LINE_HEIGHT));
  return y + lines.length * size * LINE_HEIGHT;
}
