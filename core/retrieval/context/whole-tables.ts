import type { ChunkId } from '../../contract/ids.js';
import type { AccessScope } from '../../ports/access-scope.js';
import type { DocumentCatalog, LiveChunk } from '../../ports/document-catalog.js';

/** Chunks on either side of a hit in which the rest of its table is looked for: 24 of 256 tokens are a table of 4 pages. */
const REACH = 24;

export interface WholeTable {
  /** Chunks besides the hit that hold the rest of its tables. */
  readonly rest: readonly LiveChunk[];
  /** `false`: the table goes on further than was looked. */
  readonly complete: boolean;
}

/** What is missing of the tables that the hits hold a part of; hits that hold whole ones or none are left out. */
export async function wholeTables(
  documents: Pick<DocumentCatalog, 'chunks'>,
  scope: AccessScope,
  hits: readonly LiveChunk[],
): Promise<Map<ChunkId, WholeTable>> {
  const tabled = hits.filter(({ markdown }) => markdown !== null);
  const found = await Promise.all(
    tabled.map(async (hit) => {
      const from = Math.max(0, hit.ordinal - REACH);
      const page = {
        after: { versionId: hit.version.versionId, ordinal: from - 1 },
        limit: hit.ordinal - from + 1 + REACH,
      };
      // None when another version went live meanwhile: the hit stands alone then.
      return [hit.chunkId, restOf(hit, (await documents.chunks(scope, hit.documentId, page)) ?? [])] as const;
    }),
  );
  return new Map(found.filter(([, { rest, complete }]) => rest.length > 0 || !complete));
}

/** A chunk with a table header opens in the middle of the table with which the one before it ends. */
function restOf(hit: LiveChunk, around: readonly LiveChunk[]): WholeTable {
  const byOrdinal = new Map(around.map((chunk) => [chunk.ordinal, chunk]));
  const rest: LiveChunk[] = [];
  let first: LiveChunk | undefined = hit;
  while (first && first.tableHeader !== null) {
    first = byOrdinal.get(first.ordinal - 1);
    if (first) rest.unshift(first);
  }
  const last = around.at(-1)?.ordinal ?? hit.ordinal;
  let next = byOrdinal.get(hit.ordinal + 1);
  for (; next && next.tableHeader !== null; next = byOrdinal.get(next.ordinal + 1)) rest.push(next);
  const reachesFurther = !next && last >= hit.ordinal + REACH;
  return { rest, complete: first !== undefined && !reachesFurther };
}
