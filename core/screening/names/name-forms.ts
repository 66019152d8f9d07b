import type { WordLists } from '../../ports/word-lists.js';
import { boundedPattern } from '../bounded-pattern.js';
import { isPublicWord, nameLikeness } from './name-words.js';

/** A span that has the form of a name; whose it is, and whether it is one, is decided elsewhere. */
export interface NameForm {
  readonly start: number;
  readonly end: number;
  /**
   * `lower`: behind a word that announces a person, in lower case. `single`: one word alone. `roster`: behind the number of a
   * bed or a room, or a time. `lower-pair`: two words in lower case that are no ordinary ones.
   */
  readonly form: 'in-order' | 'reversed' | 'titled' | 'lower' | 'lower-pair' | 'kin' | 'single' | 'roster';
  /** Of `kin`: of whoever writes (`my grandmother, Ana`). */
  readonly isOwn?: boolean;
  /** Words that hardly mean anything else, and words that may be one, by the lists; initials count as neither. */
  readonly sure: number;
  readonly possible: number;
}

interface NameToken {
  readonly start: number;
  readonly end: number;
  readonly likeness: 0 | 1 | 2;
  readonly isInitial: boolean;
  /** A name of diseases, methods or places as well. */
  readonly isPublic: boolean;
}

const CAPITALISED = boundedPattern(
  String.raw`(?<![\p{L}\p{N}@/_\\-])\p{Lu}[\p{L}\p{M}’'-]{0,29}(?![\p{L}\p{N}@_/])`,
  'gu',
);
/** Between two words of one name; `da Silva`, `van der Berg`. */
const GAP = boundedPattern(
  String.raw`^\.?[ \u00a0]{1,2}(?:(?:d[aeio]s?|del|della|van|von|der|den|ter|la|le|al|el|bin|binti|ibn|e|y)[ \u00a0]){0,3}$`,
  'u',
);
const LONGEST_GAP = 20;
const MOST_WORDS = 6;
const LONGEST_SHORTENED = 2;
const SHORTEST_SINGLE = 3;
const PARTICLES: ReadonlySet<string> = new Set(
  'de da do dos das di del della van von der den ter la le al el bin binti ibn'.split(' '),
);

/** Spans in the form of a name in order of place; those that the lists know to be none are left out. Linear in the text. */
export function* nameForms(text: string, lists: WordLists): Generator<NameForm> {
  let run: NameToken[] = [];
  let before: NameToken[] = [];
  for (const match of text.matchAll(CAPITALISED)) {
    const token = tokenOf(text, match[0], match.index, lists);
    const last = run.at(-1);
    if (last && (run.length >= MOST_WORDS || !isGap(text, last, token.start) || isNoName(token))) {
      const form = formOf(run);
      if (form) yield form;
      const turned = reversed(text, before, run);
      if (turned) yield turned;
      before = run;
      run = [];
    }
    if (!isNoName(token)) run.push(token);
  }
  const form = formOf(run);
  if (form) yield form;
  const turned = reversed(text, before, run);
  if (turned) yield turned;
  yield* titled(text, lists);
  yield* lowerCase(text, lists);
  yield* kin(text, lists);
  yield* rosters(text, lists);
}

function tokenOf(text: string, found: string, start: number, lists: WordLists): NameToken {
  const word = found.replace(/[’'-]{1,3}$/u, '').replace(/[’']s$/u, '');
  const isInitial = word.length === 1;
  const end = start + word.length + (isInitial && text[start + 1] === '.' ? 1 : 0);
  // A particle with a capital (`De Souza`) goes with what follows.
  const likeness = isInitial ? 0 : PARTICLES.has(word.toLowerCase()) ? 1 : nameLikeness(word, lists);
  return { start, end, likeness, isInitial, isPublic: !isInitial && isPublicWord(word) };
}

function isNoName({ likeness, isInitial }: NameToken): boolean {
  return likeness === 0 && !isInitial;
}

