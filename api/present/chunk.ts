import type { Recommendation, RecommendationGrade } from '../../core/contract/recommendation.js';
import type { LiveChunk } from '../../core/ports/document-catalog.js';
import { soleGrade } from '../../core/retrieval/context/recommendation-words.js';
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
    ...presentGrades(chunk.recommendations),
    publishedOn: chunk.publishedOn,
    ...presentSupersession(chunk),
    reviewStatus: chunk.reviewStatus,
    partial: chunk.partial,
  };
}

/** The one grade of a passage, where there is one, and those of each of its recommendations. */
export function presentGrades(
  recommendations: readonly Recommendation[],
): Pick<ChunkBody, 'recommendation' | 'recommendations'> {
  const sole = soleGrade(recommendations);
  return {
    recommendation: sole && presentGrade(sole),
    recommendations: recommendations.map((one) => ({ ...presentGrade(one), start: one.start, end: one.end })),
  };
}

function presentGrade({ strength, certainty, direction, system, asWritten }: RecommendationGrade) {
  return {
    strength,
    certainty,
    ...(direction === undefined ? {} : { direction }),
    ...(system === undefined ? {} : { system }),
    asWritten,
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
