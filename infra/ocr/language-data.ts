import { existsSync } from 'node:fs';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A language whose recognition data is not installed; the message says how to get it. */
export class OcrLanguageMissing extends Error {
  override readonly name = 'OcrLanguageMissing';
}

/** The integer form of Tesseract's most accurate models: the words of `best` at twice its speed (tessdata_best). */
const VARIANT = '4.0.0_best_int';

const require = createRequire(import.meta.url);

/**
 * Absolute path of a language's data, e.g. `eng`, from the npm package `@tesseract.js-data/eng`: nothing is downloaded
 * when a page is read. Errors: {@link OcrLanguageMissing}.
 */
export function languageDataFile(language: string): string {
  const missing = new OcrLanguageMissing(
    `OCR_LANGUAGES names ${JSON.stringify(language)}, whose data is not installed. Install it with: npm install @tesseract.js-data/${language}`,
  );
  if (!/^[a-z_]{3,20}$/i.test(language)) throw missing;
  let manifest: string;
  try {
    manifest = require.resolve(`@tesseract.js-data/${language}/package.json`);
  } catch {
    throw missing;
  }
  const file = join(dirname(manifest), VARIANT, `${language}.traineddata.gz`);
  if (!existsSync(file)) throw missing;
  return file;
}

/** A folder in which the engine finds the data of several languages side by side. */
export interface LanguageFolder {
  readonly folder: string;
  remove(): Promise<void>;
}

/** Each package has a folder of its own and the engine reads from one only: links to all of them. */
export async function linkLanguageData(languages: readonly string[]): Promise<LanguageFolder> {
  const folder = await mkdtemp(join(tmpdir(), 'medindex-ocr-'));
  for (const language of languages) {
    await symlink(languageDataFile(language), join(folder, `${language}.traineddata.gz`));
  }
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
