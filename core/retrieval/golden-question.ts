import type { ChunkId, DocumentId } from '../contract/ids.js';
import type { GoldenExpectation, GoldenJudgement } from '../contract/golden-question.js';

/** What has to be known of a hit. */
export interface JudgedHit {
  readonly chunkId: ChunkId;
  readonly documentId: DocumentId;
  readonly externalId: string;
  readonly text: string;
  readonly anchor: { readonly pages: readonly number[] };
}

/** Whether the hits of a search, best first, still hold the answer, and at which rank (from 1) it stands. */
export function judgeGoldenQuestion(expectation: GoldenExpectation, hits: readonly JudgedHit[]): GoldenJudgement {
  const { pages, phrase, withinRank } = expectation;
  const ranked = hits.slice(0, withinRank).map((hit, at) => ({ hit, rank: at + 1 }));
  if (ranked.length === 0) return { outcome: 'lost', reason: 'nothing' };
  const ofDocument = ranked.filter(({ hit }) => isExpectedDocument(expectation, hit));
  if (ofDocument.length === 0) return { outcome: 'lost', reason: 'document' };
  const onPage = ofDocument.filter(
    ({ hit }) => pages.length === 0 || hit.anchor.pages.some((page) => pages.includes(page)),
  );
  if (onPage.length === 0) return { outcome: 'lost', reason: 'page' };
  const [best] = onPage.filter(({ hit }) => phrase === null || holdsPhrase(hit.text, phrase));
  if (!best) return { outcome: 'lost', reason: 'phrase' };
  return { outcome: 'found', rank: best.rank, chunkId: best.hit.chunkId };
}

export function isExpectedDocument(
  { documents }: Pick<GoldenExpectation, 'documents'>,
  { documentId, externalId }: Pick<JudgedHit, 'documentId' | 'externalId'>,
): boolean {
  return (
    documents.length === 0 ||
    documents.some((one) => ('documentId' in one ? one.documentId === documentId : one.externalId === externalId))
  );
}

export function holdsPhrase(text: string, phrase: string): boolean {
  return comparable(text).includes(comparable(phrase));
}

/** Of two texts that a reader takes for the same, as typeset and as typed. */
function comparable(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll('\u00AD', '')
    .replace(/[\u2010-\u2015\u2212]/g, '-')
    .replace(/[\u2018\u2019\u02BC]/g, "'")
    .replace(/[\u201C\u201D]/g, '"')
    .replace(/\s+/g, ' ')
    .trim();
}
