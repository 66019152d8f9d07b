import type { ChunkId, DocumentId } from '../../contract/ids.js';
import type { AccessScope } from '../../ports/access-scope.js';
import type { DocumentCatalog, DocumentView, LiveChunk } from '../../ports/document-catalog.js';
import type { TokenCounter } from '../../ports/token-counters.js';
import { type Passage, passageAnchor, passageRecommendations, passageText, toPassages } from './passages.js';
import { joinPassages, renderPassage } from './render-context.js';
import { distinctHits } from './repeated-hits.js';
import { type WarningCode, warningsOf } from './warnings.js';
import { wholeTables } from './whole-tables.js';

export interface PackInput {
  readonly scope: AccessScope;
  /** Best first, all of them live and in scope. */
  readonly hits: readonly LiveChunk[];
  readonly maxTokens: number;
  readonly counter: TokenCounter;
  /** `YYYY-MM-DD`, in UTC. */
  readonly today: string;
}

export interface Citation {
  /** As the text numbers it, from 1. */
  readonly number: number;
  /** The first chunk of the passage: what is true of all. */
  readonly chunk: LiveChunk;
  readonly chunkIds: readonly ChunkId[];
  readonly text: string;
  readonly anchor: LiveChunk['anchor'];
  readonly recommendations: LiveChunk['recommendations'];
  readonly warnings: readonly WarningCode[];
  /** Hits that say the same and are not shown. */
  readonly alsoIn: readonly LiveChunk[];
}

export interface PackedContext {
  readonly text: string;
  /** Of the text; at most `maxTokens`. */
  readonly tokens: number;
  readonly citations: readonly Citation[];
  /** Hits for which there was no room. */
  readonly omitted: number;
}

/**
 * Packs hits for the prompt of a language model: what repeats another hit is left out, neighbours become one passage,
 * tables are given whole where they fit, and the best passage comes first. Hits are taken by rank as long as there is room;
 * one that does not fit is left out whole, since half a passage may lose its "unless", and smaller ones after it are tried.
 * A document that was withdrawn since it was found is left out.
 */
export async function packContext(
  documents: Pick<DocumentCatalog, 'chunks' | 'get'>,
  input: PackInput,
): Promise<PackedContext> {
  const { scope, hits, maxTokens, counter, today } = input;
  const distinct = distinctHits(hits);
  const [tables, views] = await Promise.all([
    wholeTables(
      documents,
      scope,
      distinct.map(({ chunk }) => chunk),
    ),
    liveDocuments(
      documents,
      scope,
      distinct.map(({ chunk }) => chunk),
    ),
  ]);
  const shown = distinct.filter(({ chunk }) => isStillLive(chunk, views));
  const ranks = new Map(shown.map(({ chunk }, rank) => [chunk.chunkId, rank]));

  const warningsFor = (passage: Passage, chosen: ReadonlyMap<ChunkId, LiveChunk>): WarningCode[] => {
    const [first] = passage.chunks;
    const document = views.get(first.documentId);
    if (!document) return [];
    const isTableWhole = passage.chunks.every(({ chunkId }) => {
      const table = tables.get(chunkId);
      return !table || (table.complete && table.rest.every((part) => chosen.has(part.chunkId)));
    });
    return warningsOf(first, { document, isTableWhole, today });
  };
  const numbered = (chosen: ReadonlyMap<ChunkId, LiveChunk>): Numbered[] =>
    toPassages([...chosen.values()], ranks).map((passage, at) => ({
      number: at + 1,
      passage,
      warnings: warningsFor(passage, chosen),
    }));
  const costs = new Map<string, number>();
  /** Rendered and counted once: most passages stay what they are while others are tried beside them. */
  const costOf = (one: Numbered): number => {
    const key = [one.number, one.warnings.join(), one.passage.chunks.map(({ chunkId }) => chunkId).join()].join(' ');
    const cost = costs.get(key) ?? counter.countTokens(rendered(one));
    costs.set(key, cost);
    return cost;
  };
  /** What lies between two passages costs a token at most. */
  const fits = (chosen: ReadonlyMap<ChunkId, LiveChunk>): boolean =>
    numbered(chosen).reduce((sum, one) => sum + costOf(one) + 1, 0) <= maxTokens;

  let chosen: ReadonlyMap<ChunkId, LiveChunk> = new Map();
  let omitted = 0;
  for (const { chunk } of shown) {
    const rest = tables.get(chunk.chunkId)?.rest ?? [];
    const choices = [withChunks(chosen, [chunk, ...rest]), ...(rest.length > 0 ? [withChunks(chosen, [chunk])] : [])];
    const next = choices.find(fits);
    if (next) chosen = next;
    else omitted += 1;
  }

  const sources = numbered(chosen);
  const text = joinPassages(sources.map(rendered));
  const repeats = new Map(shown.map(({ chunk, repeats: same }) => [chunk.chunkId, same]));
  return {
    text,
    tokens: counter.countTokens(text),
    citations: sources.map(({ number, passage, warnings }) => ({
      number,
      chunk: passage.chunks[0],
      chunkIds: passage.chunks.map(({ chunkId }) => chunkId),
      text: passageText(passage),
      anchor: passageAnchor(passage),
      recommendations: passageRecommendations(passage),
      warnings,
      alsoIn: passage.chunks.flatMap(({ chunkId }) => repeats.get(chunkId) ?? []),
    })),
    omitted,
  };
}

interface Numbered {
  readonly number: number;
  readonly passage: Passage;
  readonly warnings: readonly WarningCode[];
}

function rendered({ number, passage, warnings }: Numbered): string {
  return renderPassage(number, passage, warnings);
}

function withChunks(chosen: ReadonlyMap<ChunkId, LiveChunk>, added: readonly LiveChunk[]): Map<ChunkId, LiveChunk> {
  return new Map([...chosen, ...added.map((chunk) => [chunk.chunkId, chunk] as const)]);
}

/** What the catalog says now of the documents of the hits. */
async function liveDocuments(
  documents: Pick<DocumentCatalog, 'get'>,
  scope: AccessScope,
  chunks: readonly LiveChunk[],
): Promise<Map<DocumentId, DocumentView>> {
  const ids = [...new Set(chunks.map(({ documentId }) => documentId))];
  const views = await Promise.all(ids.map((documentId) => documents.get(scope, documentId)));
  return new Map(views.flatMap((view) => (view === null ? [] : [[view.documentId, view] as const])));
}

function isStillLive({ documentId, version }: LiveChunk, views: ReadonlyMap<DocumentId, DocumentView>): boolean {
  return views.get(documentId)?.version.versionId === version.versionId;
}
