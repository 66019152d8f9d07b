/** A part is good enough from this share of `maxLength` on: finding the very longest would take twice the counting. */
const GOOD_SHARE = 0.9;
/** Where a next try is aimed, as a share of `maxLength`: in the middle of what is good enough. */
const AIM = 0.95;
/** Lengths that do not grow with the text are looked for by halves. */
const MAX_PROPORTIONAL_TRIES = 4;

/**
 * Cuts units (characters as readers see them) into consecutive parts that measure at most `maxLength`, most of them at
 * least nine tenths of it; a unit that is longer by itself is a part. Every part is tried at the length that the one
 * before it suggests, so that a text which is much the same all along is measured little more than once.
 */
export function cutByLength(
  units: readonly string[],
  { maxLength, lengthOf }: { readonly maxLength: number; readonly lengthOf: (text: string) => number },
): string[] {
  const parts: string[] = [];
  let guess = Math.max(1, Math.floor(maxLength));
  for (let from = 0; from < units.length;) {
    const rest = units.length - from;
    /** Most units known to fit, and fewest known not to. */
    let fitting = 0;
    let failing = rest + 1;
    let count = Math.min(guess, rest);
    for (let tries = 1; ; tries++) {
      const length = lengthOf(units.slice(from, from + count).join(''));
      if (length <= maxLength) fitting = count;
      else failing = count;
      if (failing - fitting <= 1 || (length <= maxLength && length >= maxLength * GOOD_SHARE)) break;
      const proportional = Math.floor((count * maxLength * AIM) / Math.max(length, 1));
      const aimed = tries < MAX_PROPORTIONAL_TRIES ? proportional : (fitting + failing) >> 1;
      count = Math.min(Math.max(aimed, fitting + 1), failing - 1);
    }
    const taken = Math.max(fitting, 1);
    parts.push(units.slice(from, from + taken).join(''));
    from += taken;
    guess = taken;
  }
  return parts;
}
