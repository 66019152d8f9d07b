import type { LiveChunk } from '../../core/ports/document-catalog.js';
import type { Citation } from '../../core/retrieval/context/pack-context.js';
import { WARNINGS } from '../../core/retrieval/context/warnings.js';
import type { CitationBody } from '../schemas/context.js';
import { presentAnchor, presentGrades } from './chunk.js';
import { presentSupersession } from './supersession.js';

/** A numbered passage of a context and where it stands. */
export function presentCitation({
  number,
  chunk,
  chunkIds,
  text,
  anchor,
  recommendations,
  warnings,
  alsoIn,
}: Citation): CitationBody {
  return {
    number,
    ...cited(chunk),
    sourceType: chunk.sourceType,
    version: { versionId: chunk.version.versionId, number: chunk.version.number },
    chunkIds: [...chunkIds],
    text,
    anchor: presentAnchor(anchor),
    ...presentGrades(recommendations),
    publishedOn: chunk.publishedOn,
    ...presentSupersession(chunk),
    reviewStatus: chunk.reviewStatus,
    partial: chunk.partial,
    warnings: warnings.map((code) => ({ code, message: WARNINGS[code] })),
    alsoIn: alsoIn.map((one) => ({ ...cited(one), chunkId: one.chunkId })),
  };
}

function cited({ documentId, externalId, title, collection }: LiveChunk) {
  return { documentId, externalId, title, collection };
}
