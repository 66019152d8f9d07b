import type { EvidenceCertainty, GradingSystem, RecommendationStrength } from '../../../contract/recommendation.js';

/**
 * `words`: a strength or certainty in words. `code`: 1A to 2D. `class` and `level`: of ACC, AHA and ESC, levels also of others.
 * `letter`: A to D, I. `symbol`: ⊕⊕⊕◯.
 */
export type PartKind = 'strength' | 'certainty' | 'code' | 'class' | 'level' | 'letter' | 'practice' | 'symbol';

/** One piece of a grade as it is written, e.g. `strong recommendation` or `LOE B-NR`. */
export interface GradePart {
  readonly kind: PartKind;
  readonly start: number;
  readonly end: number;
  readonly strength?: RecommendationStrength;
  readonly certainty?: EvidenceCertainty;
  readonly direction?: 'for' | 'against';
  readonly system?: GradingSystem;
  /** The class or level as it stands (`IIa`, `B`): what it means hangs on what stands beside it. */
  readonly value?: string;
  /** Says itself what it is (`Level of evidence: B`), wherever it stands; `1B` and `strong recommendation` do not. */
  readonly labelled: boolean;
}

type Found = Omit<GradePart, 'start' | 'end' | 'labelled'> & { readonly labelled?: boolean };

interface Pattern {
  readonly source: string;
  readonly read: (groups: Readonly<Record<string, string | undefined>>) => Found | null;
}

const STRENGTHS: Readonly<Record<string, RecommendationStrength>> = {
  strong: 'strong', forte: 'strong', fuerte: 'strong',
  weak: 'conditional', conditional: 'conditional', discretionary: 'conditional', qualified: 'conditional',
  fraca: 'conditional', condicional: 'conditional', débil: 'conditional', debil: 'conditional',
}; // prettier-ignore

const CERTAINTIES: Readonly<Record<string, EvidenceCertainty>> = {
  high: 'high', moderate: 'moderate', low: 'low', 'very low': 'very_low',
  alta: 'high', moderada: 'moderate', baixa: 'low', baja: 'low', 'muito baixa': 'very_low', 'muy baja': 'very_low',
  elevada: 'high', alto: 'high', moderado: 'moderate', baixo: 'low', bajo: 'low', 'muito baixo': 'very_low', 'muy bajo': 'very_low',
}; // prettier-ignore

/** ACC/AHA print these words beside their classes, and give a level A to high-quality evidence, B-R and B-NR to moderate. */
export const ACC_CLASSES: Readonly<Record<string, RecommendationStrength>> = {
  '1': 'strong', i: 'strong', '2a': 'moderate', iia: 'moderate', '2b': 'conditional', iib: 'conditional',
}; // prettier-ignore
export const ACC_LEVELS: Readonly<Record<string, EvidenceCertainty>> = {
  a: 'high',
  'b-r': 'moderate',
  'b-nr': 'moderate',
};
const CODE_CERTAINTIES: Readonly<Record<string, EvidenceCertainty>> = {
  a: 'high',
  b: 'moderate',
  c: 'low',
  d: 'very_low',
};

const S = String.raw`[^\S\n]{0,3}`;
/** A line of running text may end anywhere. */
const W = String.raw`[\s\u00ad]{1,3}`;
const HYPHEN = String.raw`(?:\s?[-‐‑–]\s?|\s{1,2})`;
const IS = String.raw`(?:\s{0,3}(?:[:=]|is\b|was\b|é\b|es\b)\s{0,3}|\s{1,3})`;
const COLON = String.raw`\s{0,3}[:=]?\s{0,3}`;
const LEVELS = 'very[-‐‑ ]low|high|moderate|low';
const LEVELS_PT = 'muito baix[ao]|muy baj[ao]|alt[ao]|elevada|moderad[ao]|baix[ao]|baj[ao]';
const STRONG = 'strong|weak|conditional|discretionary|qualified';
const STRONG_PT = 'forte|fraca|condicional|fuerte|d[ée]bil';
const CLASSES = '(?:I{1,3}|II[ab]|1|2a|2b|3|III)';
const EVIDENCE_LEVEL = String.raw`(?:[BC]-(?:NR|R|LD|EO)|[1-4](?:\+\+|\+|[-−–](?!\d))|[1-5][a-d]?|I{1,3}V?[ab]?|IV|[A-D])`;
const EFFECTS = String.raw`(?:${W}(?:the${W})?(?:evidence|estimates?|effects?)(?:${W}(?:of|in)${W}(?:the${W})?(?:effects?|estimates?))?)`;

