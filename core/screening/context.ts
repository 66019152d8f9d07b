import type { Block } from '../contract/block.js';
import type { WordLists } from '../ports/word-lists.js';
import { tellsLifeStory } from './life-story.js';
import { PERSON_CUE, PROFESSION_CUE } from './person-cues.js';
import { isCited, liesIn, type Passage, quietPassages } from './quiet-passages.js';
import { type TextKind, textKind } from './text-kind.js';

/** A sentence or two each way. */
const NEAR_CHARACTERS = 160;
/** `Professor Jane Doe, Department of …`: what makes a name one of the profession stands beside it. */
const BESIDE_CHARACTERS = 70;

/** What the surroundings of a span say of it; made once for a text. */
export class ScreeningContext {
  readonly kind: TextKind;
  /** The text reads like a note, a letter, a form or a list about patients. */
  readonly isNote: boolean;
  readonly #quiet: readonly Passage[];

  constructor(
    readonly text: string,
    readonly blocks: readonly Block[],
    readonly words: WordLists,
  ) {
    this.kind = textKind(text);
    this.isNote = this.kind === 'record';
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
