import type { PageBox } from '../../contract/block.js';
import type { Recommendation } from '../../contract/recommendation.js';
import type { ChunkId } from '../../contract/ids.js';
import type { LiveChunk } from '../../ports/document-catalog.js';

/** Neighbouring chunks of one version and section, read as one text. */
export interface Passage {
  /** Ascending by place; never empty. */
  readonly chunks: readonly [LiveChunk, ...LiveChunk[]];
  /** Place of its best hit, from 0. */
  readonly rank: number;
}

/** The chunks as passages, the best first: neighbours are one. `ranks`: places of those that were hits. */
export function toPassages(chunks: readonly LiveChunk[], ranks: ReadonlyMap<ChunkId, number>): Passage[] {
  const sorted = [...chunks].sort(
    (a, b) =>
      compare(a.version.versionId, b.version.versionId) || a.ordinal - b.ordinal || compare(a.chunkId, b.chunkId),
  );
  const runs: [LiveChunk, ...LiveChunk[]][] = [];
  for (const chunk of sorted) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    if (run && last && follows(chunk, last)) run.push(chunk);
    else runs.push([chunk]);
  }
  return runs
    .map((run) => ({ chunks: run, rank: Math.min(...run.map(({ chunkId }) => ranks.get(chunkId) ?? Infinity)) }))
    .sort((a, b) => a.rank - b.rank);
}

function follows(chunk: LiveChunk, last: LiveChunk): boolean {
  return (
    chunk.version.versionId === last.version.versionId &&
    chunk.ordinal === last.ordinal + 1 &&
    isSamePath(chunk.anchor.sectionPath, last.anchor.sectionPath)
  );
}

function isSamePath(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((title, at) => title === b[at]);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** What a reader is shown: tables as Markdown with one header, and nothing twice that chunks repeat of each other. */
export function passageText({ chunks }: Pick<Passage, 'chunks'>): string {
  const [first, ...others] = chunks;
  let text = first.markdown ?? first.text;
  let end = first.anchor.end;
  for (const chunk of others) {
    text += continuation(chunk, end);
    end = Math.max(end, chunk.anchor.end);
  }
  return text;
}

/** What a chunk adds behind the offset at which the one before it ended. */
function continuation(chunk: LiveChunk, end: number): string {
  const shown = chunk.markdown ?? chunk.text;
  if (chunk.tableHeader !== null && chunk.markdown !== null) {
    // Its table is the one that the passage ends with: header and rule are there already.
    const [, , ...rows] = chunk.markdown.split('\n');
    return `\n${rows.join('\n')}`;
  }
  const repeated = chunk.text.slice(0, Math.max(0, end - chunk.anchor.start));
  if (repeated !== '' && shown.startsWith(repeated)) return shown.slice(repeated.length);
  // A block that was cut between sentences or lines goes on; otherwise another block begins.
  return `${chunk.anchor.start - end <= 1 ? '\n' : '\n\n'}${shown}`;
}

/** What its chunks recommend, none twice that chunks repeat of each other. */
export function passageRecommendations({ chunks }: Pick<Passage, 'chunks'>): Recommendation[] {
  const stated = chunks.flatMap(({ recommendations }) => recommendations);
  const byPlace = new Map(stated.map((one) => [`${one.start} ${one.end} ${one.asWritten}`, one]));
  return [...byPlace.values()];
}

/** Where the passage stands, over all of its chunks. */
export function passageAnchor({ chunks }: Pick<Passage, 'chunks'>): LiveChunk['anchor'] {
  const [first] = chunks;
  const boxes = new Map<string, PageBox>();
  for (const box of chunks.flatMap(({ anchor }) => anchor.boxes)) {
    boxes.set([box.page, box.x, box.y, box.width, box.height].join(' '), box);
  }
  return {
    ...first.anchor,
    pages: [...new Set(chunks.flatMap(({ anchor }) => anchor.pages))].sort((a, b) => a - b),
    boxes: [...boxes.values()],
    end: Math.max(...chunks.map(({ anchor }) => anchor.end)),
  };
}
