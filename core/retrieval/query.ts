/**
 * Longest query in UTF-16 code units. A question has 20 to 300; past about 1,000 the embedding model cuts anyway
 * (256 tokens), and 2,000 leaves room for a pasted paragraph while the lexical leg stays cheap.
 */
export const MAX_QUERY_LENGTH = 2_000;

export type NormalisedQuery =
  { readonly ok: true; readonly text: string } | { readonly ok: false; readonly problem: 'empty' | 'too_long' };

/** Ligatures, and full-width forms of ASCII: as documents are read, and as people type them by mistake. */
const COMPATIBILITY_FORMS = /[\uFB00-\uFB06\uFF01-\uFF5E]/g;

/**
 * One spelling for equal questions: well-formed Unicode in NFC, ligatures and full-width digits and letters as plain ones,
 * control characters and runs of white space as one space, trimmed. Case and punctuation stay: they carry meaning for both legs (drug names, `0.5`).
 */
export function normaliseQuery(raw: string): NormalisedQuery {
  // Before the regular expressions run, so that their input is bounded.
  if (raw.length > 4 * MAX_QUERY_LENGTH) return { ok: false, problem: 'too_long' };
  const text = raw
    .toWellFormed()
    .normalize('NFC')
    .replace(COMPATIBILITY_FORMS, (form) => form.normalize('NFKC'))
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim();
  if (text === '') return { ok: false, problem: 'empty' };
  if (text.length > MAX_QUERY_LENGTH) return { ok: false, problem: 'too_long' };
  return { ok: true, text };
}
