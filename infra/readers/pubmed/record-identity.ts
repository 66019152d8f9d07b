/** Longest PMID element that is looked at; real ones have 35 characters. */
const ELEMENT_BYTES = 160;
const PMID = /^<PMID(?:\s[^>]*?)?>\s*(\d{1,10})\s*<\/PMID\s*>/;
const VERSION = /\sVersion\s*=\s*["'](\d{1,6})["']/;

/** What makes a record the same record, in this and in other files. */
export interface RecordIdentity {
  /** `pmid:123`, `pmcid:PMC123`. */
  readonly externalId: string;
  /** 1 where it does not say. */
  readonly version: number;
}

/**
 * The first PMID from an offset on, which in a record is its own: the DTD has it first. Told from the bytes, as a file is
 * gone through for its repeated records many times faster than it is parsed. `end`: behind the element.
 */
export function pmidFrom(raw: Buffer, from: number): (RecordIdentity & { readonly end: number }) | undefined {
  for (let at = raw.indexOf('<PMID', from); at >= 0; at = raw.indexOf('<PMID', at + 1)) {
    const element = raw.toString('latin1', at, at + ELEMENT_BYTES);
    const [whole, pmid] = PMID.exec(element) ?? [];
    if (whole === undefined || pmid === undefined) continue;
    const version = Math.max(1, Number(VERSION.exec(whole)?.[1] ?? 1));
    return { externalId: `pmid:${pmid}`, version, end: at + whole.length };
  }
  return undefined;
}
