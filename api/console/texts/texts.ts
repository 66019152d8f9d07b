import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { en, type Texts } from './en.js';
import { pt } from './pt.js';

export type { Texts } from './en.js';

export const LANGUAGES: Readonly<Record<string, Texts>> = { en, pt };

/** Which language was chosen; nothing else of the console is kept beyond the tab. */
const CHOSEN = 'medindex.language';

export function preferredLanguage(): string {
  const wished = [localStorage.getItem(CHOSEN), ...navigator.languages.map((one) => one.slice(0, 2))];
  return wished.find((one) => one !== null && one in LANGUAGES) ?? 'en';
}

export function chooseLanguage(language: string): void {
  localStorage.setItem(CHOSEN, language);
}

export const TextsContext = createContext<Texts>(en);

export function useTexts(): Texts {
  return useContext(TextsContext);
}
