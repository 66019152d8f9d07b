/** A program that tests need, or a sentence that says why it cannot be had on this machine. */
export type Found<Thing> = Thing | { readonly missing: string };

export type FoundBinary = Found<{ readonly path: string }>;

/** Where CI runs, a server that cannot be had is an error, so that no suite is left out unseen. */
export const IN_CI = process.env['CI'] === 'true';

/** Gives what was found. Errors: in CI, the sentence that says what is missing. */
export function foundInCi<Thing extends object>(found: Found<Thing>): Found<Thing> {
  if (IN_CI && 'missing' in found) throw new Error(`CI=true, and ${found.missing}`);
  return found;
}
