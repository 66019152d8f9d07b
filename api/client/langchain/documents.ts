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
  readonly version: HitBody['version'];
  readonly effectiveFrom: string | null;
  readonly superseded: boolean;
  readonly supersededBy: HitBody['supersededBy'];
  readonly reviewStatus: string;
  readonly partial: boolean;
  /** Of the whole answer: `false` where no passage is likely to hold it; `null` where that cannot be told. */
  readonly answerable: boolean | null;
  /** 0…1, the best relevance of what was found. */
  readonly confidence: number;
  /** Of a hit. How it stands among the others; not to be compared between questions. */
  readonly score?: number;
  /** Of a hit: 0…1 by one scale for all questions; `null` where that cannot be told. */
  readonly relevance?: number | null;
  /** Of a passage of a context. */
  readonly number?: number;
  readonly warnings?: CitationBody['warnings'];
}

/** What is said of all passages together. */
export interface Answer {
  readonly answerable: boolean | null;
  readonly confidence: number;
}

export type Retrieved = Document<MedindexMetadata & Record<string, unknown>>;

export function fromHit(hit: HitBody, answer: Answer): Retrieved {
  const metadata = { ...common(hit, answer), chunkIds: [hit.chunkId], score: hit.score, relevance: hit.relevance };
  return new Document({ id: hit.chunkId, pageContent: hit.markdown ?? hit.text, metadata });
}

export function fromCitation(citation: CitationBody, answer: Answer): Retrieved {
  const { number, chunkIds, warnings, text } = citation;
  const [first] = chunkIds;
  const metadata = { ...common(citation, answer), chunkIds, number, warnings };
  return new Document({ ...(first === undefined ? {} : { id: first }), pageContent: text, metadata });
}

function common(one: HitBody | CitationBody, { answerable, confidence }: Answer) {
  const { documentId, externalId, title, collection, sourceType, anchor, publishedOn } = one;
  const { version, effectiveFrom, supersededBy, recommendation, recommendations, superseded, reviewStatus, partial } =
    one;
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
    version,
    effectiveFrom,
    superseded,
    supersededBy,
    answerable,
    confidence,
    reviewStatus,
    partial,
  };
}
