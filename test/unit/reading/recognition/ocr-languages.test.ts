import { describe, expect, it } from 'vitest';
import {
  ocrLanguagesFor,
  ocrLanguagesOfOtherScripts,
  ocrLanguagesOfText,
} from '../../../../core/reading/recognition/ocr-languages.js';

describe('the languages that pages are read in', () => {
  it("is the collection's own where the engine has it, and all of the engine's otherwise", () => {
    expect(ocrLanguagesFor('en', ['eng', 'por'])).toEqual(['eng']);
    expect(ocrLanguagesFor('pt-BR', ['eng', 'por'])).toEqual(['por']);
    expect(ocrLanguagesFor('de', ['eng', 'por'])).toEqual(['eng', 'por']);
    expect(ocrLanguagesFor('und', ['eng'])).toEqual(['eng']);
  });

  it('is its own where the text shows another, also without the accents that the first reading lost', () => {
    const asEnglish =
      'O diagnostico e feito quando a pressao arterial permanece elevada em pelo menos duas consultas. A medigao deve ser realizada com o paciente sentado, apos cinco minutos de repouso.';
    const english =
      'The diagnosis is made when the blood pressure stays raised at two visits at least. It is measured while the patient sits, after five minutes of rest.';
    const asked = { languages: ['eng'], available: ['eng', 'por'] };
    expect(ocrLanguagesOfText(asEnglish, asked)).toEqual(['por']);
    expect(ocrLanguagesOfText(english, asked)).toBeNull();
    expect(ocrLanguagesOfText(english, { languages: ['por'], available: ['eng', 'por'] })).toEqual(['eng']);
    // What the engine does not have, and too little to tell by.
    expect(ocrLanguagesOfText(asEnglish, { languages: ['eng'], available: ['eng'] })).toBeNull();
    expect(ocrLanguagesOfText(asEnglish, { languages: ['eng', 'por'], available: ['eng', 'por'] })).toBeNull();
    expect(ocrLanguagesOfText('A medicao deve ser realizada', asked)).toBeNull();
    expect(ocrLanguagesOfText('', asked)).toBeNull();
  });

  it('is what the engine has of other scripts, where a page says nothing in this one', () => {
    expect(ocrLanguagesOfOtherScripts(['eng'], ['eng', 'por'])).toEqual([]);
    expect(ocrLanguagesOfOtherScripts(['eng'], ['eng', 'ara', 'por', 'rus'])).toEqual(['ara', 'rus']);
    expect(ocrLanguagesOfOtherScripts(['ara'], ['eng', 'ara'])).toEqual([]);
  });
});
