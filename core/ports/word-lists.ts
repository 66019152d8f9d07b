/** What is known of single words, whatever their case. */
export interface WordLists {
  /** A given name or surname somewhere; many of them are ordinary words as well (`Rose`, `Grant`). */
  isName(word: string): boolean;
  /** A word of English prose in lower case. Names that are also words (`baker`) are among them. */
  isOrdinary(word: string): boolean;
}

/** Where no lists are at hand, every word counts as an ordinary one: only labels tell names. */
export const NO_WORD_LISTS: WordLists = { isName: () => false, isOrdinary: () => true };
