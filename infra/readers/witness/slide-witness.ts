import { posix } from 'node:path';
import type { Aside, SeenText } from '../../../core/reading/witness/account-for.js';
import { mainPart } from '../archive/archive-format.js';
import type { Archive } from '../archive/open-archive.js';
import { OpenElements } from './open-elements.js';
import { attributeOf, scanMarkup } from './scan-markup.js';
import { isSymbolFont, symbolText } from '../office/symbol-font.js';
import { SeenTexts } from './seen-texts.js';

const FOOTER: Aside = { fate: 'furniture', why: 'slide-footer' };
const OTHER_FORM: Aside = { fate: 'furniture', why: 'other-form' };
const HIDDEN: Aside = { fate: 'hidden', why: 'marked' };
const HIDDEN_SLIDE: Aside = { fate: 'hidden', why: 'hidden-slide' };
const SPEAKER: Aside = { fate: 'hidden', why: 'speaker-notes' };
const STRUCK: Aside = { fate: 'struck', why: 'struck' };
const SHAPES = ['p:sp', 'p:grpSp', 'p:graphicFrame', 'p:pic', 'p:cxnSp'];

/** The words of a presentation: every run of its slides, in the order in which they are shown, with their diagrams and speaker's notes. */
export async function witnessSlides(archive: Archive): Promise<readonly SeenText[]> {
  const seen: SeenText[] = [];
  const main = (await mainPart(archive)) ?? 'ppt/presentation.xml';
  const targets = await relations(archive, main);
  const ids: string[] = [];
  eachTag((await archive.text(main)) ?? '', 'p:sldId', (attributes) => ids.push(attributeOf(attributes, 'r:id') ?? ''));
  let number = 0;
  for (const id of ids) {
    const slide = targets.find((each) => each.id === id)?.target;
    if (slide === undefined) continue;
    number++;
    const xml = (await archive.text(slide)) ?? '';
    let shown = true;
    eachTag(xml, 'p:sld', (attributes) => (shown = attributeOf(attributes, 'show') !== '0'));
    const parts = await relations(archive, slide);
    const partOf = (kind: string) => parts.filter(({ type }) => type.endsWith(kind)).map(({ target }) => target);
    const notRead = shown ? undefined : HIDDEN_SLIDE;
    seen.push(...witnessSlide(xml, number, notRead));
    for (const part of partOf('/diagramData'))
      seen.push(...witnessSlide((await archive.text(part)) ?? '', number, notRead));
    for (const part of partOf('/chart')) seen.push(...witnessChart((await archive.text(part)) ?? '', number, notRead));
    for (const part of partOf('/notesSlide'))
      seen.push(...witnessSlide((await archive.text(part)) ?? '', number, SPEAKER));
  }
  return seen;
}

export async function relations(
  archive: Archive,
  part: string,
): Promise<{ id: string; type: string; target: string }[]> {
  const { dir, base } = posix.parse(part);
  const found: { id: string; type: string; target: string }[] = [];
  eachTag((await archive.text(posix.join(dir, '_rels', `${base}.rels`))) ?? '', 'Relationship', (attributes) => {
    const target = attributeOf(attributes, 'Target') ?? '';
    found.push({
      id: attributeOf(attributes, 'Id') ?? '',
      type: attributeOf(attributes, 'Type') ?? '',
      target: target.startsWith('/') ? target.slice(1) : posix.join(dir, target),
    });
  });
  return found;
}

/** The form for older programs, and points of a diagram that say how it is drawn. */
function isOtherForm(name: string, attributes: string): boolean {
  return name === 'mc:Fallback' || (name === 'dgm:pt' && (attributeOf(attributes, 'type') ?? 'node') !== 'node');
}

function eachTag(xml: string, wanted: string, use: (attributes: string) => unknown): void {
  const open = (name: string, attributes: string) => void (name === wanted && use(attributes));
  scanMarkup(xml, { open, close: () => undefined, text: () => undefined });
}

export function witnessSlide(xml: string, number: number | undefined, whole: Aside | undefined): readonly SeenText[] {
  const seen = new SeenTexts(number === undefined ? { part: 'text' } : { part: 'slide', number });
  const open = new OpenElements();
  let isText = false;
  let font: string | undefined;
  scanMarkup(xml, {
    open(name, attributes) {
      open.open(name, isOtherForm(name, attributes) ? OTHER_FORM : undefined);
      if (name === 'a:t' || name === 'm:t') isText = true;
      else if (name === 'a:r') font = undefined;
      else if (name === 'a:latin' || name === 'a:sym') {
        const typeface = attributeOf(attributes, 'typeface');
        if (isSymbolFont(typeface)) font = typeface;
      } else if (name === 'a:p' || name === 'a:br' || name === 'a:tc' || name === 'm:r') seen.endWord();
      else if (name === 'p:ph' && /^(?:dt|ftr|sldNum|hdr)$/.test(attributeOf(attributes, 'type') ?? ''))
        open.mark('p:sp', FOOTER);
      else if (name === 'p:cNvPr' && /^(?:1|true)$/.test(attributeOf(attributes, 'hidden') ?? '')) {
        const shape = open.names.findLast((each) => SHAPES.includes(each));
        if (shape !== undefined) open.mark(shape, HIDDEN);
      } else if (name === 'a:rPr') {
        if (/^(?:sng|dbl)Strike$/.test(attributeOf(attributes, 'strike') ?? '')) open.mark('a:r', STRUCK);
        if (attributeOf(attributes, 'baseline') !== undefined) seen.endWord();
      }
    },
    close(name) {
      open.close(name);
      if (name === 'a:t' || name === 'm:t') isText = false;
      else if (name === 'a:p' || name === 'm:r') seen.endWord();
    },
    text(text) {
      if (isText) seen.add(font === undefined ? text : symbolText(text, font), whole ?? open.aside);
    },
  });
  return seen.end();
}

/** The words and values of a chart, which it keeps beside where it found them. */
export function witnessChart(xml: string, number: number | undefined, whole: Aside | undefined): readonly SeenText[] {
  const seen = new SeenTexts(number === undefined ? { part: 'text' } : { part: 'slide', number });
  let isText = false;
  /** Each series has the categories of all; behind the first, whether one is open. */
  let categories = 0;
  let inOthers = false;
  scanMarkup(xml, {
    open(name) {
      isText = name === 'a:t' || name === 'c:v';
      if (name === 'c:cat' || name === 'c:xVal') inOthers = categories++ > 0;
    },
    close(name) {
      isText = false;
      if (name === 'c:cat' || name === 'c:xVal') inOthers = false;
      if (name !== 'a:t') seen.endWord();
    },
    text(text) {
      // Values are rounded where they are shown.
      if (isText && !inOthers && !/^-?\d*\.\d{3,}|E/i.test(text)) seen.add(text, whole);
    },
  });
  return seen.end();
}
