import type { DocumentMetadata } from '../../../core/contract/reading.js';

/** Metadata as a reader gathers it: absent, empty text and empty list all say that there is nothing to say. */
export type MetadataFields = { readonly [Field in keyof DocumentMetadata]: DocumentMetadata[Field] | undefined };

/** Without the fields, and the items of lists, that say nothing. */
export function presentFields(fields: MetadataFields): DocumentMetadata {
  const present: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    const kept: unknown = Array.isArray(value) ? value.filter((item) => item !== '') : value;
    if (kept === undefined || kept === '' || (Array.isArray(kept) && kept.length === 0)) continue;
    present[name] = kept;
  }
  return present;
}
