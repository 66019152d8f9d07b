import { PDFDocument, PDFHexString, PDFName, type PDFRef, StandardFonts } from 'pdf-lib';
import { describe, expect, it } from 'vitest';
import { assemblePages } from '../../core/reading/assemble-pages.js';
import type { OutlineEntry } from '../../core/contract/reading.js';
import { childReader } from '../harness/child-reader.js';
import { LIMITS } from './document-reader.contract.js';

interface Bookmark {
  readonly title: string;
  /** From 0; one that the file has not is written all the same. */
  readonly page: number;
  readonly children?: readonly Bookmark[];
}

/** Pages of plain lines, all in one font and size but those that begin with `!`, with bookmarks. */
async function bookmarkedPdf(
  pages: readonly (readonly string[])[],
  bookmarks: readonly Bookmark[],
  spoil: (pdf: PDFDocument, refs: readonly PDFRef[]) => void = () => undefined,
): Promise<Uint8Array> {
  const pdf = await PDFDocument.create();
  const regular = await pdf.embedFont(StandardFonts.Helvetica);
  const bold = await pdf.embedFont(StandardFonts.HelveticaBold);
  const made = pages.map((lines) => {
    const page = pdf.addPage([595, 842]);
    let y = 780;
    for (const line of lines) {
      const large = line.startsWith('!');
      page.drawText(large ? line.slice(1) : line, { x: 72, y, size: large ? 18 : 11, font: large ? bold : regular });
      y -= 40;
    }
    return page;
  });
  const { context } = pdf;
  const refs: PDFRef[] = [];
  const write = (items: readonly Bookmark[], parent: PDFRef): { First: PDFRef; Last: PDFRef } | undefined => {
    const own = items.map(() => context.nextRef());
    refs.push(...own);
    items.forEach(({ title, page, children = [] }, at) => {
      const ref = own[at] as PDFRef;
      const item = context.obj({
        Title: PDFHexString.fromText(title),
        Parent: parent,
        Dest: [made[page]?.ref ?? context.nextRef(), 'XYZ', 0, 842, 0],
        ...(own[at - 1] ? { Prev: own[at - 1] } : {}),
        ...(own[at + 1] ? { Next: own[at + 1] } : {}),
        ...write(children, ref),
      });
      context.assign(ref, item);
    });
    const [First, Last] = [own[0], own.at(-1)];
    return First && Last ? { First, Last } : undefined;
  };
  const root = context.nextRef();
  context.assign(root, context.obj({ Type: 'Outlines', ...write(bookmarks, root) }));
  pdf.catalog.set(PDFName.of('Outlines'), root);
  spoil(pdf, refs);
  return pdf.save();
}

describe('bookmarks of a PDF', () => {
  const { reader, files } = childReader();

  async function readingOf(pdf: Uint8Array) {
    const path = files.write('outline.pdf', pdf);
    const { outline, pageCount = 0, metadata } = await reader.inspect(path, LIMITS);
    const pages = await reader.readPages(path, { from: 1, to: pageCount }, LIMITS);
    const { text, blocks } = assemblePages(pages, metadata, outline ? { outline } : {});
    return {
      outline,
      headings: blocks
        .filter((block) => block.kind === 'heading')
        .map((block) => [block.headingLevel, text.slice(block.start, block.end)]),
      paths: blocks.filter((block) => block.kind === 'paragraph').map((block) => block.sectionPath),
    };
  }

  const inspected = async (pdf: Uint8Array): Promise<readonly OutlineEntry[] | undefined> =>
    (await reader.inspect(files.write('outline.pdf', pdf), LIMITS)).outline;

  const PAGES = [
    ['!Care of fever', 'This guideline is for adults.', '1 Assessment', 'Measure the temperature twice a day.'],
    [
      'Treatment',
      'Give plenty to drink.',
      'Doses',
      'Adults take 40 mg daily.',
      '3. Follow-up',
      'See the patient again.',
    ],
  ] as const;

  it('name headings that look like text, with their levels', async () => {
    const { outline, headings, paths } = await readingOf(
      await bookmarkedPdf(PAGES, [
        { title: 'Assessment', page: 0 },
        { title: 'TREATMENT', page: 1, children: [{ title: '2.1 Doses', page: 1 }] },
        { title: 'Follow\u00ADup', page: 1 },
        { title: 'Not in the text', page: 1 },
        { title: 'Give plenty to drink.', page: 1 },
        { title: 'Treatment', page: 0 },
      ]),
    );
    expect(outline).toHaveLength(7);
    expect(headings).toEqual([
      [1, 'Care of fever'],
      [2, '1 Assessment'],
      [2, 'Treatment'],
      [3, 'Doses'],
      [2, '3. Follow-up'],
    ]);
    expect(paths.at(-2)).toEqual(['Care of fever', 'Treatment', 'Doses']);
  });

  it('are none in a file without', async () => {
    const { outline, headings } = await readingOf(await bookmarkedPdf(PAGES, []));
    expect(outline).toBeUndefined();
    expect(headings).toEqual([[1, 'Care of fever']]);
  });

  it('that lead nowhere are left out', async () => {
    const bookmarks = [
      { title: 'Gone', page: 7 },
      { title: 'Treatment', page: 1 },
    ];
    expect(await inspected(await bookmarkedPdf(PAGES, bookmarks))).toEqual([{ title: 'Treatment', page: 2, level: 1 }]);
  });

  it('in circles end', async () => {
    const bookmarks = [
      { title: 'Treatment', page: 1, children: [{ title: 'Doses', page: 1 }] },
      { title: 'Assessment', page: 0 },
    ];
    const pdf = await bookmarkedPdf(PAGES, bookmarks, ({ context }, [first, last]) => {
      if (!first || !last) throw new Error('no bookmarks');
      for (const ref of [first, last]) {
        const item = context.lookup(ref) as unknown as { set(name: PDFName, value: PDFRef): void };
        item.set(PDFName.of('Next'), first);
        item.set(PDFName.of('First'), first);
      }
    });
    expect((await inspected(pdf))?.length ?? 0).toBeLessThanOrEqual(3);
  });

  it('in their hundred thousands are bounded', async () => {
    const many = Array.from({ length: 100_000 }, (_, at) => ({ title: `Section ${at}`, page: at % 2 }));
    const outline = await inspected(await bookmarkedPdf(PAGES, many));
    expect(outline).toHaveLength(5_000);
  });

  it('as deep as they are many are bounded', async () => {
    let deepest: Bookmark = { title: 'Doses', page: 1 };
    for (let depth = 0; depth < 1_000; depth++) deepest = { title: `Depth ${depth}`, page: 0, children: [deepest] };
    const outline = await inspected(await bookmarkedPdf(PAGES, [deepest]));
    expect(outline?.at(-1)).toMatchObject({ title: 'Doses', level: 6 });
  });
});
