/** What white space and cell rules look like is no part of a comparison. */
export function comparable(text: string): string {
  return text.normalize('NFC').replace(/[|\f]/g, ' ').replace(/\s+/g, ' ').trim();
}

/** 1 − edit distance / length of the longer text, by code unit; 1 for equal texts. */
export function similarity(a: string, b: string): number {
  const longer = Math.max(a.length, b.length);
  return longer === 0 ? 1 : 1 - editDistance(a, b) / longer;
}

const WORD_BITS = 32;

/** Levenshtein distance by Myers' bit vectors in blocks of 32 rows (Hyyrö 2003): two texts of 20,000 in 0.1 s. */
export function editDistance(a: string, b: string): number {
  if (a.length === 0 || b.length === 0) return a.length + b.length;
  const blocks = Math.ceil(a.length / WORD_BITS);
  // What goes from one block of rows to the one below it, a column at a time.
  const positive = new Int32Array(b.length).fill(1);
  const negative = new Int32Array(b.length);
  let distance = a.length;
  for (let block = 0; block < blocks; block++) {
    const from = block * WORD_BITS;
    const rows = Math.min(WORD_BITS, a.length - from);
    const masks = new Map<number, number>();
    for (let row = 0; row < rows; row++) {
      const code = a.charCodeAt(from + row);
      masks.set(code, (masks.get(code) ?? 0) | (1 << row));
    }
    const last = rows - 1;
    let vp = -1;
    let vn = 0;
    for (let column = 0; column < b.length; column++) {
      const carryPositive = positive[column] ?? 0;
      const carryNegative = negative[column] ?? 0;
      const equal = masks.get(b.charCodeAt(column)) ?? 0;
      const x = equal | carryNegative;
      const d0 = (((x & vp) + vp) ^ vp) | x | vn;
      let hp = vn | ~(d0 | vp);
      let hn = d0 & vp;
      positive[column] = (hp >>> last) & 1;
      negative[column] = (hn >>> last) & 1;
      if (block === blocks - 1) distance += ((hp >>> last) & 1) - ((hn >>> last) & 1);
      hp = (hp << 1) | carryPositive;
      hn = (hn << 1) | carryNegative;
      vp = hn | ~(d0 | hp);
      vn = d0 & hp;
    }
  }
  return distance;
}

const SHINGLE_WORDS = 3;

/**
 * How far a text keeps the order of the known one: of the runs of three words that occur once in both, the share in the
 * longest series that comes in the same order; 1 when nothing is moved, 0 when no run is found.
 */
export function orderKept(known: string, found: string): number {
  const places = uniqueShingles(found);
  const order = [...uniqueShingles(known).keys()].flatMap((shingle) => places.get(shingle) ?? []);
  return order.length === 0 ? 0 : longestRising(order) / order.length;
}

function uniqueShingles(text: string): Map<string, number> {
  const words = text.split(' ');
  const places = new Map<string, number>();
  for (let index = 0; index + SHINGLE_WORDS <= words.length; index++) {
    const shingle = words.slice(index, index + SHINGLE_WORDS).join(' ');
    places.set(shingle, places.has(shingle) ? Number.NaN : index);
  }
  return new Map([...places].filter(([, index]) => !Number.isNaN(index)));
}

/** Length of the longest increasing subsequence (patience sorting). */
function longestRising(values: readonly number[]): number {
  const tails: number[] = [];
  for (const value of values) {
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((tails[middle] ?? Infinity) < value) low = middle + 1;
      else high = middle;
    }
    tails[low] = value;
  }
  return tails.length;
}

/** Share of the expected words, each as often as it occurs, that are found; letters and digits, in any order. */
export function wordRecall(expected: readonly string[], found: readonly string[]): { recall: number; lost: string[] } {
  const left = new Map<string, number>();
  for (const word of found) left.set(word, (left.get(word) ?? 0) + 1);
  const lost = expected.filter((word) => {
    const count = left.get(word) ?? 0;
    left.set(word, count - 1);
    return count <= 0;
  });
  return { recall: expected.length === 0 ? 1 : 1 - lost.length / expected.length, lost };
}

/** Words as both sides of a comparison write them: one case, compatibility forms undone. */
export function wordsOf(text: string): string[] {
  return (
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{M}\p{N}]+/gu) ?? []
  );
}

/** Edit distance in words, over the number of known words. */
export function wordErrorRate(known: readonly string[], found: readonly string[]): number {
  let row = Array.from({ length: found.length + 1 }, (_, index) => index);
  for (const [index, word] of known.entries()) {
    const next = [index + 1];
    for (const [column, other] of found.entries()) {
      const replaced = (row[column] ?? 0) + (word === other ? 0 : 1);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return (row.at(-1) ?? 0) / known.length;
}
