import { describe, expect, it } from 'vitest';
import { ocrLanguagesFor } from '../../../core/reading/ocr-languages.js';

describe('the languages that pages are read in', () => {
  it("is the collection's own where the engine has it, and all of the engine's otherwise", () => {
    expect(ocrLanguagesFor('en', ['eng', 'por'])).toEqual(['eng']);
    expect(ocrLanguagesFor('pt-BR', ['eng', 'por'])).toEqual(['por']);
    expect(ocrLanguagesFor('de', ['eng', 'por'])).toEqual(['eng', 'por']);
    expect(ocrLanguagesFor('und', ['eng'])).toEqual(['eng']);
  });
});
