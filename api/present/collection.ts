import type { Collection, CollectionSummary } from '../../core/ports/collection-catalog.js';
import type { CollectionBody, CollectionSummaryBody } from '../schemas/collection.js';

export function presentCollection(collection: Collection): CollectionBody {
  const { collectionId, name, sourceType, language, phiPolicy, phiPolicyReason, chunking, safetyLevel } = collection;
  return {
    collectionId,
    name,
    sourceType,
    language,
    phiPolicy,
    phiPolicyReason,
    chunking: { ...chunking },
    embeddingModel: collection.embeddingModel,
    safetyLevel,
    reviewCycleDays: collection.reviewCycleDays,
    retentionDays: collection.retentionDays,
    fourEyes: collection.fourEyes,
    reviewDueHours: collection.reviewDueHours,
    screenQueries: collection.screenQueries,
    answerThreshold: collection.answerThreshold,
    rerank: collection.rerank,
    withdrawalEpoch: collection.withdrawalEpoch,
    publicationEpoch: collection.publicationEpoch,
    createdAt: collection.createdAt.toISOString(),
  };
}

export function presentCollectionSummary(collection: CollectionSummary): CollectionSummaryBody {
  const { documents, chunks, hidesDocuments } = collection;
  return { ...presentCollection(collection), documents, chunks, hidesDocuments };
}
