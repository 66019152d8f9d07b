import { describe, expect, it } from 'vitest';
import { OcrLanguageMissing } from '../../../infra/ocr/language-data.js';
import { TesseractJsEngine } from '../../../infra/ocr/tesseract-js-engine.js';

describe('the languages of an OCR engine', () => {
  it('are checked when it is made, and the message says how to get one', () => {
    expect(() => new TesseractJsEngine({ languages: ['eng', 'xyz'] })).toThrow(OcrLanguageMissing);
    expect(() => new TesseractJsEngine({ languages: ['xyz'] })).toThrow('npm install @tesseract.js-data/xyz');
    expect(() => new TesseractJsEngine({ languages: ['../eng'] })).toThrow(OcrLanguageMissing);
  });
});
