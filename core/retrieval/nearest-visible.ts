import type { ChunkId } from '../contract/ids.js';
import type { AccessScope } from '../ports/access-scope.js';
import type { CandidateCatalog, FilterPlan } from '../ports/candidate-catalog.js';
import type { HeldTerms, LexicalQuery } from '../ports/lexical-index.js';
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
  /** Which words of the question were found in them, of those that were not known before. */
  readonly held: ReadonlyMap<ChunkId, HeldTerms>;
}

/** What is known before candidates are checked. */
export interface Known {
  /** Chunks that may be seen. */
  readonly visible?: ReadonlySet<ChunkId>;
  /** The question, where it matters which of its words a chunk holds. */
  readonly words?: LexicalQuery;
}

const NOTHING: NearestVisible = { nearest: [], gaveUp: false, held: new Map() };

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

/** A search whose first candidates are there and not checked yet, so that others can look at them meanwhile. */
export interface OpenSearch {
  /** Best first; among them may be what must not be seen. */
  readonly unchecked: readonly ScoredChunk[];
  /** Checks them, but for those that are known to be visible, and searches on where too few may be seen. */
  settle(known?: Known): Promise<NearestVisible>;
}

/** The k nearest chunks that may be seen; see {@link openNearest}. */
export async function nearestVisible(ports: Ports, input: NearestInput): Promise<NearestVisible> {
  return (await openNearest(ports, input)).settle();
}

/**
 * Begins the search for the k nearest chunks that may be seen. A selective filter is handed to the store as a list of
 * documents and searched exactly: an approximate index that is asked for the nearest of all meets none of forty among
 * forty thousand. Of a broad one the nearest are fetched and checked, more and more of them until k may be seen. Where an
 * approximate index has no more to give, the search is made again exactly.
 */
export async function openNearest(ports: Ports, input: NearestInput): Promise<OpenSearch> {
  const { specs, k } = input;
  if (specs.length === 0 || k <= 0) return { unchecked: [], settle: async () => NOTHING };
  const plan = await input.plan;
  const how: Manner = plan.kind === 'selective' ? { documentIds: plan.documentIds, exact: true } : { exact: false };
  const first = await fetchRound(ports, input, how, Math.ceil(k * OVERFETCH));
  return {
    unchecked: first.nearest,
    settle: async (known = {}) => {
      const found = await searchRounds(ports, input, how, first, known);
      return found.gaveUp && !how.exact ? searchExactly(ports, input, known) : found;
    },
  };
}

async function searchExactly(ports: Ports, input: NearestInput, known: Known): Promise<NearestVisible> {
  const plan = await ports.candidates.planFilter(input.scope, input.filter, MAX_FALLBACK_DOCUMENTS);
  const how = { exact: true, ...(plan.kind === 'selective' ? { documentIds: plan.documentIds } : {}) };
  const first = await fetchRound(ports, input, how, Math.ceil(input.k * OVERFETCH));
  return searchRounds(ports, input, how, first, known);
}

/** How the store is asked. */
interface Manner {
  readonly documentIds?: readonly string[];
  readonly exact: boolean;
}

interface Round {
  readonly fetched: number;
  readonly answers: readonly VectorCandidates[];
  /** The best of all answers. */
  readonly nearest: readonly ScoredChunk[];
}

async function fetchRound(
  { vectorIndex }: Ports,
  { scope, specs, vector }: NearestInput,
  how: Manner,
  fetched: number,
): Promise<Round> {
  const answers = await Promise.all(
    specs.map((spec) => vectorIndex.search(scope, spec, { vector, k: fetched, ...how })),
  );
  return { fetched, answers, nearest: bestOf(answers, fetched) };
}

/** Checks and fetches until k may be seen, there are no more, or an approximate search has looked at enough. */
async function searchRounds(
  ports: Ports,
  input: NearestInput,
  how: Manner,
  first: Round,
  known: Known,
): Promise<NearestVisible> {
  const { scope, filter, k, minScore } = input;
  const checked = new Map([...(known.visible ?? [])].map((chunkId) => [chunkId, true]));
  const held = new Map<ChunkId, HeldTerms>();
  for (let round = first; ;) {
    const { fetched, answers, nearest } = round;
    const unknown = nearest.map(({ chunkId }) => chunkId).filter((chunkId) => !checked.has(chunkId));
    const visible: ReadonlyMap<ChunkId, HeldTerms> =
      unknown.length > 0 ? await ports.candidates.visible(scope, filter, unknown, known.words) : new Map();
    for (const chunkId of unknown) checked.set(chunkId, visible.has(chunkId));
    for (const [chunkId, terms] of visible) held.set(chunkId, terms);

    const found = nearest.filter(({ chunkId }) => checked.get(chunkId)).slice(0, k);
    const last = nearest.at(-1)?.score ?? -1;
    if (found.length >= k || (minScore !== undefined && last < minScore))
      return { nearest: found, gaveUp: false, held };
    // Whoever answers less than was asked for has no more, or has met the limits of its approximation.
    const open = answers.filter(({ candidates }) => candidates.length >= fetched);
    if (open.length === 0) return { nearest: found, gaveUp: answers.some(({ exact }) => !exact), held };
    if (open.some(({ exact }) => !exact) && fetched >= MAX_APPROXIMATE) return { nearest: found, gaveUp: true, held };
    round = await fetchRound(ports, input, how, Math.ceil(fetched * growth(found.length, k)));
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
