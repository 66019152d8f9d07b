import { type HeldTerms, type LexicalTerm, MAX_HELD_TERMS } from '../../../core/ports/lexical-index.js';
import type { Parameters } from '../documents/visible-documents.js';

/** A term as the port names it: whose segments hold it, and its key in them. */
export function termKeyIn(collectionId: string, termKey: string): string {
  return `${collectionId}/${termKey}`;
}

/**
 * Terms of a question as a table `w` of SQL, each under each of its keys: (collection_id, term_key, idf, bit). `bit`: of a
 * `bigint` whose bits are the positions of terms; 0 for terms past the last bit. `from`: the place of the first of them.
 */
export function keyedTerms(terms: readonly LexicalTerm[], parameters: Parameters, from = 0): string {
  const keyed = terms.flatMap(({ termKeys, inverseDocumentFrequency }, at) => {
    const position = from + at;
    const bit = (position < MAX_HELD_TERMS ? 1n << BigInt(position) : 0n).toString();
    return termKeys.map((named) => {
      const [collectionId, termKey] = named.split('/');
      return { collectionId, termKey, inverseDocumentFrequency, bit };
    });
  });
  const collectionIds = parameters.add(keyed.map(({ collectionId }) => collectionId));
  const termKeys = parameters.add(keyed.map(({ termKey }) => termKey));
  const idfs = parameters.add(keyed.map(({ inverseDocumentFrequency }) => inverseDocumentFrequency));
  const bits = parameters.add(keyed.map(({ bit }) => bit));
  return `unnest(${collectionIds}::uuid[], ${termKeys}::bigint[], ${idfs}::float8[], ${bits}::bigint[])
      w (collection_id, term_key, idf, bit)`;
}

/** The positions of the bits of a `bigint` as Postgres writes it. */
export function heldTerms(bits: string | null): HeldTerms {
  const held: number[] = [];
  let rest = BigInt(bits ?? 0);
  for (let position = 0; rest > 0n; position++, rest >>= 1n) if (rest & 1n) held.push(position);
  return held;
}
