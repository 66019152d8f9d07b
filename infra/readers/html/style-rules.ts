/** A page's own rules have some ten kilobytes; what is behind this length is a library's. */
const MAX_CHARACTERS = 256 * 1024;
/** Of those that are read. */
const MAX_RULES = 1_000;
/** `li.note#a`, without states and attributes. */
const COMPOUND = /^(?:\*|[a-z][a-z0-9-]*)?(?:[.#][\w-]+)*$/i;
const NAMES = /[.#]?[\w-]+/g;
const PSEUDO = /::?(before|after)$/i;
/** States in which a page shows more, without a script. */
const STATES = /:(?:checked|target|hover|focus|active|open)|\[open\]/i;
const PROPERTIES =
  /^(?:text-decoration(?:-line)?|display|visibility|vertical-align|list-style(?:-type)?|content|counter-(?:reset|increment|set))$/;

interface SelectorPart {
  readonly names: readonly string[];
  /** Stands right within the part before. */
  readonly isChild: boolean;
}

export interface StyleRule {
  /** From the outermost to that of the element itself. */
  readonly parts: readonly SelectorPart[];
  readonly pseudo: 'before' | 'after' | undefined;
  /** One name that an element must have. */
  readonly key: string;
  readonly weight: number;
  readonly order: number;
  readonly declarations: readonly (readonly [property: string, value: string])[];
}

/**
 * The rules of style sheets that change what is read, by elements, classes and ids, also of those that an element stands in.
 * `hasStates`: a rule depends on what a person does, such as opening a box.
 */
export function styleRules(sheets: readonly string[]): { readonly rules: StyleRule[]; readonly hasStates: boolean } {
  const rules: StyleRule[] = [];
  let hasStates = false;
  for (const sheet of sheets) {
    const text = withoutComments(sheet.slice(0, MAX_CHARACTERS));
    /** What is opened around a rule, as `@media print`. */
    const around: string[] = [];
    let from = 0;
    for (const { index, 0: sign } of text.matchAll(/[{}]/g)) {
      const before = text.slice(from, index);
      from = index + 1;
      if (sign === '{') {
        around.push(before.slice(before.lastIndexOf(';') + 1).trim());
        continue;
      }
      const selectors = around.pop() ?? '';
      if (selectors === '' || selectors.startsWith('@') || rules.length >= MAX_RULES) continue;
      const declarations = declarationsOf(before, around.every(isOfScreens));
      if (declarations.length === 0) continue;
      for (const selector of selectors.split(',')) {
        if (STATES.test(selector)) hasStates = true;
        const rule = ruleOf(selector.trim());
        if (rule) rules.push({ ...rule, order: rules.length, declarations });
      }
    }
  }
  return { rules, hasStates };
}

function isOfScreens(condition: string): boolean {
  return /^@(?:media\s+(?:only\s+)?(?:screen|all)\s*$|supports|layer)/i.test(condition);
}

/** Those that are read. What strikes text through counts under any condition: nobody means both doses. */
function declarationsOf(body: string, isCertain: boolean): StyleRule['declarations'] {
  return body.split(';').flatMap((one): [string, string][] => {
    const at = one.indexOf(':');
    const property = one.slice(0, Math.max(at, 0)).trim().toLowerCase();
    if (!PROPERTIES.test(property)) return [];
    const written = one.slice(at + 1).replace(/!important\s*$/i, '').trim(); // prettier-ignore
    const value = property === 'content' ? written : written.toLowerCase();
    return isCertain || value.includes('line-through') ? [[property, value]] : [];
  });
}

function ruleOf(selector: string): Pick<StyleRule, 'parts' | 'pseudo' | 'key' | 'weight'> | undefined {
  const pseudo = PSEUDO.exec(selector)?.[1]?.toLowerCase() as 'before' | 'after' | undefined;
  const steps = (pseudo === undefined ? selector : selector.replace(PSEUDO, '')).split(/\s*(>)\s*|\s+/).filter(Boolean);
  const parts: SelectorPart[] = [];
  let isChild = false;
  for (const step of steps) {
    if (step === '>') {
      isChild = true;
      continue;
    }
    if (!COMPOUND.test(step)) return undefined;
    const names = (step.match(NAMES) ?? []).map((name) => (/^[.#]/.test(name) ? name : name.toLowerCase()));
    parts.push({ names, isChild });
    isChild = false;
  }
  const own = parts.at(-1);
  if (!own) return undefined;
  const names = parts.flatMap((part) => part.names);
  const weight = names.reduce((sum, name) => sum + (name.startsWith('#') ? 100 : name.startsWith('.') ? 10 : 1), 0);
  return { parts, pseudo, key: own.names.at(-1) ?? '*', weight };
}

function withoutComments(sheet: string): string {
  const [first = '', ...rest] = sheet.split('/*');
  return first + rest.map((part) => (part.includes('*/') ? part.slice(part.indexOf('*/') + 2) : '')).join('');
}
