import type { Environment, SettingsReader } from '../settings-reader.js';

export const OCR_ENGINES = ['auto', 'tesseract.js', 'tesseract'] as const;
export type OcrEngineName = (typeof OCR_ENGINES)[number];

export interface OcrConfig {
  /** `auto`: the native binary where it is installed with the data of all languages, tesseract.js otherwise. */
  readonly engine: OcrEngineName;
  /** ISO 639-2 codes as Tesseract names its data, e.g. `eng`. */
  readonly languages: readonly string[];
  /** What a native binary is started with: where programs and Tesseract's data lie, and nothing else. */
  readonly binaryEnvironment: Readonly<Record<string, string>>;
}

export function ocrConfig(settings: SettingsReader, env: Environment): OcrConfig {
  return {
    engine: settings.choice('OCR_ENGINE', OCR_ENGINES, 'auto'),
    languages: ocrLanguages(settings),
    binaryEnvironment: binaryEnvironment(env),
  };
}

function binaryEnvironment(env: Environment): Record<string, string> {
  return Object.fromEntries(
    ['PATH', 'TESSDATA_PREFIX'].flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])),
  );
}

function ocrLanguages(settings: SettingsReader): string[] {
  const languages = (settings.text('OCR_LANGUAGES') ?? 'eng+por')
    .split(/[,+\s]+/)
    .filter((language) => language !== '');
  if (languages.length === 0 || languages.some((language) => !/^[a-zA-Z_]{3,20}$/.test(language))) {
    settings.problem('OCR_LANGUAGES', 'is not a list of Tesseract languages', 'eng, or eng+por');
  }
  return languages;
}
