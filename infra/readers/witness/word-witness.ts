import type { WordPlace } from '../../../core/contract/word-account.js';
import type { Aside, SeenText } from '../../../core/reading/witness/account-for.js';
import { isSymbolFont, symbolText } from '../office/symbol-font.js';
import type { Archive } from '../archive/open-archive.js';
import { mainPart } from '../archive/archive-format.js';
import { relations, witnessChart, witnessSlide } from './slide-witness.js';
import { OpenElements } from './open-elements.js';
import { attributeOf, scanMarkup } from './scan-markup.js';
import { SeenTexts } from './seen-texts.js';

const DELETED: Aside = { fate: 'struck', why: 'deleted' };
const STRUCK: Aside = { fate: 'struck', why: 'struck' };
const HIDDEN: Aside = { fate: 'hidden', why: 'style' };
const COMMENT: Aside = { fate: 'hidden', why: 'comment' };
const RUNNING: Aside = { fate: 'furniture', why: 'running-line' };
const CONTENTS: Aside = { fate: 'furniture', why: 'contents' };
const OTHER_FORM: Aside = { fate: 'furniture', why: 'other-form' };

const BY_ELEMENT: Readonly<Record<string, Aside>> = {
  'w:del': DELETED,
  'w:moveFrom': DELETED,
  'w:rt': OTHER_FORM,
  'mc:Fallback': OTHER_FORM,
};
/** Parts that a person sees, and what is known of all of their words. */
const PARTS: readonly { readonly name: RegExp; readonly place: WordPlace; readonly aside?: Aside }[] = [
  { name: /^word\/document\d*\.xml$/, place: { part: 'text' } },
  { name: /^word\/(?:footnotes|endnotes)\d*\.xml$/, place: { part: 'notes' } },
  { name: /^word\/(?:header|footer)\d*\.xml$/, place: { part: 'text' }, aside: RUNNING },
  { name: /^word\/comments\d*\.xml$/, place: { part: 'notes' }, aside: COMMENT },
];

/** The words of a Word file: every run of its text, notes, headers, fields and boxes. */
export async function witnessWord(archive: Archive): Promise<readonly SeenText[]> {
  const styles = stylesOf(await textOfPart(archive, /^word\/styles\d*\.xml$/));
  const seen: SeenText[] = [];
  for (const { name, place, aside } of PARTS) {
    for (const part of [...archive.names].filter((each) => name.test(each))) {
      seen.push(...witnessWordPart((await archive.text(part)) ?? '', styles, place, aside));
    }
  }
  for (const { type, target } of await relations(archive, (await mainPart(archive)) ?? 'word/document.xml')) {
    const witness = type.endsWith('/chart') ? witnessChart : type.endsWith('/diagramData') ? witnessSlide : undefined;
    if (witness) seen.push(...witness((await archive.text(target)) ?? '', undefined, undefined));
  }
  return seen;
}

async function textOfPart(archive: Archive, name: RegExp): Promise<string> {
  const found = [...archive.names].find((each) => name.test(each));
  return found === undefined ? '' : ((await archive.text(found)) ?? '');
}

/** What the styles of a file say of words that are set in them, by the styles' ids. */
interface Styled {
  readonly asides: ReadonlyMap<string, Aside>;
  /** Fonts of signs. */
  readonly fonts: ReadonlyMap<string, string>;
}

function stylesOf(xml: string): Styled {
  const asides = new Map<string, Aside>();
  const fonts = new Map<string, string>();
  const parents = new Map<string, string>();
  let id = '';
  scanMarkup(xml, {
    open(name, attributes) {
      const value = () => attributeOf(attributes, 'w:val') ?? '';
      if (name === 'w:style') id = attributeOf(attributes, 'w:styleId') ?? '';
      else if (name === 'w:basedOn') parents.set(id, value());
      else if (name === 'w:name' && /^(?:toc |table of figures)/i.test(value())) asides.set(id, CONTENTS);
      else if ((name === 'w:strike' || name === 'w:dstrike') && isOn(attributes)) asides.set(id, STRUCK);
      else if (name === 'w:vanish' && isOn(attributes)) asides.set(id, HIDDEN);
      else if (name === 'w:rFonts') {
        const font = attributeOf(attributes, 'w:ascii');
        if (isSymbolFont(font)) fonts.set(id, font ?? '');
      }
    },
    close: () => undefined,
    text: () => undefined,
  });
  for (const [style] of parents) {
    for (let at = parents.get(style), steps = 0; at !== undefined && steps < 20; at = parents.get(at), steps++) {
      const inherited = asides.get(at);
      if (inherited && inherited !== CONTENTS && !asides.has(style)) asides.set(style, inherited);
    }
  }
  return { asides, fonts };
}

