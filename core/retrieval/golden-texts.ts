import type { CollectionId, OrganizationId } from '../contract/ids.js';
import type { SealedTexts } from '../ports/sealed-texts.js';

/** The words of a golden question, as they are sealed. */
export interface GoldenTexts {
  readonly question: string;
  /** Words that its answer holds. */
  readonly phrase: string | null;
}

interface Place {
  readonly organizationId: OrganizationId;
  readonly collectionId: CollectionId;
}

/** Seals the words for the row of this question in its collection. */
export function sealGoldenTexts(
  texts: SealedTexts,
  { organizationId, collectionId }: Place,
  words: GoldenTexts,
): { readonly questionHash: string; readonly sealed: Uint8Array; readonly wordsHash: string } {
  const questionHash = texts.hash(organizationId, words.question);
  const sealed = texts.seal(JSON.stringify(words), `${collectionId} ${questionHash}`);
  return {
    questionHash,
    sealed,
    wordsHash: texts.hash(organizationId, JSON.stringify([words.question, words.phrase])),
  };
}

/** Errors: as `SealedTexts.open`. */
export function openGoldenTexts(
  texts: SealedTexts,
  { collectionId, questionHash, sealed }: Place & { readonly questionHash: string; readonly sealed: Uint8Array },
): GoldenTexts {
  return JSON.parse(texts.open(sealed, `${collectionId} ${questionHash}`)) as GoldenTexts;
}
