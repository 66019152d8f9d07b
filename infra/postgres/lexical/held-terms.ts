import { type HeldTerms, type LexicalTerm, MAX_HELD_TERMS } from '../../../core/ports/lexical-index.js';
import type { Parameters } from '../documents/visible-documents.js';

interface KeyedTerm {
  readonly termKey: string;
  readonly inverseDocumentFrequency: number;
  /** Of a `bigint` whose bits are the positions of terms; 0 for terms past the last bit. */
  readonly bit: string;
}

/** A term of a question under each of its keys. `from`: the place of the first of them in the question. */
export function keyedTerms(terms: readonly LexicalTerm[], from = 0): KeyedTerm[] {
  return terms.flatMap(({ termKeys, inverseDocumentFrequency }, at) => {
    const position = from + at;
    const bit = (position < MAX_HELD_TERMS ? 1n << BigInt(position) : 0n).toString();
    return termKeys.map((termKey) => ({ termKey, inverseDocumentFrequency, bit }));
  });
}

/** A table `w` of term keys with their bits, as SQL. */
export function termBits(terms: readonly LexicalTerm[], parameters: Parameters): string {
  const keyed = keyedTerms(terms);
  const termKeys = parameters.add(keyed.map(({ termKey }) => termKey));
  const bits = parameters.add(keyed.map(({ bit }) => bit));
  return `unnest(${termKeys}::bigint[], ${bits}::bigint[]) w (term_key, bit)`;
}

/** The positions of the bits of a `bigint` as Postgres writes it. */
export function heldTerms(bits: string | null): HeldTerms {
  const held: number[] = [];
  let rest = BigInt(bits ?? 0);
  for (let position = 0; rest > 0n; position++, rest >>= 1n) if (rest & 1n) held.push(position);
  return held;
}