function witnessWordPart(xml: string, { asides, fonts }: Styled, place: WordPlace, whole?: Aside): readonly SeenText[] {
  const seen = new SeenTexts(place);
  const open = new OpenElements();
  let text: string | undefined;
  let font: string | undefined;
  /** For each field that is open, whether its result has not begun. */
  const fields: boolean[] = [];
  scanMarkup(xml, {
    open(name, attributes) {
      open.open(name, BY_ELEMENT[name]);
      const isRun = open.names.at(-2) === 'w:rPr' && open.names.at(-3) === 'w:r';
      if (name === 'w:t' || name === 'w:delText' || name === 'm:t') text = name;
      else if (name === 'w:del' && open.names.at(-2) === 'w:trPr') open.mark('w:tr', DELETED);
      else if (name === 'w:r') font = undefined;
      else if (name === 'w:fldChar') {
        const kind = attributeOf(attributes, 'w:fldCharType');
        if (kind === 'begin') fields.push(true);
        else if (kind === 'separate' && fields.length > 0) fields[fields.length - 1] = false;
        else if (kind === 'end') fields.pop();
      } else if (name === 'w:pStyle') {
        const id = attributeOf(attributes, 'w:val') ?? '';
        const how = asides.get(id) ?? (/^(?:TOC\d|TOCHeading)$/.test(id) ? CONTENTS : undefined);
        if (how) open.mark('w:p', how);
      } else if (isRun && name === 'w:rStyle') {
        const how = asides.get(attributeOf(attributes, 'w:val') ?? '');
        if (how) open.mark('w:r', how);
        font = fonts.get(attributeOf(attributes, 'w:val') ?? '');
      } else if (isRun && (name === 'w:strike' || name === 'w:dstrike') && isOn(attributes)) open.mark('w:r', STRUCK);
      else if (isRun && name === 'w:vanish' && isOn(attributes)) open.mark('w:r', HIDDEN);
      else if (isRun && name === 'w:rFonts')
        font = attributeOf(attributes, 'w:ascii') ?? attributeOf(attributes, 'w:hAnsi');
      else if (name === 'w:sym') {
        const sign = Number.parseInt(attributeOf(attributes, 'w:char') ?? '', 16);
        const named = attributeOf(attributes, 'w:font') ?? '';
        if (isSymbolFont(named) && sign > 0x1f && sign <= 0xffff)
          seen.add(symbolText(String.fromCharCode(sign), named), whole ?? open.aside);
      } else if (/^w:(?:p|tab|ptab|br|cr|tc|footnoteReference|endnoteReference)$/.test(name)) seen.endWord();
      else if (name === 'm:r' || name === 'w:vertAlign') seen.endWord();
    },
    close(name) {
      open.close(name);
      if (name === text) text = undefined;
      if (name === 'w:p' || name === 'm:r') seen.endWord();
    },
    text(words) {
      if (text === undefined) return;
      const shown = isSymbolFont(font) ? symbolText(words, font ?? '') : words;
      const inInstruction = fields.includes(true) ? OTHER_FORM : undefined;
      seen.add(shown, whole ?? (text === 'w:delText' ? DELETED : (open.aside ?? inInstruction)));
    },
  });
  return seen.end();
}

function isOn(attributes: string): boolean {
  return !/^(?:0|false|off)$/.test(attributeOf(attributes, 'w:val') ?? '1');
}