const strength = (word: string | undefined): RecommendationStrength | undefined => STRENGTHS[plain(word)];
const certainty = (word: string | undefined): EvidenceCertainty | undefined => CERTAINTIES[plain(word)];
const plain = (word = ''): string => word.toLowerCase().replace(/[\s\u00ad]+|[-‐‑–](?=low)/g, ' ').trim(); // prettier-ignore
const directed = (side: string | undefined): Pick<Found, 'direction'> =>
  side === undefined ? {} : { direction: /^(?:against|contra|en)/i.test(side) && !/^en favor/i.test(side) ? 'against' : 'for' }; // prettier-ignore
const known = <Key extends string, Value>(key: Key, value: Value | undefined) =>
  (value === undefined ? {} : { [key]: value }) as { [name in Key]?: Value };

function classOf(value: string, note = '', system?: GradingSystem): Found | null {
  if (!isCapital(value)) return null;
  const key = value.toLowerCase();
  const isAgainst = key === '3' || key === 'iii';
  // The division of class III is ACC/AHA's own: no benefit is a moderate recommendation against, harm a strong one.
  if (isAgainst && note !== '') {
    return {
      kind: 'class',
      system: 'acc_aha',
      direction: 'against',
      strength: /no/i.test(note) ? 'moderate' : 'strong',
    };
  }
  return { kind: 'class', value, ...(isAgainst ? { direction: 'against' } : {}), ...(system ? { system } : {}) };
}

function levelOf(value: string): Found | null {
  if (!isCapital(value)) return null;
  const isTheirs = /^[BC]-/i.test(value);
  if (isTheirs) return { kind: 'level', system: 'acc_aha', value };
  return { kind: 'level', value, ...(/^[1-4][-+−–]/.test(value) ? { system: 'sign' } : {}) };
}

function codeOf(value: string): Found | null {
  if (!isCapital(value)) return null;
  const [number = '', letter = ''] = value.replace(/\s/g, '');
  if (!/[A-D]/.test(letter)) return null;
  const certain = CODE_CERTAINTIES[letter.toLowerCase()];
  return { kind: 'code', system: 'grade', strength: number === '1' ? 'strong' : 'conditional', ...known('certainty', certain) }; // prettier-ignore
}

/** Letters that are grades are capitals, but for those behind a number: "grade a", "class i" and genotype "1b" are none. */
function isCapital(value: string): boolean {
  return /^(?:[A-DI]|[1-5])/.test(value);
}

/** What stands behind `strength of recommendation:`. */
export function strengthValue(value: string): Found | null {
  const text = value.trim();
  const word = /^(?:(strong|weak|conditional|discretionary|qualified|forte|fraca|condicional|fuerte|d[ée]bil)(?:\s+(for|against|a favor|contra|en contra))?)$/i.exec(text); // prettier-ignore
  if (word) return { kind: 'strength', system: 'grade', ...known('strength', strength(word[1])), ...directed(word[2]) };
  const code = /^([12]\s?[A-D])$/.exec(text);
  if (code) return codeOf(code[1] ?? '');
  const named = /^(?:class\s+)?(I{1,3}|II[ab]|1|2a|2b|3)(?:\s*[:(]\s*(no benefit|harm)\)?)?$/i.exec(text);
  if (named) return classOf(named[1] ?? '', named[2]);
  if (/^(?:GPP|✓|good practice (?:point|statement))$/i.test(text))
    return { kind: 'practice', strength: 'good_practice' };
  return /^[A-DI]\+?$/.test(text) ? { kind: 'letter', value: text } : null;
}

/** What stands behind `level of evidence:`. */
export function certaintyValue(value: string): Found | null {
  const text = value.trim();
  const word = new RegExp(`^(${LEVELS}|${LEVELS_PT})$`, 'iu').exec(text);
  if (word) return { kind: 'certainty', system: 'grade', ...known('certainty', certainty(word[1])) };
  const symbols = /^[⊕⨁+]{1,4}[◯○◌⊝⊖⨀⭘O0-]{0,3}$/u.test(text.replace(/\s/g, ''));
  if (symbols) return symbolOf(text);
  return new RegExp(`^${EVIDENCE_LEVEL}$`).test(text) ? levelOf(text) : null;
}

