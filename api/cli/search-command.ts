import type { MedindexClient } from '../client/client.js';
import type { SearchRequest } from '../schemas/search.js';
import type { EvidenceCertainty, RecommendationStrength } from '../../core/contract/recommendation.js';
import { recommendationWords } from '../../core/retrieval/context/recommendation-words.js';
import type { HitBody } from '../schemas/chunk.js';
import { printLine, type Terminal, wrap } from './terminal.js';

export interface SearchOptions {
  readonly collection?: readonly string[];
  readonly top: number;
  /** `YYYY-MM-DD`. */
  readonly asOf?: string;
  readonly includeSuperseded: boolean;
  readonly strength?: readonly RecommendationStrength[];
  readonly certainty?: readonly EvidenceCertainty[];
  readonly json: boolean;
}

/** Asks a question and prints the passages with where they stand. Returns the exit code: 0 also when nothing was found. */
export async function search(input: {
  client: MedindexClient;
  question: string;
  options: SearchOptions;
  terminal: Terminal;
}): Promise<number> {
  const { client, question, options, terminal } = input;
  const answer = await client.search({
    query: question,
    topK: options.top,
    ...(options.collection ? { collections: [...options.collection] } : {}),
    ...(options.asOf === undefined ? {} : { asOf: options.asOf }),
    ...(options.includeSuperseded ? { includeSuperseded: true } : {}),
    ...gradeFilter(options),
  });
  if (options.json) {
    terminal.stdout.write(`${JSON.stringify(answer, null, 2)}\n`);
    return 0;
  }
  const { data, meta } = answer;
  if (meta.degraded !== undefined) printLine(terminal.stderr, meta.degraded);
  const shown = data.hits.length > 0 ? data.hits : data.nearMisses;
  if (shown.length === 0) printLine(terminal.stdout, 'Nothing was found.');
  else if (data.answerable === false)
    printLine(terminal.stdout, 'Nothing here is likely to answer this; the nearest passages:');
  if (meta.hint !== undefined) printLine(terminal.stderr, meta.hint);
  shown.forEach((hit, index) => printHit(hit, index + 1, terminal));
  printLine(
    terminal.stdout,
    `${shown.length} passages, ${meta.mode} search, confidence ${data.confidence.toFixed(2)}, ${Math.round(meta.tookMs)} ms`,
  );
  return 0;
}

function gradeFilter({ strength, certainty }: SearchOptions): Pick<SearchRequest, 'filters'> {
  if (!strength && !certainty) return {};
  const recommendation = {
    ...(strength ? { strength: [...strength] } : {}),
    ...(certainty ? { certainty: [...certainty] } : {}),
  };
  return { filters: { recommendation } };
}

function printHit(hit: HitBody, rank: number, { stdout, width }: Terminal): void {
  printLine(stdout, `${rank}. ${citation(hit)}`);
  if (hit.tableHeader !== null) printLine(stdout, wrap(`[${hit.tableHeader}]`, width, '   '));
  printLine(stdout, wrap(hit.text, width, '   '));
  printLine(stdout, `   ${foundBy(hit)} · ${hit.collection} · document ${hit.documentId}`);
  printLine(stdout);
}

/** Title, section, pages, and a warning where pages are missing or another document took the place of this one. */
export function citation(
  hit: Pick<HitBody, 'title' | 'externalId' | 'anchor' | 'partial'> &
    Partial<Pick<HitBody, 'superseded' | 'supersededBy' | 'recommendation'>>,
): string {
  const { pages, sectionPath, pmid, doi } = hit.anchor;
  const page = pages.length === 0 ? '' : pages.length === 1 ? `page ${pages[0]}` : `pages ${pages[0]}–${pages.at(-1)}`;
  const title = hit.title ?? hit.externalId;
  // Many a document's first heading is its title.
  const sections = sectionPath[0] === title ? sectionPath.slice(1) : sectionPath;
  return [
    title,
    sections.join(' › '),
    page,
    pmid === undefined ? '' : `PMID ${pmid}`,
    doi === undefined ? '' : `doi:${doi}`,
    hit.recommendation ? recommendationWords(hit.recommendation) : '',
    hit.partial ? 'published with pages missing' : '',
    hit.superseded && hit.supersededBy ? `superseded since ${hit.supersededBy.from}` : '',
  ]
    .filter((part) => part !== '')
    .join(', ');
}

function foundBy({ score, scores }: HitBody): string {
  const legs = [
    scores.vector === null ? '' : `meaning ${scores.vector.toFixed(2)}`,
    scores.text === null ? '' : `words ${scores.text.toFixed(1)}`,
    scores.rerank === null ? '' : `reranker ${scores.rerank.toFixed(2)}`,
  ].filter((leg) => leg !== '');
  return `score ${score.toFixed(2)} (${legs.join(', ')})`;
}
