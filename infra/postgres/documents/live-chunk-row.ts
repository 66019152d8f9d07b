import type { ReviewStatus, SourceType } from '../../../core/contract/states.js';
import type { LiveChunk } from '../../../core/ports/document-catalog.js';
import type { PageBox } from '../../../core/contract/block.js';
import type { Recommendation } from '../../../core/contract/recommendation.js';
import { REVIEW_STATUS } from './review-cycle.js';
import { supersessionColumns, type SupersessionRow, toSupersession } from './supersession-row.js';
import { withinLevels } from '../safety-levels.js';
import { phiSeen } from '../visibility.js';

export interface LiveChunkRow extends SupersessionRow {
  chunk_id: string;
  document_id: string;
  external_id: string;
  title: string | null;
  collection: string;
  answer_threshold: number | null;
  rerank: boolean;
  source_type: SourceType;
  version_id: string;
  number: number;
  ordinal: number;
  text: string;
  source_sha256: string;
  pages: number[];
  boxes: PageBox[];
  start_offset: number;
  end_offset: number;
  section_path: string[];
  table_header: string | null;
  markdown: string | null;
  recommendations: Recommendation[] | null;
  pmid: string | null;
  doi: string | null;
  partial: boolean;
  published_on: string | null;
  review_status: ReviewStatus;
  contains_phi: boolean;
}

/** Of a chunk `c`, its document `d` and collection `k`, the live version `v` that has it, and its place `vc` in that. */
export const LIVE_CHUNK_COLUMNS = `
  c.chunk_id, d.document_id, d.external_id, d.title, k.name as collection, k.answer_threshold, k.rerank, k.source_type, v.version_id, v.number,
  vc.ordinal, c.text, v.source_sha256, vc.pages, vc.boxes, vc.start_offset, vc.end_offset, vc.section_path,
  vc.table_header, vc.markdown, vc.recommendations,
  d.metadata ->> 'pmid' as pmid, d.metadata ->> 'doi' as doi, v.partial, d.contains_phi, d.published_on,
  ${REVIEW_STATUS} as review_status, ${supersessionColumns('d')}`;

/** Parameters $1 organization, $2 collections or null, $3 levels. */
export const LIVE_CHUNK_IN_SCOPE = `
  d.organization_id = $1
  and ($2::uuid[] is null or d.collection_id = any ($2))
  and ${withinLevels('d.safety_level', 'k.safety_level', '$3')}
  and ${phiSeen('d.contains_phi', '$3')}`;

export function toLiveChunk(row: LiveChunkRow): LiveChunk {
  return {
    chunkId: row.chunk_id,
    documentId: row.document_id,
    externalId: row.external_id,
    title: row.title,
    collection: row.collection,
    answerThreshold: row.answer_threshold,
    rerank: row.rerank,
    sourceType: row.source_type,
    version: { versionId: row.version_id, number: row.number },
    ordinal: row.ordinal,
    text: row.text,
    tableHeader: row.table_header,
    markdown: row.markdown,
    recommendations: row.recommendations ?? [],
    anchor: {
      sha256: row.source_sha256,
      pages: row.pages,
      boxes: row.boxes,
      start: row.start_offset,
      end: row.end_offset,
      sectionPath: row.section_path,
      ...(row.pmid ? { pmid: row.pmid } : {}),
      ...(row.doi ? { doi: row.doi } : {}),
    },
    containsPhi: row.contains_phi,
    partial: row.partial,
    publishedOn: row.published_on,
    reviewStatus: row.review_status,
    ...toSupersession(row),
  };
}