const BY_COUNT: readonly (EvidenceCertainty | undefined)[] = [undefined, 'very_low', 'low', 'moderate', 'high'];
function symbolOf(value: string): Found {
  const filled = (value.match(/[⊕⨁+]/gu) ?? []).length;
  return { kind: 'symbol', system: 'grade', ...known('certainty', BY_COUNT[filled]) };
}

/**
 * What grades are written with. Sources: GRADE handbook (Schünemann et al. 2013: strong and weak or conditional; high, moderate,
 * low, very low; ⊕⊕⊕◯; 1 and 2 with A to D in the forms of ACCP (Guyatt, Chest 2006), UpToDate and KDIGO); ACC/AHA (Halperin
 * et al., Circulation 2016: classes and B-R, B-NR, C-LD, C-EO); ESC (classes I to III, levels A to C); USPSTF (A to D, I
 * statement); SIGN 50 (A to D, GPP, 1++ to 4); Oxford CEBM (2009: 1a to 5, A to D); WHO handbook (2014) and the Brazilian
 * guidelines of the Ministry of Health after GRADE. The first pattern that fits counts.
 */
const PATTERNS: readonly Pattern[] = [
  {
    // Endocrine Society: 1|⊕⊕⊕◯.
    source: String.raw`(?<number>[12])${S}[|∣ǀ/]${S}(?<marks>[⊕⨁](?:${S}[⊕⨁]){0,3}(?:${S}[◯○◌⊝⊖⨀⭘O0]){0,3})(?!\p{L})`,
    read: ({ number, marks = '' }) => ({
      ...symbolOf(marks),
      strength: number === '1' ? 'strong' : 'conditional',
      kind: 'code',
      labelled: true,
    }),
  },
  {
    source: String.raw`(?<marks>[⊕⨁](?:${S}[⊕⨁]){0,3}(?:${S}[◯○◌⊝⊖⨀⭘O0]){0,3}|\+{4}(?!\+)|(?<![+\p{L}\p{N}])\+{1,3}[◯○O]{1,3})(?!\p{L})`,
    read: ({ marks = '' }) => symbolOf(marks),
  },
  {
    source: String.raw`(?<label>(?:strength|grade|class|category)${W}of${W}(?:the${W})?recommendations?|recommendations?${W}(?:strength|grade|class)|COR|(?:for[çc]a|grau|classe)${W}d[ae]${W}recomenda[çc][ãa]o|(?:fuerza|grado|clase)${W}de${W}(?:la${W})?recomendaci[óo]n)${COLON}(?:\(|class\s)?${S}(?<value>(?:${STRONG}|${STRONG_PT})(?!\p{L})(?:${W}(?:for|against)\b)?|[12]${S}[A-D](?![\p{L}\p{N}])|(?:${CLASSES})(?![\p{L}\p{N}])(?:${S}:${S}(?:no benefit|harm)\b|${S}\((?:no benefit|harm)\))?|GPP\b|[A-DI](?![\p{L}\p{N}]))`,
    read: ({ label = '', value = '' }) => {
      const found = /^COR$/i.test(label) && /^(?:[I123])/i.test(value) ? corOf(value) : strengthValue(value);
      return found && { ...found, labelled: true };
    },
  },
  {
    source: String.raw`(?<label>(?:quality|certainty|level|strength|grade)(?:${W}of|${W}in)${W}(?:the${W}|this${W}|supporting${W})?(?:body${W}of${W})?evidence(?:${W}(?:of|for)${W}effects?)?|evidence${W}(?:quality|certainty|level|grade|strength)|certainty|confidence${W}in${EFFECTS}|evidence(?=${S}:)|LOE|(?:qualidade|certeza|n[íi]vel|grau)${W}d[aeo]s?${W}evid[êe]ncias?|(?:calidad|certeza|nivel|grado)${W}de${W}(?:la${W})?evidencia|certeza|nivel${W}de${W}certeza)${IS}\(?${S}(?<value>(?:${LEVELS}|${LEVELS_PT})(?!\p{L})|[⊕⨁]{1,4}[◯○◌⊝⊖⨀⭘O0]{0,3}|(?:(?:level|n[íi]vel|nivel)\s)?${EVIDENCE_LEVEL}(?![\p{L}\p{N}]))`,
    read: ({ label = '', value = '' }) => {
      const found = certaintyValue(value.replace(/^(?:level|n[íi]vel|nivel)\s/i, ''));
      // "certainty: low" alone tells of much else.
      return found && { ...found, labelled: !/^(?:certainty|certeza|evidence)$/i.test(label) };
    },
  },
  {
    source: String.raw`(?<word>${STRONG})${W}(?:GRADE${W})?recommendations?(?:${W}(?<side>for|against|in${W}favou?r(?:${W}of)?)(?!\p{L}))?`,
    read: ({ word, side }) => ({ kind: 'strength', system: 'grade', ...known('strength', strength(word)), ...directed(side) }), // prettier-ignore
  },
  {
    source: String.raw`recommendations?${S}[:–—-]${S}(?<word>${STRONG})(?:${W}(?<side>for|against))?(?![\p{L}-])`,
    read: ({ word, side }) => ({ kind: 'strength', system: 'grade', ...known('strength', strength(word)), ...directed(side) }), // prettier-ignore
  },
  {
    source: String.raw`(?:recomenda(?:[çc][ãa]o|[çc][õo]es)|recomendaci(?:[óo]n|ones))${W}(?<word>fortes?|fracas?|condiciona(?:l|is)|condicional(?:es)?|fuertes?|d[ée]bil(?:es)?)(?!\p{L})(?:${W}(?<side>a${W}favor|contra|en${W}contra)(?!\p{L}))?`,
    read: ({ word = '', side }) => ({
      kind: 'strength',
      system: 'grade',
      strength: /^f(?:orte|uerte)/i.test(word) ? 'strong' : 'conditional',
      ...directed(side),
    }),
  },
  {
    // VA/DoD: (Strong for), (Weak against).
    source: String.raw`(?<=[([|]\s{0,2})(?<word>strong|weak|conditional)${W}(?<side>for|against)(?=\s{0,2}[)|\];,])`,
    read: ({ word, side }) => ({ kind: 'strength', system: 'grade', ...known('strength', strength(word)), ...directed(side) }), // prettier-ignore
  },
  {
    source: String.raw`(?:ungraded${W})?(?:good|best)${W}practice${W}(?:statement|point|recommendation)|\bGPP\b|ponto${W}de${W}boa${W}pr[áa]tica|punto${W}de${W}buena${W}pr[áa]ctica|declara[çc][ãa]o${W}de${W}boas?${W}pr[áa]ticas?`,
    read: () => ({ kind: 'practice', strength: 'good_practice' }),
  },
  {
    source: String.raw`(?<word>${LEVELS})(?:${HYPHEN}(?:quality|certainty|confidence|strength|grade))(?:${W}(?:of|in)${EFFECTS}|${W}(?:of${W}|in${W})?(?:the${W})?(?:body${W}of${W})?(?:evidence|data|RCT${W}evidence))?(?!\p{L})`,
    read: ({ word }) => ({ kind: 'certainty', system: 'grade', ...known('certainty', certainty(word)) }),
  },
  {
    source: String.raw`(?<word>${LEVELS})${W}evidence(?!\p{L})`,
    read: ({ word }) => ({ kind: 'certainty', system: 'grade', ...known('certainty', certainty(word)) }),
  },
  {
    source: String.raw`evid[êe]ncias?${W}(?:de${W}|com${W}|con${W})?(?:(?:qualidade|certeza|calidad|n[íi]vel)${W})?(?<word>${LEVELS_PT})(?!\p{L})(?:${W}(?:qualidade|certeza|calidad)(?!\p{L}))?|(?:qualidade|certeza|calidad)${W}(?:(?:da|de${W}la|de)${W}evid[êe]ncia${W})?(?<other>${LEVELS_PT})(?!\p{L})(?:${W}(?:da|de${W}la|de)${W}evid[êe]ncia)?|(?<first>${LEVELS_PT})${W}(?:qualidade|certeza|calidad)(?:${W}(?:da|das|de${W}la|de)${W}evid[êe]ncias?)?(?!\p{L})`,
    read: ({ word, other, first }) => ({ kind: 'certainty', system: 'grade', ...known('certainty', certainty(word ?? other ?? first)) }), // prettier-ignore
  },
  {
    source: String.raw`(?<![\p{L}\p{N}-])(?:Class|COR|Classe|Clase|class)${COLON}(?<value>${CLASSES})(?![\p{L}\p{N}]|\.\d)(?:${S}[:,–-]${S}(?<note>no${W}benefit|harm)\b|${S}\((?<inner>no${W}benefit|harm)\)|${W}(?<plain>no${W}benefit|harm)\b)?(?<full>${W}recommendation)?`,
    read: ({ value = '', note, inner, plain: other, full }) => {
      const found = classOf(value, note ?? inner ?? other);
      return found && { ...found, labelled: full !== undefined };
    },
  },
  {
    source: String.raw`(?<![\p{L}\p{N}-])(?:levels?|n[íi]vel)${COLON}(?:of${W}evidence${COLON})?(?<value>${EVIDENCE_LEVEL})(?![\p{L}\p{N}+])(?:${W}evidence(?!\p{L}))?`,
    read: ({ value = '' }) => levelOf(value),
  },
  {
    source: String.raw`(?<![\p{L}\p{N}-])[BC]-(?:NR|R|LD|EO)(?![\p{L}\p{N}])`,
    read: ({ whole = '' }) => levelOf(whole),
  },
  {
    source: String.raw`(?:(?:GRADE|Grau|Grado)${COLON})?(?<![\p{L}\p{N}.-])(?<code>[12]${S}[A-D])(?![\p{L}\p{N}]|-\d)`,
    read: ({ code = '' }) => codeOf(code),
  },
  {
    source: String.raw`(?:Grade|GRADE|Grau|Grado|grade)${COLON}(?<letter>[A-DI])(?![\p{L}\p{N}]|\.\p{L})(?<full>${W}(?:recommendations?|statement)(?!\p{L}))?|(?<![\p{L}\p{N}])(?<bare>[A-D])${W}recommendation(?!\p{L})|(?<![\p{L}\p{N}])(?<i>I)${W}statement(?!\p{L})`,
    read: ({ letter, full, bare, i }) => {
      if (i === 'I' || (letter === 'I' && full !== undefined)) {
        return { kind: 'letter', system: 'uspstf', strength: 'insufficient', labelled: true };
      }
      if (letter === 'I' || !/[A-D]/.test(letter ?? bare ?? '')) return null;
      return { kind: 'letter', value: letter ?? bare ?? '', labelled: full !== undefined || bare !== undefined };
    },
  },
  {
    source: String.raw`(?<=[([]\s?)(?:not${W}graded|ungraded)(?=\s?[)\]])`,
    read: () => ({ kind: 'strength' }),
  },
];

