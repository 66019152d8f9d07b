import { chmodSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { binaryLanguages, createOcrEngine } from '../../infra/ocr/create-ocr-engine.js';
import { OcrLanguageMissing } from '../../infra/ocr/language-data.js';
import { TesseractBinaryEngine } from '../../infra/ocr/tesseract-binary-engine.js';
import { TesseractJsEngine } from '../../infra/ocr/tesseract-js-engine.js';
import { tempFiles } from '../fixtures/documents/temp-files.js';
import { drawPage, ocrEngineContract } from './ocr-engine.contract.js';

const environment = { PATH: process.env['PATH'] ?? '' };
const languages = ['eng', 'por'];
const installed = await binaryLanguages(environment);
const usable = languages.every((language) => installed?.includes(language));

if (usable) {
  ocrEngineContract(
    'tesseract',
    async (options) => new TesseractBinaryEngine({ languages, environment, processes: 2, ...options }),
  );
} else {
  describe.skip('OcrEngine: tesseract (not installed with eng and por: apt-get install tesseract-ocr tesseract-ocr-por)', () => {
    it('reads pages', () => undefined);
  });
}

describe('a tesseract that misbehaves', () => {
  const files = tempFiles();
  afterAll(() => files.remove());
  const image = drawPage(['Aspirin']);

  /** An engine whose program is this shell script. */
  function engineOf(name: string, script: string): TesseractBinaryEngine {
    const program = files.write(name, `#!/bin/sh\n${script}\n`);
    chmodSync(program, 0o755);
    return new TesseractBinaryEngine({ languages, environment, program, processes: 1, pageTimeoutMs: 500 });
  }

  it.each([
    ['hangs', 'sleep 1000'],
    ['is killed', 'kill -9 $$'],
    ['fails', 'exit 3'],
    ['says nothing', 'cat > /dev/null'],
    ['says something else', 'cat > /dev/null; echo what is this'],
    ['does not read', 'exec 0<&-; sleep 0.1; exit 1'],
  ])('costs one page when it %s', async (name, script) => {
    const engine = engineOf(name.replaceAll(' ', '-'), script);
    for (let page = 0; page < 2; page++) {
      await expect(engine.recognise({ image, languages: ['eng'] })).rejects.toMatchObject({ code: 'OCR_FAILED' });
    }
    await engine.close();
  });

  it('is a failed page when it is not there', async () => {
    const engine = new TesseractBinaryEngine({ languages, environment, program: '/no/such/tesseract' });
    await expect(engine.recognise({ image, languages: ['eng'] })).rejects.toMatchObject({ code: 'OCR_FAILED' });
  });
});

describe('the choice of an OCR engine', () => {
  const nowhere = { PATH: '/nowhere' };

  it('is tesseract.js where it is asked for, and where no binary is installed', async () => {
    for (const engine of ['tesseract.js', 'auto'] as const) {
      const made = await createOcrEngine({ engine, languages, binaryEnvironment: nowhere });
      expect(made).toBeInstanceOf(TesseractJsEngine);
      await made.close();
    }
  });

  it.skipIf(!usable)('is the binary where it is installed', async () => {
    for (const engine of ['tesseract', 'auto'] as const) {
      const made = await createOcrEngine({ engine, languages, binaryEnvironment: environment });
      expect(made.name).toBe('tesseract');
      await made.close();
    }
  });

  it('stops the start where the binary is asked for and missing, and says how to get it', async () => {
    const made = createOcrEngine({ engine: 'tesseract', languages, binaryEnvironment: nowhere });
    await expect(made).rejects.toThrow(OcrLanguageMissing);
    await expect(made).rejects.toThrow('apt-get install tesseract-ocr');
  });
});
