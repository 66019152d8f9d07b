/** A file that others made, and that is harmed here. */
export interface Original {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface Mutation {
  /** Says which file was harmed and how; enough, with the seed, to make it again. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

type Random = () => number;
type Harm = (bytes: Buffer, random: Random, originals: readonly Original[]) => Buffer;

/** What befalls files on their way: broken transfers, bad disks, mixed-up blocks; and what somebody does who means harm. */
const HARMS: Readonly<Record<string, Harm>> = {
  cut: (bytes, random) => bytes.subarray(0, Math.max(1, at(bytes.length, random))),
  bits: (bytes, random) => {
    const flips = 1 + Math.floor(random() ** 3 * 200);
    for (let flip = 0; flip < flips; flip++) {
      const place = at(bytes.length, random);
      bytes[place] = (bytes[place] ?? 0) ^ (1 << at(8, random));
    }
    return bytes;
  },
  spliced: (bytes, random, originals) => {
    const other = Buffer.from(originals[at(originals.length, random)]?.bytes ?? bytes);
    const [from, length] = range(other.length, random);
    const place = at(bytes.length, random);
    return Buffer.concat([bytes.subarray(0, place), other.subarray(from, from + length), bytes.subarray(place)]);
  },
  lost: (bytes, random) => {
    const [from, length] = range(bytes.length, random);
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + length)]);
  },
  doubled: (bytes, random) => {
    const [from, length] = range(bytes.length, random);
    return Buffer.concat([bytes.subarray(0, from + length), bytes.subarray(from)]);
  },
  hole: (bytes, random) => {
    const [from, length] = range(bytes.length, random);
    return bytes.fill(0, from, from + length);
  },
  numbers: (bytes, random) => {
    // Lengths, sizes, counts and references, which stand as ASCII; the file keeps its length, and with it its offsets.
    const text = bytes.toString('latin1');
    const numbers = Array.from(text.matchAll(/(?<=[\s[])\d{1,10}(?=[\s\]/>])/g));
    for (let change = 1 + at(6, random); change > 0 && numbers.length > 0; change--) {
      const found = numbers[at(numbers.length, random)];
      if (!found) continue;
      const digits = [...found[0]].map(() => (random() < 0.5 ? '9' : String(at(10, random)))).join('');
      bytes.write(digits, found.index, 'latin1');
    }
    return bytes;
  },
};
export const HARM_NAMES = Object.keys(HARMS);

/**
 * Harmed copies, file after file and harm after harm, the same ones for the same seed, each from a copy of its own: one of
 * five is harmed twice.
 */
export function* mutatedCopies(originals: readonly Original[], count: number, seed: number): Generator<Mutation> {
  const sorted = [...originals].sort((a, b) => (a.name < b.name ? -1 : 1));
  for (let index = 0; index < count; index++) {
    const original = sorted[index % sorted.length];
    if (!original) return;
    const random = randomNumbers(seed + index);
    // Each file meets each harm in turn, whatever the numbers of both.
    const first = HARM_NAMES[(index + Math.floor(index / sorted.length)) % HARM_NAMES.length] ?? '';
    const names = random() < 0.2 ? [first, HARM_NAMES[at(HARM_NAMES.length, random)] ?? ''] : [first];
    let bytes: Buffer = Buffer.from(original.bytes);
    for (const name of names) bytes = HARMS[name]?.(bytes, random, sorted) ?? bytes;
    yield { name: `${String(index).padStart(4, '0')} ${names.join('+')} ${original.name}`, bytes };
  }
}

function at(length: number, random: Random): number {
  return Math.floor(random() * length);
}

/** A stretch somewhere in the file: most are short, some take half of it. */
function range(length: number, random: Random): [from: number, length: number] {
  const from = at(length, random);
  return [from, Math.min(1 + Math.floor(random() ** 3 * (length / 2)), length - from)];
}

/** 0 ≤ x < 1, the same series for the same seed (mulberry32). */
function randomNumbers(seed: number): Random {
  let state = Math.imul(seed, 0x9e3779b1);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
