import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { OcrEngine } from '../../core/ports/ocr-engine.js';
import type { Config } from '../config.js';
import { OcrLanguageMissing } from './language-data.js';
import { TesseractBinaryEngine } from './tesseract-binary-engine.js';
import { TesseractJsEngine } from './tesseract-js-engine.js';

/** The first start of a program on a busy machine takes a second or two. */
const LOOK_TIMEOUT_MS = 20_000;

/**
 * The engine that is asked for. `auto`: the native binary where it is installed with the data of all languages, since it
 * reads a page in about half of the time; tesseract.js otherwise. Errors: `OcrLanguageMissing`.
 */
export async function createOcrEngine({ engine, languages, binaryEnvironment }: Config['ocr']): Promise<OcrEngine> {
  if (engine === 'tesseract.js') return new TesseractJsEngine({ languages });
  const installed = await binaryLanguages(binaryEnvironment);
  const missing = languages.find((language) => !installed?.includes(language));
  if (missing === undefined) return new TesseractBinaryEngine({ languages, environment: binaryEnvironment });
  if (engine === 'auto') return new TesseractJsEngine({ languages });
  throw new OcrLanguageMissing(
    installed === null
      ? 'OCR_ENGINE is tesseract, but the program tesseract is not installed. Install it (Debian: apt-get install tesseract-ocr), or set OCR_ENGINE=auto'
      : `OCR_LANGUAGES names ${JSON.stringify(missing)}, which the installed tesseract has no data for. Install it (Debian: apt-get install tesseract-ocr-${missing}), or set OCR_ENGINE=auto`,
  );
}

/** Languages of the installed `tesseract`; `null` where it is not installed, or older than version 4, which has no LSTM. */
export async function binaryLanguages(
  environment: Readonly<Record<string, string>>,
  program = 'tesseract',
): Promise<readonly string[] | null> {
  const run = promisify(execFile);
  try {
    const version = await run(program, ['--version'], { timeout: LOOK_TIMEOUT_MS, env: environment });
    if (!/^tesseract v?(?:[4-9]|\d\d)\./m.test(version.stdout + version.stderr)) return null;
    const { stdout } = await run(program, ['--list-langs'], { timeout: LOOK_TIMEOUT_MS, env: environment });
    return stdout
      .split('\n')
      .slice(1)
      .map((language) => language.trim())
      .filter((language) => language !== '');
  } catch {
    return null;
  }
}
