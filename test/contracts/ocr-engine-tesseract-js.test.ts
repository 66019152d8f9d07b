import { TesseractJsEngine } from '../../infra/ocr/tesseract-js-engine.js';
import { ocrEngineContract } from './ocr-engine.contract.js';

ocrEngineContract(
  'tesseract.js',
  async (options) => new TesseractJsEngine({ languages: ['eng', 'por'], threads: 2, ...options }),
);
