import type { Block } from '../contract/block.js';
import { NO_WORD_LISTS, type WordLists } from '../ports/word-lists.js';
import { boundedPattern } from './bounded-pattern.js';
import { speaksOfCare } from './clinical-words.js';
import type { JudgeModels } from './judge/judge-models.js';
import { JUDGE } from './judge/judge-weights.js';
import { tellsLifeStory } from './life-story.js';
import { PERSON_CUE, PROFESSION_CUE } from './person-cues.js';
import { isCited, liesIn, type Passage, quietPassages } from './quiet-passages.js';
import { type TextKind, textKind } from './text-kind.js';

/** A sentence or two each way. */
const NEAR_CHARACTERS = 160;
/** `Professor Jane Doe, Department of …`: what makes a name one of the profession stands beside it. */
const BESIDE_CHARACTERS = 70;

/** A text that is about one thing. */
const SHORT_TEXT = 3_000;
const LONGEST_BYLINE = 300;
const BETWEEN_NAMES = boundedPattern(String.raw`[,;&]|\sand\s|\se\s|\sund\s`, 'u');
/** A word of three small letters that is no particle of a name. */
const PROSE_WORD = boundedPattern(
  String.raw`(?<![\p{L}’'-])(?!and|und|van|von|der|den|del|dos|das|bin|ibn)\p{Ll}{3}`,
  'u',
);
const PORTUGUESE = [
  'não',
  'com',
  'para',
  'paciente',
  'foi',
  'está',
  'uma',
  'dos',
  'das',
  'sua',
  'seu',
  'anos',
  'em',
  'na',
  'da',
  'ao',
  'de',
  'pela',
  'refere',
].map((word) => boundedPattern(String.raw`(?<![\p{L}])${word}(?![\p{L}])`, 'iu'));

/** `Teles` is English for televisions; with a capital, in Portuguese, it is a name. */
function withoutEnglish(words: WordLists): WordLists {
  return {
    isName: (word) => words.isName(word),
    isOrdinary: (word) => !/^\p{Lu}\p{Ll}/u.test(word) && words.isOrdinary(word),
  };
}

/** What the surroundings of a span say of it; made once for a text. */
export class ScreeningContext {
  readonly kind: TextKind;
  /** The text reads like a note, a letter, a form or a list about patients. */
  readonly isNote: boolean;
  /** A record, or of no kind that shows and about care: a short note that says nothing of what it is. */
  readonly isClinical: boolean;
  readonly isPortuguese: boolean;
  readonly words: WordLists;
  readonly #quiet: readonly Passage[];
  #isAboutSomebody: boolean | undefined;

  constructor(
    readonly text: string,
    readonly blocks: readonly Block[],
    words: WordLists,
    /** Who stands in care; others than the fitted ones are for measuring. */
    readonly judge: JudgeModels = JUDGE,
  ) {
    this.kind = textKind(text);
    this.isNote = this.kind === 'record';
    const head = text.slice(0, SHORT_TEXT);
    this.isClinical = this.isNote || (this.kind === 'open' && text.length <= SHORT_TEXT && speaksOfCare(head));
    this.isPortuguese = PORTUGUESE.filter((word) => word.test(head)).length + (/[ãõ]|ção/iu.test(head) ? 1 : 0) >= 3;
    this.words = this.isPortuguese && words !== NO_WORD_LISTS ? withoutEnglish(words) : words;
    this.#quiet = quietPassages(text, blocks);
  }

  /** Where persons are published on purpose: references, acknowledgements, authors' addresses. */
  isQuiet(start: number, end: number): boolean {
    return liesIn(this.#quiet, start) || isCited(this.text, start, end);
  }

  /** Somebody in care is spoken of nearby. The span itself is no cue. */
  speaksOfPatient(start: number, end: number): boolean {
    return PERSON_CUE.test(this.before(start, NEAR_CHARACTERS)) || PERSON_CUE.test(this.after(end, NEAR_CHARACTERS));
  }

  /** The same of a short text as a whole. */
  isAboutSomebody(start: number, end: number): boolean {
    if (this.text.length > SHORT_TEXT) return this.speaksOfPatient(start, end);
    return (this.#isAboutSomebody ??= PERSON_CUE.test(this.text));
  }

  /** In a line of nothing but names: authors below a title. */
  isByline(start: number, end: number): boolean {
    const before = this.before(start, LONGEST_BYLINE);
    const after = this.after(end, LONGEST_BYLINE);
    const rest = `${before.slice(before.lastIndexOf('\n') + 1)} ${after.split('\n', 1)[0] ?? ''}`;
    return BETWEEN_NAMES.test(rest) && !PROSE_WORD.test(rest);
  }

  speaksOfProfession(start: number, end: number): boolean {
    return (
      PROFESSION_CUE.test(this.before(start, BESIDE_CHARACTERS)) ||
      PROFESSION_CUE.test(this.after(end, BESIDE_CHARACTERS))
    );
  }

  /** The words around tell of a life or of history: of scientists, of famous cases, of the dead. */
  tellsLifeStory(start: number, end: number): boolean {
    return tellsLifeStory(this.text, start, end, this.isNote);
  }

  /** Inside of `[** … **]`, as de-identified notes are marked: somebody has taken care of it. */
  isTakenOut(start: number, end: number): boolean {
    const before = this.before(start, 60);
    const opened = before.lastIndexOf('[**');
    return opened !== -1 && !before.includes('**]', opened) && this.after(end, 60).includes('**]');
  }

  before(start: number, characters: number): string {
    return this.text.slice(Math.max(0, start - characters), start);
  }

  after(end: number, characters: number): string {
    return this.text.slice(end, end + characters);
  }
}
