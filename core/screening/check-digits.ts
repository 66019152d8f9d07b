/** Check digits of public registers. Each takes the value as written; separators do not matter. */

const digitsOf = (value: string): number[] => [...value.replace(/\D/g, '')].map(Number);

/**
 * Cadastro de Pessoas Físicas (Receita Federal, Brazil): two check digits modulo 11; eleven equal digits are never issued.
 */
export function isCpf(value: string): boolean {
  const digits = digitsOf(value);
  if (digits.length !== 11 || digits.every((digit) => digit === digits[0])) return false;
  return [9, 10].every((length) => {
    const sum = digits.slice(0, length).reduce((total, digit, index) => total + digit * (length + 1 - index), 0);
    return ((sum * 10) % 11) % 10 === digits[length];
  });
}

/** Cartão Nacional de Saúde (DATASUS): fifteen digits that begin with 1, 2, 7, 8 or 9; weights 15 down to 1, sum divisible by 11. */
export function isCns(value: string): boolean {
  const digits = digitsOf(value);
  if (digits.length !== 15 || ![1, 2, 7, 8, 9].includes(digits[0] ?? 0)) return false;
  return digits.reduce((total, digit, index) => total + digit * (15 - index), 0) % 11 === 0;
}

/** ISO/IEC 7812-1, annex B. */
export function isLuhn(value: string): boolean {
  const digits = digitsOf(value).reverse();
  const sum = digits.reduce((total, digit, index) => {
    if (index % 2 === 0) return total + digit;
    return total + (digit > 4 ? digit * 2 - 9 : digit * 2);
  }, 0);
  return digits.length > 0 && sum % 10 === 0;
}

/** National Provider Identifier (45 CFR 162.406): ten digits, Luhn over them with 80840 before. */
export function isNpi(value: string): boolean {
  const digits = value.replace(/\D/g, '');
  return digits.length === 10 && /^[12]/.test(digits) && isLuhn(`80840${digits}`);
}

/** DEA registration: two letters, seven digits; (1st+3rd+5th) + 2·(2nd+4th+6th) ends in the seventh (21 CFR 1301). */
export function isDea(value: string): boolean {
  if (!/^[A-Z][A-Z9]\d{7}$/i.test(value)) return false;
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, check] = digitsOf(value.slice(2));
  return (a + c + e + 2 * (b + d + f)) % 10 === check;
}

const VIN_VALUES: Readonly<Record<string, number>> = Object.fromEntries([
  ...'0123456789'.split('').map((digit) => [digit, Number(digit)]),
  ...Object.entries({ A: 1, B: 2, C: 3, D: 4, E: 5, F: 6, G: 7, H: 8, J: 1, K: 2, L: 3, M: 4, N: 5, P: 7, R: 9 }),
  ...Object.entries({ S: 2, T: 3, U: 4, V: 5, W: 6, X: 7, Y: 8, Z: 9 }),
]) as Record<string, number>;
const VIN_WEIGHTS = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];

/** Vehicle identification number with its ninth character as check (49 CFR 565.15). */
export function isVin(value: string): boolean {
  const characters = [...value.toUpperCase()];
  if (characters.length !== 17) return false;
  const sum = characters.reduce(
    (total, character, index) => total + (VIN_VALUES[character] ?? NaN) * (VIN_WEIGHTS[index] ?? 0),
    0,
  );
  const check = sum % 11;
  return characters[8] === (check === 10 ? 'X' : String(check));
}

/** Medicare Beneficiary Identifier (CMS, format of 2018): no S, L, O, I, B, Z; position by position. */
export const MBI_SOURCE = String.raw`[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y\d]\d-?[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y\d]\d-?[AC-HJKMNP-RT-Y]{2}\d{2}`;