/** ACC/AHA alone call their class of recommendation COR. */
function corOf(value: string): Found | null {
  const [, number = '', note = ''] = /^(\w+)(?:\s*[:(]\s*(no benefit|harm)\)?)?$/i.exec(value.trim()) ?? [];
  return classOf(number, note, 'acc_aha');
}

const COMPILED = PATTERNS.map(({ source, read }) => ({ pattern: new RegExp(source, 'giu'), read }));

/** Nothing is a grade without one of these; most text has none, and is looked at once. */
const SOME_PART =
  /recom|evid|certe|certain|confid|quali|calid|grad|grau|class|clase|level|n[íi]vel|practice|pr[áa]c?tic|[⊕⨁]|\bGPP\b|\bCOR\b|\bLOE\b|[BC]-(?:NR|R|LD|EO)\b|\+\+|[[(][12]\s?[A-D]\b|(?:strong|weak|conditional)\s+(?:for|against)|not\s+graded|I\s+statement/iu;

/** All pieces of grades in a text, in order, none within another; what is alike and no grade may be among them. Linear. */
export function gradePartsIn(text: string): GradePart[] {
  if (!SOME_PART.test(text)) return [];
  const taken: GradePart[] = [];
  COMPILED.forEach(({ pattern, read }) => {
    for (const match of text.matchAll(pattern)) {
      const found = read({ ...match.groups, whole: match[0] });
      if (found)
        taken.push({ labelled: false, ...found, start: match.index, end: match.index + match[0].trimEnd().length });
    }
  });
  // Stable: of those that begin together the longer counts, and of equal ones the earlier pattern.
  const sorted = taken.sort((a, b) => a.start - b.start || b.end - a.end);
  const parts: GradePart[] = [];
  for (const part of sorted) if (part.start >= (parts.at(-1)?.end ?? 0)) parts.push(part);
  return parts;
}
