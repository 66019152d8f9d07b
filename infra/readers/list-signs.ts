/** `a`, `b`, … `z`, `aa`, `ab`; of no positive number, its figures. */
export function lettersOf(number: number): string {
  if (number < 1) return String(number);
  let letters = '';
  for (let rest = number; rest > 0; rest = Math.floor((rest - 1) / 26)) {
    letters = String.fromCharCode(97 + ((rest - 1) % 26)) + letters;
  }
  return letters;
}

const ROMAN = [['m', 1000], ['cm', 900], ['d', 500], ['cd', 400], ['c', 100], ['xc', 90], ['l', 50], ['xl', 40], ['x', 10], ['ix', 9], ['v', 5], ['iv', 4], ['i', 1]] as const; // prettier-ignore
/** Larger ones are not written in Roman figures, by nobody. */
const MAX_ROMAN = 3999;

/** `i`, `ii`, `iii`, `iv`; of a number that has no Roman form, its figures. */
export function romanOf(number: number): string {
  if (number < 1 || number > MAX_ROMAN) return String(number);
  let rest = number;
  let letters = '';
  for (const [sign, value] of ROMAN) {
    for (; rest >= value; rest -= value) letters += sign;
  }
  return letters;
}

const CIRCLED_ONE = 0x2460;

/** `①` to `⑳`; of others, their figures. */
export function circledOf(number: number): string {
  return number >= 1 && number <= 20 ? String.fromCodePoint(CIRCLED_ONE + number - 1) : String(number);
}

/** `1st`, `2nd`, `3rd`, `11th`. */
export function ordinalOf(number: number): string {
  const isTeen = number % 100 >= 11 && number % 100 <= 13;
  return `${number}${(isTeen ? undefined : ['th', 'st', 'nd', 'rd'][number % 10]) ?? 'th'}`;
}
