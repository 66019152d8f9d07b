import { elements, type XmlElement } from '../xml/xml-tree.js';

/** What a run holds that a person sees only where no field's instruction is. */
const UNSEEN_IN_INSTRUCTION = new Set(['w:t', 'w:sym', 'w:tab', 'w:br', 'w:cr', 'w:noBreakHyphen', 'w:drawing', 'w:pict', 'mc:AlternateContent']); // prettier-ignore
/** Fields within the instructions of fields go no deeper where people made them. */
const MAX_DEPTH = 100;

interface Field {
  /** Until its result begins. */
  inInstruction: boolean;
  instruction: string;
}

/**
 * The fields of a part of a Word file, which begin and end in runs, also of other paragraphs: of each only its result is
 * seen, and of a field that has none, what Word makes of its instruction: the choice in a list, a tick, a fraction.
 */
export class WordFields {
  readonly #open: Field[] = [];

  /** The children of a run that are seen. */
  seen(children: readonly (XmlElement | string)[]): (XmlElement | string)[] {
    return children.flatMap((child): (XmlElement | string)[] => {
      if (typeof child === 'string') return [child];
      if (child.name === 'w:fldChar') return this.#mark(child);
      if (child.name === 'w:instrText' || child.name === 'w:delInstrText') {
        const field = this.#open.at(-1);
        if (field && field.instruction.length < 1_000) field.instruction += child.children.filter((text) => typeof text === 'string').join(''); // prettier-ignore
        return [];
      }
      const isInInstruction = this.#open.some(({ inInstruction }) => inInstruction);
      return isInInstruction && UNSEEN_IN_INSTRUCTION.has(child.name) ? [] : [child];
    });
  }

  #mark(mark: XmlElement): XmlElement[] {
    const kind = mark.attributes['w:fldCharType'];
    if (kind === 'begin') {
      if (this.#open.length < MAX_DEPTH) this.#open.push({ inInstruction: true, instruction: '' });
      const isHidden = this.#open.slice(0, -1).some(({ inInstruction }) => inInstruction);
      const chosen = isHidden ? undefined : chosenIn(elements(mark, 'w:ffData')[0]);
      return chosen === undefined ? [] : [textOf(chosen)];
    }
    const field = this.#open.at(-1);
    if (kind === 'separate' && field) field.inInstruction = false;
    if (kind !== 'end') return [];
    this.#open.pop();
    const isHidden = this.#open.some(({ inInstruction }) => inInstruction);
    const [, over, under] = field?.inInstruction ? (FRACTION.exec(field.instruction) ?? []) : [];
    return over === undefined || under === undefined || isHidden ? [] : [textOf(`${over.trim()}/${under.trim()}`)];
  }
}

/** `EQ \f(1,2)`; in some languages with a semicolon. */
const FRACTION = /^\s*EQ\s+\\f\s?\(([^(),;\\]{1,40})[,;]([^(),;\\]{1,40})\)/i;

/** Of a form: what is chosen in a list, or whether a box is ticked. */
function chosenIn(form: XmlElement | undefined): string | undefined {
  const list = elements(form, 'w:ddList')[0];
  if (list) {
    const at = ['w:result', 'w:default'].map((name) => elements(list, name)[0]?.attributes['w:val']).find(Boolean) ?? '0'; // prettier-ignore
    return elements(list, 'w:listEntry')[Number(at)]?.attributes['w:val'];
  }
  const box = elements(form, 'w:checkBox')[0];
  if (!box) return undefined;
  const state = elements(box, 'w:checked')[0] ?? elements(box, 'w:default')[0];
  return state && !/^(?:0|false|off)$/.test(state.attributes['w:val'] ?? '1') ? '☒' : '☐';
}

function textOf(text: string): XmlElement {
  return { name: 'w:t', attributes: { 'xml:space': 'preserve' }, children: [text] };
}
