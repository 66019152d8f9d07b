import { allNodes, firstNode, type XmlNode } from '../archive/xml-nodes.js';
import { circledOf, lettersOf, ordinalOf, romanOf } from '../list-signs.js';

interface Level {
  readonly start: number;
  readonly format: string;
  /** `%1.%2` */
  readonly text: string;
  readonly isLegal: boolean;
  /** The level whose numbers begin this one anew; `undefined`: each higher one. */
  readonly restartedBy: number | undefined;
  readonly styleId: string | undefined;
}

interface Numbering {
  readonly abstractId: string;
  readonly levels: ReadonlyMap<number, Level>;
  readonly startsAnew: ReadonlyMap<number, number>;
}

const LEVELS = 9;

/** Counts the numbered paragraphs of a Word file in their order, as Word does where it shows them. */
export class WordNumbers {
  readonly #numberings = new Map<string, Numbering>();
  readonly #counters = new Map<string, (number | undefined)[]>();
  readonly #begun = new Set<string>();

  constructor(numbering: XmlNode | undefined) {
    if (!numbering) return;
    const abstracts = allNodes(numbering, 'abstractNum');
    const byId = new Map(abstracts.map((node) => [node.attributes['w:abstractNumId'] ?? '', node]));
    const byStyle = new Map(abstracts.map((node) => [firstNode(node, 'styleLink')?.attributes['w:val'], node]));
    for (const num of allNodes(numbering, 'num')) {
      let abstract = byId.get(firstNode(num, 'abstractNumId')?.attributes['w:val'] ?? '');
      const linked = abstract && firstNode(abstract, 'numStyleLink')?.attributes['w:val'];
      if (linked !== undefined) abstract = byStyle.get(linked) ?? abstract;
      if (!abstract) continue;
      const overrides = allNodes(num, 'lvlOverride');
      const levels = new Map([...allNodes(abstract, 'lvl'), ...overrides.flatMap((node) => allNodes(node, 'lvl'))].map(levelOf)); // prettier-ignore
      const startsAnew = overrides.flatMap((node): [number, number][] => {
        const start = numberAt(firstNode(node, 'startOverride'));
        return start === undefined ? [] : [[Number(node.attributes['w:ilvl'] ?? 0), start]];
      });
      this.#numberings.set(num.attributes['w:numId'] ?? '', {
        abstractId: abstract.attributes['w:abstractNumId'] ?? '',
        levels,
        startsAnew: new Map(startsAnew),
      });
    }
  }

  /** The level of a numbering that a style of paragraphs is linked with. */
  levelOfStyle(numId: string, styleId: string): number | undefined {
    for (const [level, { styleId: linked }] of this.#numberings.get(numId)?.levels ?? [])
      if (linked === styleId) return level;
    return undefined;
  }

  /** The mark of the next paragraph of this numbering and level; '' where it is numbered without a mark, `undefined` for bullets. */
  next(numId: string, at: number): string | undefined {
    const numbering = this.#numberings.get(numId);
    const level = numbering?.levels.get(at);
    if (!numbering || !level) return undefined;
    const counters = this.#counters.get(numbering.abstractId) ?? [];
    this.#counters.set(numbering.abstractId, counters);
    const anew = numbering.startsAnew.get(at);
    const isFirst = !this.#begun.has(`${numId} ${at}`);
    this.#begun.add(`${numId} ${at}`);
    const former = counters[at];
    counters[at] = anew !== undefined && isFirst ? anew : former === undefined ? level.start : former + 1;
    for (let below = at + 1; below < LEVELS; below++) {
      const restartedBy = numbering.levels.get(below)?.restartedBy;
      if (restartedBy === undefined || (restartedBy > 0 && at < restartedBy)) counters[below] = undefined;
    }
    if (level.format === 'bullet') return undefined;
    return level.text.replace(/%([1-9])/g, (_, digit: string) => {
      const shown = Number(digit) - 1;
      const of = numbering.levels.get(shown);
      const number = counters[shown] ?? of?.start ?? 1;
      return formatted(number, level.isLegal && shown !== at ? 'decimal' : (of?.format ?? 'decimal'));
    });
  }
}

function levelOf(node: XmlNode): [number, Level] {
  const value = (name: string) => firstNode(node, name)?.attributes['w:val'];
  const legal = firstNode(node, 'isLgl');
  return [
    Number(node.attributes['w:ilvl'] ?? 0),
    {
      start: numberAt(firstNode(node, 'start')) ?? 0,
      format: value('numFmt') ?? 'decimal',
      text: value('lvlText') ?? '',
      isLegal: legal !== undefined && !/^(?:0|false|off)$/.test(legal.attributes['w:val'] ?? '1'),
      restartedBy: numberAt(firstNode(node, 'lvlRestart')),
      styleId: value('pStyle'),
    },
  ];
}

function numberAt(node: XmlNode | undefined): number | undefined {
  const number = Number.parseInt(node?.attributes['w:val'] ?? '', 10);
  return Number.isFinite(number) ? number : undefined;
}

const CHICAGO = ['*', '†', '‡', '§'];

function formatted(number: number, format: string): string {
  switch (format) {
    case 'lowerLetter':
      return lettersOf(number);
    case 'upperLetter':
      return lettersOf(number).toUpperCase();
    case 'lowerRoman':
      return romanOf(number);
    case 'upperRoman':
      return romanOf(number).toUpperCase();
    case 'decimalZero':
      return String(number).padStart(2, '0');
    case 'ordinal':
      return ordinalOf(number);
    case 'decimalEnclosedCircle':
    case 'decimalEnclosedCircleChinese':
      return circledOf(number);
    case 'decimalEnclosedParen':
      return `(${number})`;
    case 'numberInDash':
      return `- ${number} -`;
    case 'chicago':
      return (CHICAGO[(number - 1) % CHICAGO.length] ?? '*').repeat(Math.floor((number - 1) / CHICAGO.length) + 1);
    case 'none':
      return '';
    default:
      return String(number);
  }
}
