import type { JSX } from 'preact';
import { LANGUAGES, useTexts } from '../texts/texts.js';

export function LanguageChoice({
  language,
  onLanguage,
}: {
  language: string;
  onLanguage: (language: string) => void;
}): JSX.Element {
  const texts = useTexts();
  return (
    <label class="language">
      <span class="unseen">{texts.nav.language}</span>
      <select value={language} onChange={(event) => onLanguage(event.currentTarget.value)}>
        {Object.entries(LANGUAGES).map(([code, words]) => (
          <option key={code} value={code}>
            {words.language}
          </option>
        ))}
      </select>
    </label>
  );
}
