import { boundedPattern } from '../bounded-pattern.js';
import type { ScreeningContext } from '../context.js';
import { weighCues } from '../text-kind.js';
import { CARE_SIGNS } from './care-signs.js';

/** A span that may be somebody's name or dwelling. */
export interface JudgedSpan {
  readonly start: number;
  readonly end: number;
  /** By what it has the form of a name; `address` for streets and places. */
  readonly form: string;
  readonly sure: number;
  readonly possible: number;
}

/** A few words; the sentences around; the part of a text that says what it is. */
const CLOSE_CHARACTERS = 60;
const NEAR_CHARACTERS = 250;
const TELLING_CHARACTERS = 6_000;

const SIGNS = Object.entries(CARE_SIGNS);
const FORMS = ['in-order', 'reversed', 'titled', 'kin', 'single', 'lower', 'roster'];

const LINE_START = boundedPattern(String.raw`(?:^|\n)[ \t]{0,8}$`, 'u');
const SENTENCE_START = boundedPattern(String.raw`(?:^|[.!?:]\s{1,3})$`, 'u');
const LINE_END = boundedPattern(String.raw`^[ \t]{0,8}(?:\n|$)`, 'u');
const IN_LIST = boundedPattern(String.raw`(?:,|\sand|&|\se)\s$`, 'u');
const POSSESSIVE = boundedPattern(String.raw`^['’]s(?![\p{L}])`, 'u');

/** What of a feature is the same for all spans of a text. */
export interface TextFeatures {
  readonly values: readonly number[];
  /** How often each span's words occur among the spans, in lower case. */
  readonly times: ReadonlyMap<string, number>;
}

const TEXT_NAMES = [
  ...SIGNS.map(([name]) => `${name} in text`),
  'cues of records',
  'cues of publications',
  'record',
  'published',
  'characters',
  'spans',
  'Portuguese',
];
const SPAN_NAMES = [
  ...SIGNS.flatMap(([name]) => [`${name} before`, `${name} behind`, `${name} near`]),
  ...FORMS.map((form) => `form ${form}`),
  'sure words',
  'possible words',
  'words',
  'profession near',
  'patient near',
  'life story',
  'byline',
  'repeated',
  'place in text',
  'line start',
  'sentence start',
  'line end',
  'comma behind',
  'parenthesis behind',
  'semicolon behind',
  'in capitals',
  'in a list',
  'possessive',
];

/** In the order of the weights. */
export const FEATURE_NAMES: readonly string[] = [...TEXT_NAMES, ...SPAN_NAMES];

export function textFeatures(context: ScreeningContext, spans: readonly JudgedSpan[]): TextFeatures {
  const head = context.text.slice(0, TELLING_CHARACTERS);
  const thousands = Math.max(1, head.length / 1_000);
  const cues = weighCues(context.text);
  const times = new Map<string, number>();
  for (const { start, end } of spans) {
    const words = context.text.slice(start, end).toLowerCase();
    times.set(words, (times.get(words) ?? 0) + 1);
  }
  return {
    times,
    values: [
      ...SIGNS.map(([, form]) => Math.min(6, count(head, form) / thousands) / 2),
      Math.min(8, cues.record) / 2,
      Math.min(8, cues.published) / 2,
      Number(context.kind === 'record'),
      Number(context.kind === 'published'),
      Math.log(head.length + 1),
      Math.log(1 + Math.min(30, times.size)),
      Number(context.isPortuguese),
    ],
  };
}

/** Values in the order of {@link FEATURE_NAMES}; a bounded stretch around the span is looked at. */
export function featuresOf(span: JudgedSpan, context: ScreeningContext, text: TextFeatures): number[] {
  const { start, end, form, sure, possible } = span;
  const before = context.before(start, NEAR_CHARACTERS);
  const after = context.after(end, NEAR_CHARACTERS);
  const own = context.text.slice(start, end);
  const values = [...text.values];
  for (const [, sign] of SIGNS) {
    let [close, closeBehind, near] = [0, 0, 0];
    for (const match of before.matchAll(sign)) {
      near += 1;
      if (match.index >= before.length - CLOSE_CHARACTERS) close = 1;
    }
    for (const match of after.matchAll(sign)) {
      near += 1;
      if (match.index + match[0].length <= CLOSE_CHARACTERS) closeBehind = 1;
    }
    values.push(close, closeBehind, Math.min(4, near) / 2);
  }
  for (const one of FORMS) values.push(Number(form === one || (one === 'lower' && form === 'lower-pair')));
  values.push(
    sure,
    possible,
    Math.min(6, own.split(/\s/u).length),
    Number(context.speaksOfProfession(start, end)),
    Number(context.speaksOfPatient(start, end)),
    Number(context.tellsLifeStory(start, end)),
    Number(context.isByline(start, end)),
    Math.log(Math.min(8, text.times.get(own.toLowerCase()) ?? 1)),
    start / Math.max(1, context.text.length),
    Number(LINE_START.test(before)),
    Number(SENTENCE_START.test(before)),
    Number(LINE_END.test(after)),
    Number(after.startsWith(',')),
    Number(after.trimStart().startsWith('(')),
    Number(after.startsWith(';')),
    Number(own === own.toUpperCase()),
    Number(IN_LIST.test(before)),
    Number(POSSESSIVE.test(after)),
  );
  return values;
}

function count(text: string, form: RegExp): number {
  let found = 0;
  for (const match of text.matchAll(form)) found += match[0] === '' ? 0 : 1;
  return found;
}
