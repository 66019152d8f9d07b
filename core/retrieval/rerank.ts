import { Failure } from '../contract/failures.js';
import type { LiveChunk } from '../ports/document-catalog.js';
import type { Reranker } from '../ports/reranker.js';
import type { RetrievedChunk } from './read-hits.js';

/** Passages that are put before the reranker: the best that fusion found. */
export const RERANKED_CHUNKS = 50;

export const RERANKER_DOWN = 'The reranker does not answer in time: the hits stand as they were found.';

/** A reranker and how long a search waits for it. */
export interface RerankingPort {
  readonly reranker: Reranker;
  readonly timeoutMs: number;
}

/**
 * The same hits in the order of the reranker's scores. Only collections that have reranking take part, and no document with
 * patient data: their hits trade places with one another, and the others stay where they are, as no score compares the two. A place keeps its fused score, which
 * says how a hit stands in its answer. Equal scores keep their order. `null`: there was no answer in time.
 */
export async function rerankHits(
  { reranker, timeoutMs }: RerankingPort,
  question: string,
  hits: readonly RetrievedChunk[],
): Promise<RetrievedChunk[] | null> {
  const places = hits.flatMap(({ chunk }, place) => (mayBeShown(chunk) && place < RERANKED_CHUNKS ? [place] : []));
  const taken = places.flatMap((place) => hits[place] ?? []);
  if (taken.length < 2) return [...hits];
  const passages = taken.map(({ chunk }) => passageOf(chunk));
  const scores = await inTime(reranker, { question, passages, timeoutMs }).catch(() => null);
  if (scores === null) return null;
  const ordered = taken.map((hit, index) => ({ hit, score: scores[index] ?? 0 })).sort((a, b) => b.score - a.score);
  const reranked = [...hits];
  places.forEach((place, index) => {
    const better = ordered[index];
    const stood = hits[place];
    if (better && stood) {
      reranked[place] = {
        chunk: better.hit.chunk,
        fused: { ...better.hit.fused, score: stood.fused.score },
        rerankScore: better.score,
      };
    }
  });
  return reranked;
}

/** A reranker may be another machine, and patient data are shown to nobody who is not on record. */
function mayBeShown({ rerank, containsPhi }: LiveChunk): boolean {
  return rerank && !containsPhi;
}

/** What a reader of the passage alone would need to know besides it: of which document and section it is. */
function passageOf({ title, anchor, text }: LiveChunk): string {
  return [[title, ...anchor.sectionPath].filter(Boolean).join(' › '), text].filter(Boolean).join('\n');
}

async function inTime(
  reranker: Reranker,
  { question, passages, timeoutMs }: { question: string; passages: readonly string[]; timeoutMs: number },
): Promise<number[]> {
  const deadline = AbortSignal.timeout(timeoutMs);
  const scores = await Promise.race([
    reranker.rerank(question, passages, deadline),
    new Promise<never>((_resolve, reject) => {
      deadline.addEventListener('abort', () => reject(tooLate(timeoutMs)), { once: true });
    }),
  ]);
  // A hit that is judged by its neighbour's score would never be noticed.
  if (scores.length !== passages.length || !scores.every(Number.isFinite)) {
    throw new Failure('RERANKER_UNAVAILABLE', { detail: `scores=${scores.length}, passages=${passages.length}` });
  }
  return scores;
}

const tooLate = (timeoutMs: number) => new Failure('RERANKER_UNAVAILABLE', { detail: `timeoutMs=${timeoutMs}` });
