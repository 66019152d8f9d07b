import { describe, expect, it } from 'vitest';
import { sentenceCutter } from '../../../core/chunking/sentences.js';

const cut = (language: string, text: string) => [...sentenceCutter(language)(text)].map((sentence) => sentence.trim());

describe('sentenceCutter', () => {
  it('goes by the abbreviations of the language', () => {
    expect(cut('pt', 'A Dra. Silva viu a fig. 2 do art. 5. Depois, a dose foi de aprox. 5 mg.')).toEqual([
      'A Dra. Silva viu a fig. 2 do art. 5.',
      'Depois, a dose foi de aprox. 5 mg.',
    ]);
    expect(cut('en', 'See Fig. 2 and Dr. Jones. Give 5 mg vs. 10 mg, e.g. Monday. Stop.')).toEqual([
      'See Fig. 2 and Dr. Jones.',
      'Give 5 mg vs. 10 mg, e.g. Monday.',
      'Stop.',
    ]);
  });

  it('loses nothing, in any language', () => {
    for (const language of ['pt', 'en', 'und', 'ar', 'no-such-language-tag']) {
      for (const text of ['', 'Dr.', 'Dr. ', 'Um. Dois? Três', '発熱があります。薬。', 'الحمى. الدواء؟ نعم.']) {
        expect([...sentenceCutter(language)(text)].join('')).toBe(text);
      }
    }
  });
});
