import type { ErasureStatus } from '../../core/ports/erasure-catalog.js';
import type { DocumentView } from '../../core/ports/document-catalog.js';
import type { PageRecord } from '../../core/contract/reading.js';
import type { DocumentBody, ErasureBody, PageBody } from '../schemas/document.js';
import { presentSupersession } from './supersession.js';

/** A document as answers show it. */
export function presentDocument(view: DocumentView): DocumentBody {
  const { version } = view;
  return {
    documentId: view.documentId,
    externalId: view.externalId,
    collection: view.collection,
    title: view.title,
    authors: [...view.authors],
    sourceType: view.sourceType,
    language: view.language,
    publishedOn: view.publishedOn,
    ...presentSupersession(view),
    supersedes: [...view.supersedes],
    safetyLevel: view.safetyLevel,
    state: view.state,
    phiStatus: view.phiStatus,
    screenedWith: view.screenedWith,
    screenVersion: view.screenVersion,
    version: {
      versionId: version.versionId,
      number: version.number,
      runId: version.runId,
      sha256: version.sha256,
      pageCount: version.pageCount,
      partial: version.partial,
      publishedAt: version.publishedAt?.toISOString() ?? null,
    },
    reviewStatus: view.reviewStatus,
    reviewDueAt: view.reviewDueAt?.toISOString() ?? null,
    metadata: { ...view.metadata },
    ...(view.withdrawal === undefined
      ? {}
      : { withdrawal: { cause: view.withdrawal.cause, at: view.withdrawal.at.toISOString() } }),
    createdAt: view.createdAt.toISOString(),
    updatedAt: view.updatedAt.toISOString(),
  };
}

/** When what a deleted document held is erased, or what was. */
export function presentErasure({ eraseAt, receipt }: ErasureStatus): ErasureBody {
  if (receipt === null) return { eraseAt: eraseAt.toISOString(), erasedAt: null };
  const { erasedAt, versions, chunks, postings, vectors, embeddings, objects } = receipt;
  const removed = { versions, chunks, postings, vectors, embeddings, objects };
  return { eraseAt: eraseAt.toISOString(), erasedAt: erasedAt.toISOString(), removed };
}

/** One row of the page ledger. */
export function presentPage(page: PageRecord): PageBody {
  return {
    page: page.page,
    outcome: page.outcome,
    reason: page.reason,
    ...(page.failureCode === undefined ? {} : { failureCode: page.failureCode }),
    scores: { ...page.scores },
    width: page.width,
    height: page.height,
  };
}
