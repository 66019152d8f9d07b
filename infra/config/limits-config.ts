import type { SettingsReader } from '../settings-reader.js';

export interface Limits {
  readonly uploadBytes: number;
  readonly pages: number;
}

const MEBIBYTE = 1024 * 1024;

/** The largest sample guideline has 30 MB; a PubMed baseline file 30 MB packed. 512 MB also takes a scanned textbook. */
const DEFAULT_MAX_UPLOAD_MB = 512;

/** A formulary has about 2,000 pages; past 5,000 a file is a bound series that is better cited by its volumes. */
const DEFAULT_MAX_PAGES = 5_000;

/** S3 and Node both take much more; past 5 GiB a single PUT is refused by S3. */
const UPLOAD_CEILING_MB = 5 * 1024;

export function limits(settings: SettingsReader): Limits {
  const uploadMegabytes = settings.integer('MEDINDEX_MAX_UPLOAD_MB', {
    otherwise: DEFAULT_MAX_UPLOAD_MB,
    min: 1,
    max: UPLOAD_CEILING_MB,
  });
  return {
    uploadBytes: uploadMegabytes * MEBIBYTE,
    pages: settings.integer('MEDINDEX_MAX_PAGES', { otherwise: DEFAULT_MAX_PAGES, min: 1, max: 100_000 }),
  };
}
