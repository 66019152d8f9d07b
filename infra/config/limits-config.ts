import { isIP } from 'node:net';
import type { SettingsReader } from '../settings-reader.js';

export interface Limits {
  readonly uploadBytes: number;
  readonly pages: number;
  /** False: no request is too many. */
  readonly rates: boolean;
  /** Addresses and networks whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[];
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
    rates: settings.choice('MEDINDEX_RATE_LIMITS', ['on', 'off'], 'on') === 'on',
    trustedProxies: trustedProxies(settings),
    pages: settings.integer('MEDINDEX_MAX_PAGES', { otherwise: DEFAULT_MAX_PAGES, min: 1, max: 100_000 }),
  };
}

/** Nobody by default: whoever reaches the API directly could claim any address. */
function trustedProxies(settings: SettingsReader): string[] {
  const names = (settings.text('MEDINDEX_TRUSTED_PROXIES') ?? '').split(/[,\s]+/).filter((name) => name !== '');
  const isNetwork = (name: string): boolean => {
    const [address = '', bits, ...rest] = name.split('/');
    const version = isIP(address);
    if (version === 0 || rest.length > 0) return false;
    return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
  };
  if (!names.every(isNetwork)) {
    settings.problem('MEDINDEX_TRUSTED_PROXIES', 'is not a list of addresses or networks', '10.0.0.0/8,127.0.0.1');
  }
  return names.filter(isNetwork);
}