function isGap(text: string, { start, end: from }: NameToken, to: number): boolean {
  // A full stop ends a sentence, except behind what is shortened: `St. Clair`, `Wm. Doe`.
  if (text[from] === '.' && from - start > LONGEST_SHORTENED) return false;
  return to > from && to - from <= LONGEST_GAP && GAP.test(text.slice(from, to));
}

/** Of a run of capitalised words; initials at its end belong to it only behind a word (`Doe J.`, as in a citation, do not). */
function formOf(run: readonly NameToken[]): NameForm | null {
  let tokens = run;
  while (tokens.at(-1)?.isInitial) tokens = tokens.slice(0, -1);
  const words = tokens.filter((token) => !token.isInitial);
  const [first, last] = [tokens[0], tokens.at(-1)];
  if (!first || !last || words.length === 0) return null;
  if (tokens.length < 2) {
    const isWord = !first.isPublic && first.end - first.start >= SHORTEST_SINGLE;
    return isWord ? { start: first.start, end: last.end, form: 'single', ...counted(words) } : null;
  }
  // An initial and one word (`J. Doe`) is how authors are cited.
  // `Mann Whitney`, `San Francisco`: nothing but names of methods, diseases and places.
  if (words.every(({ isPublic }) => isPublic)) return null;
  return { start: first.start, end: last.end, form: 'in-order', ...counted(words) };
}

/** `DOE, JANE Q.` of the run before a comma and the run behind it. */
function reversed(text: string, family: readonly NameToken[], given: readonly NameToken[]): NameForm | null {
  const [first, last] = [family[0], family.at(-1)];
  const [from, to] = [given[0], given.at(-1)];
  if (!first || !last || !from || !to || family.length > 3 || given.length > 3) return null;
  if (!/^,[ \u00a0]?$/u.test(text.slice(last.end, from.start)) || from.isInitial || first.isInitial) return null;
  const words = [...family, ...given].filter((token) => !token.isInitial);
  if (words.every(({ isPublic }) => isPublic)) return null;
  return { start: first.start, end: to.end, form: 'reversed', ...counted(words) };
}

function counted(words: readonly NameToken[]): { sure: number; possible: number } {
  return {
    sure: words.filter(({ likeness }) => likeness === 2).length,
    possible: words.filter(({ likeness }) => likeness > 0).length,
  };
}

const NAME_WORD = String.raw`[\p{L}][\p{L}\p{M}’'-]{1,29}`;
const TITLE = String.raw`(?:[Mm](?:r|rs|s|x)|M(?:R|RS|S|X)|M(?:iss|ISS)|[Ss]r(?:a|ta)?|SR(?:A|TA)?|D(?:ona|oña|on|ª)|Señora?|[Ss]enhora?|Mme|Herr|Frau)`;
/** `Mrs. Doe`, `mr doe`, `Sra. Maria de Souza`. */
const TITLED = boundedPattern(
  String.raw`(?<![\p{L}\p{N}])${TITLE}\.?[ \u00a0]{1,2}(?:\p{Lu}\.?[ \u00a0]){0,2}(?<words>${NAME_WORD}(?:[ \u00a0](?:\p{Lu}\.[ \u00a0]){0,1}${NAME_WORD}){0,4})`,
  'gud',
);

function* titled(text: string, lists: WordLists): Generator<NameForm> {
  for (const match of text.matchAll(TITLED)) {
    const [start, end] = match.indices?.groups?.['words'] ?? [0, 0];
    // `MS Contin`, `MR imaging`: a title in capitals has a full stop, or its name is in capitals too.
    const isAbbreviation = /^\p{Lu}{2}[\p{Lu}]?\s/u.test(match[0]) && /\p{Ll}/u.test(text.slice(start, start + 3));
    const form = isAbbreviation ? null : leadingName(text, start, end, lists);
    if (form) yield { ...form, form: 'titled' };
  }
}

