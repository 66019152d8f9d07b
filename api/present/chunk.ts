import type { LiveChunk } from '../../core/ports/document-catalog.js';
import type { ChunkBody } from '../schemas/chunk.js';
import { presentSupersession } from './supersession.js';

/** A passage as answers show it. */
export function presentChunk(chunk: LiveChunk): ChunkBody {
  const { anchor } = chunk;
  return {
    chunkId: chunk.chunkId,
    documentId: chunk.documentId,
    text: chunk.text,
    tableHeader: chunk.tableHeader,
    markdown: chunk.markdown,
    title: chunk.title,
    collection: chunk.collection,
    sourceType: chunk.sourceType,
    externalId: chunk.externalId,
    version: { versionId: chunk.version.versionId, number: chunk.version.number },
    ordinal: chunk.ordinal,
    anchor: presentAnchor(anchor),
    publishedOn: chunk.publishedOn,
    ...presentSupersession(chunk),
    reviewStatus: chunk.reviewStatus,
    partial: chunk.partial,
  };
}

export function presentAnchor(anchor: LiveChunk['anchor']): ChunkBody['anchor'] {
  return {
    sha256: anchor.sha256,
    pages: [...anchor.pages],
    boxes: anchor.boxes.map(({ page, x, y, width, height }) => ({ page, x, y, width, height })),
    start: anchor.start,
    end: anchor.end,
    sectionPath: [...anchor.sectionPath],
    ...(anchor.pmid === undefined ? {} : { pmid: anchor.pmid }),
    ...(anchor.doi === undefined ? {} : { doi: anchor.doi }),
  };
}
