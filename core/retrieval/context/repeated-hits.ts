import type { LiveChunk } from '../../ports/document-catalog.js';

export interface DistinctHit {
  readonly chunk: LiveChunk;
  /** Chunks that say the same words or a part of them. */
  readonly repeats: readonly LiveChunk[];
}

/**
 * The hits without those whose whole text another one has: of equal texts the soundest stays (in force, whole, not due for
 * review), or else that of the document with more hits, which has the neighbours; of others the better one. Texts are
 * equal when they differ in white space only: a number, a sign or a "not" more is another statement, however alike they look.
 */
export function distinctHits(chunks: readonly LiveChunk[]): DistinctHit[] {
  const kept: { chunk: LiveChunk; text: string; repeats: LiveChunk[] }[] = [];
  const hitsOf = new Map<string, number>();
  for (const { documentId } of chunks) hitsOf.set(documentId, (hitsOf.get(documentId) ?? 0) + 1);
  /** Less is better. */
  const rank = (chunk: LiveChunk) => flaws(chunk) - (hitsOf.get(chunk.documentId) ?? 0) / (chunks.length + 1);
  for (const chunk of chunks) {
    const text = plain(chunk.text);
    const same = kept.find((one) => holds(one.text, text));
    if (!same) {
      kept.push({ chunk, text, repeats: [] });
    } else if (same.text === text && rank(chunk) < rank(same.chunk)) {
      same.repeats.push(same.chunk);
      same.chunk = chunk;
    } else {
      same.repeats.push(chunk);
    }
  }
  return kept.map(({ chunk, repeats }) => ({ chunk, repeats }));
}

function plain(text: string): string {
  return text.normalize('NFC').replace(/\s+/gu, ' ').trim();
}

/** A part counts from one space to another only: "5 mg" is no part of "0.5 mg". */
function holds(text: string, part: string): boolean {
  return text === part || ` ${text} `.includes(` ${part} `);
}

function flaws({ superseded, partial, reviewStatus }: LiveChunk): number {
  return (superseded ? 4 : 0) + (partial ? 2 : 0) + (reviewStatus === 'due' ? 1 : 0);
}
