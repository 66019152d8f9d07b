import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { WordLists } from '../../core/ports/word-lists.js';

const require = createRequire(import.meta.url);

let loaded: { readonly names: ReadonlySet<string>; readonly words: ReadonlySet<string> } | null = null;

/**
 * Names (39,000, of the spelling checker CSpell, MIT) and English words (275,000, MIT), read from their packages when the
 * first word is asked about: 0.4 s and 35 MB that a process which never screens does not pay.
 */
export const wordLists: WordLists = {
  isName: (word) => (loaded ??= load()).names.has(folded(word)),
  isOrdinary: (word) => (loaded ??= load()).words.has(word.toLowerCase()),
};

function load() {
  const names = readFileSync(
    join(dirname(require.resolve('@cspell/dict-people-names')), 'dict', 'people-names.txt'),
    'utf8',
  )
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map(folded);
  const words = JSON.parse(readFileSync(require.resolve('an-array-of-english-words/index.json'), 'utf8')) as string[];
  return { names: new Set(names), words: new Set(words) };
}

/** `García` is `garcia` in many records. */
function folded(word: string): string {
  return word.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}