const KIN = boundedPattern(
  String.raw`(?<![\p{L}\p{N}])(?:(?<whose>[Hh]is|[Hh]er|[Tt]heir|[Mm]y|[Yy]our|[Tt]he patient[’']s|[Pp]t[’']s|seu|sua|[Mm]eu|[Mm]inha|d[oa]|pel[oa]|com [oa])[ \u00a0])?(?:[Ww]ife|[Hh]usband|[Ss]pouse|[Pp]artner|[Ss]on|[Dd]aughter|[Mm]other|[Ff]ather|[Bb]rother|[Ss]ister|[Mm]om|[Dd]ad|[Aa]unt|[Uu]ncle|[Nn]iece|[Nn]ephew|[Gg]rand(?:son|daughter|mother|father|ma|pa)|[Nn]eighbou?r|[Ff]riend|[Ff]ianc[ée]e?|[Cc]aregiver|[Ee]sposa|[Mm]arido|[Ff]ilho|[Ff]ilha|[Mm]ãe|[Pp]ai|[Ii]rmã|[Ii]rmão|[Nn]et[oa]|[Aa]v[óô]|[Aa]companhante|[Cc]uidador[a]?)[ \u00a0,(]{1,2}(?<words>\p{Lu}[\p{L}\p{M}’'-]{2,29})(?!\p{L}|[ \u00a0]\p{Lu})`,
  'gud',
);

/** `her sister Ana`: one word behind a word for kin. */
function* kin(text: string, lists: WordLists): Generator<NameForm> {
  for (const match of text.matchAll(KIN)) {
    const [start, end] = match.indices?.groups?.['words'] ?? [0, 0];
    const form = leadingName(text, start, end, lists);
    if (form) yield { ...form, form: 'kin', isOwn: /^(?:my|meu|minha)$/iu.test(match.groups?.['whose'] ?? '') };
  }
}

/** `Bed 12 - Doe, post-op`; `08:30 Doe, Jane - new`; `Leito 3: Maria Souza`. */
const ROSTER = boundedPattern(
  String.raw`(?<![\p{L}\p{N}])(?:(?:[Bb]ed|BED|[Rr]oom|ROOM|[Rr]m|RM|[Ll]eito|LEITO|[Qq]uarto)[ \u00a0]?\d{1,4}[A-Z]?|\d{1,2}:\d{2}(?:[ \u00a0]?[AaPp]\.?[Mm]\.?)?|(?<=\n|^)\d{1,4}[A-Z]?[.)]?)[ \u00a0]{0,2}[-–—:|]?[ \u00a0]{0,2}(?<words>\p{Lu}[\p{L}\p{M}’'.-]{0,29}(?:,?[ \u00a0](?:\p{Lu}[\p{L}\p{M}’'.-]{0,29}|d[aeo]s?)){0,4})(?=[ \u00a0]{0,2}(?:[-–—,|(:;\n]|\d{1,3}[ ,MFmfyY]|(?:to|for|w/)[ \u00a0]|$))`,
  'gud',
);

function* rosters(text: string, lists: WordLists): Generator<NameForm> {
  for (const match of text.matchAll(ROSTER)) {
    const [start, end] = match.indices?.groups?.['words'] ?? [0, 0];
    const form = leadingName(text, start, end, lists);
    // All of it has to be a name: `Bed 3: Foley out` is none.
    if (!form || (form.end !== end && text[form.end] !== ',')) continue;
    yield { ...form, form: 'roster' };
  }
}

const ANNOUNCING =
  'patient|pt|paciente|named|name is|called|nome é|se chama|wife|husband|spouse|partner|son|daughter|mother|father|brother|sister|mom|dad|esposa|marido|filho|filha|mãe|pai';
