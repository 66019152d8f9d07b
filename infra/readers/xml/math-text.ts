import { superscript } from '../../../core/reading/layout/unicode-text.js';
import { elements, localName, type XmlElement } from './xml-tree.js';

/** Written with spaces around them; signs (`-1`) and products stand close. */
const RELATIONS = /^[=≠<>≤≥≈≃≅≡∼∝±→⇒⇔↔∈×:∣]$/u;
const ACCENTS: Readonly<Record<string, string>> = {
  '¯': '\u0304', '‾': '\u0304', 'ˉ': '\u0304', '_': '\u0304', '^': '\u0302', 'ˆ': '\u0302', '~': '\u0303', '˜': '\u0303',
  '˙': '\u0307', '.': '\u0307', '¨': '\u0308', '→': '\u20D7',
}; // prettier-ignore

/**
 * A formula of MathML in one line, as one would type it: `(a+b)/2`, `x²`, `VO2`, `x_i`, `√(n)`, `³He`. Nothing of it is
 * left out but invisible operators, spacing and annotations.
 */
export function mathText(element: XmlElement): string {
  return write(element).replace(/\s+/g, ' ').trim();
}

function write(element: XmlElement): string {
  const parts = elements(element);
  const part = (index: number) => {
    const child = parts[index];
    return child ? write(child) : '';
  };
  switch (localName(element)) {
    case 'mi':
    case 'mn':
    case 'ms':
    case 'mtext':
      return content(element);
    case 'mo':
      return operator(content(element).trim());
    case 'mspace':
      return ' ';
    case 'mphantom':
    case 'none':
    case 'mprescripts':
    case 'annotation':
    case 'annotation-xml':
      return '';
    case 'semantics':
      return part(0);
    case 'msup':
      return raise(part(0), part(1));
    case 'msub':
      return lower(part(0), part(1));
    case 'msubsup':
    case 'munderover':
      return raise(lower(part(0), part(1)), part(2));
    case 'munder':
      return lower(part(0), part(1));
    case 'mover':
      return over(part(0), part(1));
    case 'mmultiscripts':
      return withScripts(parts);
    case 'mfrac':
      return `${dividend(part(0))}/${grouped(part(1))}`;
    case 'msqrt':
      return `√${grouped(all(parts))}`;
    case 'mroot':
      return `${superscript(part(1).trim())}√${grouped(part(0))}`;
    case 'mfenced':
      return fenced(element, parts);
    case 'mtable':
      return parts.map(write).join('; ');
    case 'mtr':
    case 'mlabeledtr':
      return parts.map(write).join(', ');
    default:
      return all(parts);
  }
}

/** A number and its unit, which formulas set close, stand apart: `1.73 m²`. */
const UNIT = /^(?:[munkcdµμ]?(?:g|m|l|L|s|mol|Pa)|min|h)(?![\p{L}\p{M}])/u;

function all(parts: readonly XmlElement[]): string {
  const texts = parts.map(write);
  let text = '';
  for (const [index, next] of texts.entries()) {
    // Words are often set letter by letter: the `m` of `2max` is no unit.
    const isUnit = /\d$/.test(text) && UNIT.test(next) && !/^\p{L}/u.test(texts[index + 1] ?? '');
    text += isUnit || isBehindSum(text, next) ? ` ${next}` : next;
  }
  return text;
}

/** What is summed up is no part of the limit: `∑_(i=1)^n d`. */
function isBehindSum(before: string, next: string): boolean {
  return /^[∑∏∫⋃⋂]\S*[_^]\S+$/u.test(before.replace(/ /g, '')) && /^[\p{L}\d]/u.test(next);
}

/** A product of letters over something needs no brackets: `U×V/P`. */
function dividend(text: string): string {
  const trimmed = text.trim();
  return /^\p{L}(?: × \p{L})+$/u.test(trimmed) ? trimmed.replaceAll(' ', '') : grouped(trimmed);
}

function content(element: XmlElement): string {
  return element.children.map((child) => (typeof child === 'string' ? child : write(child))).join('');
}

/** Invisible times, function application and separators are there for machines only. */
function operator(sign: string): string {
  if (/^[\u2061-\u2064]$/.test(sign)) return '';
  if (sign === '−') return '-';
  return RELATIONS.test(sign) ? ` ${sign} ` : sign === ',' ? ', ' : sign;
}

function raise(base: string, exponent: string): string {
  const trimmed = exponent.trim();
  if (trimmed === '') return base;
  const raised = superscript(trimmed);
  return raised === trimmed && !/^[′″*°]+$/.test(trimmed) ? `${base}^${grouped(trimmed)}` : base + raised;
}

/** Figures behind letters are plain (`VO2`, `CO2`), as in running text. */
function lower(base: string, index: string): string {
  const trimmed = index.trim();
  if (trimmed === '') return base;
  return /\p{L}$/u.test(base) && /^\d+$/.test(trimmed) ? base + trimmed : `${base}_${grouped(trimmed)}`;
}

function over(base: string, above: string): string {
  const accent = ACCENTS[above.trim()];
  return accent === undefined ? raise(base, above) : base.trim() + accent;
}

/** Base, then pairs of lower and upper scripts, then behind `mprescripts` the pairs that stand before the base. */
function withScripts([base, ...scripts]: readonly XmlElement[]): string {
  const at = scripts.findIndex((script) => localName(script) === 'mprescripts');
  const behind = (at < 0 ? scripts : scripts.slice(0, at)).map(write);
  // The `m` of `99mTc` is no unit.
  const before = (at < 0 ? [] : scripts.slice(at + 1)).map((script) => write(script).replace(/\s+/g, ''));
  const pairs = (texts: readonly string[]) =>
    Array.from({ length: Math.ceil(texts.length / 2) }, (_, pair) => [
      texts[2 * pair] ?? '',
      texts[2 * pair + 1] ?? '',
    ]);
  const prefix = pairs(before).map(([low = '', high = '']) => (low === '' ? '' : `_${low}`) + superscript(high.trim()));
  const written = pairs(behind).reduce(
    (text, [low = '', high = '']) => raise(lower(text, low), high),
    base ? write(base) : '',
  );
  return prefix.join('') + written;
}

function fenced(element: XmlElement, parts: readonly XmlElement[]): string {
  const { open = '(', close = ')', separators = ',' } = element.attributes;
  const signs = [...separators.replace(/\s/g, '')];
  const written = parts.map((part, index) => {
    const separator = signs[Math.min(index, signs.length - 1)];
    return index < parts.length - 1 && separator !== undefined ? `${write(part)}${separator} ` : write(part);
  });
  return `${open}${written.join('')}${close}`;
}

/** In brackets, unless it is one number or word, or stands in brackets already. */
function grouped(text: string): string {
  const trimmed = text.trim();
  if (/^(?:[\p{L}\p{N}\p{M}.]+|[^\s\p{L}\p{N}])$/u.test(trimmed) || /^\([^()]*\)$/.test(trimmed)) return trimmed;
  return `(${trimmed})`;
}
