import { Document } from '@langchain/core/documents';
import type { CitationBody } from '../../schemas/context.js';
import type { HitBody } from '../../schemas/chunk.js';

/** What a document's `metadata` says, so that an answer can cite it. */
export interface MedindexMetadata {
  readonly documentId: string;
  readonly externalId: string;
  readonly title: string | null;
  readonly collection: string;
  readonly sourceType: string;
  readonly chunkIds: readonly string[];
  readonly anchor: HitBody['anchor'];
  readonly recommendation: HitBody['recommendation'];
  readonly recommendations: HitBody['recommendations'];
  readonly publishedOn: string | null;
  readonly superseded: boolean;
  readonly reviewStatus: string;
  readonly partial: boolean;
  /** Of a hit. */
  readonly score?: number;
  readonly relevance?: number | null;
  /** Of a passage of a context. */
  readonly number?: number;
  readonly warnings?: CitationBody['warnings'];
}

export type Retrieved = Document<MedindexMetadata & Record<string, unknown>>;

export function fromHit(hit: HitBody): Retrieved {
  const metadata = { ...common(hit), chunkIds: [hit.chunkId], score: hit.score, relevance: hit.relevance };
  return new Document({ id: hit.chunkId, pageContent: hit.markdown ?? hit.text, metadata });
}

export function fromCitation(citation: CitationBody): Retrieved {
  const { number, chunkIds, warnings, text } = citation;
  const [first] = chunkIds;
  const metadata = { ...common(citation), chunkIds, number, warnings };
  return new Document({ ...(first === undefined ? {} : { id: first }), pageContent: text, metadata });
}

function common(one: HitBody | CitationBody) {
  const { documentId, externalId, title, collection, sourceType, anchor, publishedOn } = one;
  const { recommendation, recommendations, superseded, reviewStatus, partial } = one;
  return {
    documentId,
    externalId,
    title,
    collection,
    sourceType,
    anchor,
    recommendation,
    recommendations,
    publishedOn,
    superseded,
    reviewStatus,
    partial,
  };
}