const LOWER_ANNOUNCED = boundedPattern(
  String.raw`(?<![\p{L}\p{N}])(?:${ANNOUNCING})[:,.]?[ \u00a0](?:is[ \u00a0])?(?<words>\p{Ll}[\p{L}\p{M}’'-]{1,29}(?:[ \u00a0]\p{Ll}[\p{L}\p{M}’'-]{0,29}){1,3})`,
  'giud',
);
const LOWER_AGED = boundedPattern(
  String.raw`(?<![\p{L}\p{N}])(?<words>\p{Ll}[\p{L}\p{M}’'-]{1,29}(?:[ \u00a0]\p{Ll}[\p{L}\p{M}’'-]{0,29}){1,2})(?:,|,? is an?|[ \u00a0]\()[ \u00a0]?\d{1,3}[ -]?(?:yo|y/o|y\.o\.|years?|yrs?|anos|[mf](?![\p{L}]))`,
  'gud',
);

function* lowerCase(text: string, lists: WordLists): Generator<NameForm> {
  for (const pattern of [LOWER_ANNOUNCED, LOWER_AGED]) {
    for (const match of text.matchAll(pattern)) {
      const [start, end] = match.indices?.groups?.['words'] ?? [0, 0];
      // Capitalised ones are found by their form.
      if (!/^\p{Ll}/u.test(text.slice(start, end))) continue;
      const form = leadingName(text, start, end, lists);
      if (form && form.sure >= 1 && form.possible >= 2) yield { ...form, form: 'lower' };
    }
  }
}

const LOWER_PAIR = boundedPattern(
  String.raw`(?<![\p{L}\p{N}@/_.’'-])(?=(?<first>\p{Ll}[\p{L}\p{M}’'-]{2,29})[ \u00a0](?<second>\p{Ll}[\p{L}\p{M}’'-]{2,29})(?![\p{L}\p{N}@/_]))`,
  'gu',
);

/**
 * Neighbours in lower case that no list of English words explains, one of them a known name: `jane doe` of hurried notes.
 * For texts in English only; elsewhere every word is one that the list does not explain.
 */
export function* lowerPairs(text: string, lists: WordLists): Generator<NameForm> {
  for (const match of text.matchAll(LOWER_PAIR)) {
    const { first = '', second = '' } = match.groups ?? {};
    if (lists.isOrdinary(first) || lists.isOrdinary(second)) continue;
    const tokens = [
      tokenOf(text, first, match.index, lists),
      tokenOf(text, second, match.index + first.length + 1, lists),
    ];
    const [start, end] = [tokens[0]?.start ?? 0, tokens[1]?.end ?? 0];
    const { sure, possible } = counted(tokens);
    if (sure >= 1 && possible === 2) yield { start, end, form: 'lower-pair', sure, possible };
  }
}

/** The words from `start` on that may be a name; capitalised ones, or lower-case ones that hardly mean anything else. */
function leadingName(text: string, start: number, end: number, lists: WordLists) {
  const kept: NameToken[] = [];
  for (const match of text.slice(start, end).matchAll(/[\p{L}\p{M}’'-]{1,30}/gu)) {
    const isLower = /^\p{Ll}/u.test(match[0]);
    const token = tokenOf(text, match[0], start + match.index, lists);
    const isParticle = PARTICLES.has(match[0].toLowerCase());
    if (!isParticle && !token.isInitial && token.likeness < 1) break;
    // An unknown or ambiguous word in lower case is a verb as easily (`mr baker walks`), except beside a sure name.
    if (isLower && !isParticle && token.likeness === 1 && (lists.isOrdinary(match[0]) ? kept.length === 0 : false))
      break;
    if (isLower && !isParticle && token.likeness === 1 && lists.isOrdinary(match[0]) && !lists.isName(match[0])) break;
    kept.push(token);
  }
  while (kept.length > 0 && PARTICLES.has(text.slice(kept.at(-1)?.start, kept.at(-1)?.end).toLowerCase())) kept.pop();
  const [first, last] = [kept[0], kept.at(-1)];
  if (!first || !last) return null;
  const words = kept.filter(({ start: from, end: to }) => !PARTICLES.has(text.slice(from, to).toLowerCase()));
  if (words.length === 0) return null;
  return { start: first.start, end: last.end, ...counted(words) };
}
