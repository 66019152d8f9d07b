import type { ChunkId } from '../contract/ids.js';
import type { AccessScope } from '../ports/access-scope.js';
import type { CandidateCatalog, FilterPlan } from '../ports/candidate-catalog.js';
import type { SearchFilter } from '../ports/search-filter.js';
import type { ScoredChunk, VectorCandidates, VectorIndex, VectorIndexSpec } from '../ports/vector-index.js';

/**
 * Documents that the store is handed as a list. An exact search among the chunks of 2,000 documents takes about as long as
 * an approximate one among all; a longer list takes longer to send and to look up than candidates take to check.
 */
export const MAX_LISTED_DOCUMENTS = 2_000;

/** The longest list, for a search that an approximate index could not fill: 50,000 ids are 2 MB. */
const MAX_FALLBACK_DOCUMENTS = 50_000;

/** Candidates fetched for each one wanted, as a few belong to former versions. */
const OVERFETCH = 1.25;
/** At least so many times more candidates in the next round, and at most. */
const MIN_GROWTH = 2;
const MAX_GROWTH = 8;
/** Candidates of an approximate search that are checked before it is given up for an exact one. */
const MAX_APPROXIMATE = 4_000;

export interface NearestInput {
  readonly scope: AccessScope;
  readonly filter: SearchFilter;
  /** Under way or known: see {@link planVectorFilter}. */
  readonly plan: Promise<FilterPlan> | FilterPlan;
  /** Vector indexes of one model. */
  readonly specs: readonly VectorIndexSpec[];
  readonly vector: Float32Array;
  readonly k: number;
  /** Cosine below which nothing is wanted; the search ends there. */
  readonly minScore?: number;
}

export interface NearestVisible {
  /** At most k, best first. */
  readonly nearest: readonly ScoredChunk[];
  /** Fewer than k were found, and more may be there: the search was given up. */
  readonly gaveUp: boolean;
}

interface Ports {
  readonly vectorIndex: VectorIndex;
  readonly candidates: CandidateCatalog;
}

/** Decides how vectors are searched under scope and filter; needs no vector, so that it can run while the model computes. */
export function planVectorFilter(
  candidates: CandidateCatalog,
  { scope, filter }: { scope: AccessScope; filter: SearchFilter },
): Promise<FilterPlan> {
  return candidates.planFilter(scope, filter, MAX_LISTED_DOCUMENTS);
}

/**
 * The k nearest chunks that may be seen. A selective filter is handed to the store as a list of documents and searched
 * exactly: an approximate index that is asked for the nearest of all meets none of forty among forty thousand. Of a broad
 * one the nearest are fetched and checked, more and more of them until k may be seen. Where an approximate index has no
 * more to give, the search is made again exactly.
 */
export async function nearestVisible(ports: Ports, input: NearestInput): Promise<NearestVisible> {
  const { specs, k } = input;
  if (specs.length === 0 || k <= 0) return { nearest: [], gaveUp: false };
  const plan = await input.plan;
  if (plan.kind === 'selective') return searchRounds(ports, input, { documentIds: plan.documentIds, exact: true });
  const approximate = await searchRounds(ports, input, { exact: false });
  if (!approximate.gaveUp) return approximate;
  const fallback = await ports.candidates.planFilter(input.scope, input.filter, MAX_FALLBACK_DOCUMENTS);
  return searchRounds(ports, input, {
    exact: true,
    ...(fallback.kind === 'selective' ? { documentIds: fallback.documentIds } : {}),
  });
}

/** Fetches and checks until k may be seen, there are no more, or an approximate search has looked at enough. */
async function searchRounds(
  { vectorIndex, candidates }: Ports,
  { scope, filter, specs, vector, k, minScore }: NearestInput,
  how: { readonly documentIds?: readonly string[]; readonly exact: boolean },
): Promise<NearestVisible> {
  const checked = new Map<ChunkId, boolean>();
  for (let fetched = Math.ceil(k * OVERFETCH); ;) {
    const answers = await Promise.all(
      specs.map((spec) => vectorIndex.search(scope, spec, { vector, k: fetched, ...how })),
    );
    const nearest = bestOf(answers, fetched);
    const unknown = nearest.map(({ chunkId }) => chunkId).filter((chunkId) => !checked.has(chunkId));
    const visible = await candidates.visible(scope, filter, unknown);
    for (const chunkId of unknown) checked.set(chunkId, visible.has(chunkId));

    const found = nearest.filter(({ chunkId }) => checked.get(chunkId)).slice(0, k);
    const last = nearest.at(-1)?.score ?? -1;
    if (found.length >= k || (minScore !== undefined && last < minScore)) return { nearest: found, gaveUp: false };
    // Whoever answers less than was asked for has no more, or has met the limits of its approximation.
    const open = answers.filter(({ candidates }) => candidates.length >= fetched);
    if (open.length === 0) return { nearest: found, gaveUp: answers.some(({ exact }) => !exact) };
    if (open.some(({ exact }) => !exact) && fetched >= MAX_APPROXIMATE) return { nearest: found, gaveUp: true };
    fetched = Math.ceil(fetched * growth(found.length, k));
  }
}

/** As many more as the share that may be seen lets expect. */
function growth(found: number, k: number): number {
  if (found === 0) return MAX_GROWTH;
  return Math.min(MAX_GROWTH, Math.max(MIN_GROWTH, (OVERFETCH * k) / found));
}

function bestOf(answers: readonly VectorCandidates[], count: number): ScoredChunk[] {
  return answers
    .flatMap(({ candidates }) => candidates)
    .sort((a, b) => b.score - a.score || (a.chunkId < b.chunkId ? -1 : 1))
    .slice(0, count);
}
