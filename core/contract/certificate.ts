import type { PageOutcome, VersionState } from './states.js';
import type { WordCounts } from './word-account.js';

/** What is certified of a version: ids, hashes, times and counts, and no word of it. */
export interface CertificateContent {
  /** Of this form. */
  readonly certificate: 1;
  readonly documentId: string;
  readonly versionId: string;
  /** How the version stood when it was certified. */
  readonly state: VersionState;
  /** A person published it although pages or words of it are missing. */
  readonly partial: boolean;
  readonly publishedAt: string | null;
  readonly file: { readonly sha256: string; readonly sizeBytes: number };
  /** Of the reading's text, in UTF-8. */
  readonly text: { readonly sha256: string; readonly characters: number };
  /** The page ledger, ascending; empty where the source has no pages. */
  readonly pages: readonly CertifiedPage[];
  readonly words: WordCounts;
  /** Of the program that read it. */
  readonly pipelineVersion: number;
  /** Of the program that certifies. */
  readonly programVersion: string;
  readonly certifiedAt: string;
}

export interface CertifiedPage {
  readonly page: number;
  readonly outcome: PageOutcome;
  /** Of the page's own part of the text, in UTF-8. */
  readonly sha256: string;
}

/** The content with its signature: Ed25519 over its canonical JSON (keys sorted, no spaces), without the signature itself. */
export interface Certificate extends CertificateContent {
  readonly signature: {
    readonly algorithm: 'Ed25519';
    /** Raw, 32 bytes in base64. */
    readonly publicKey: string;
    readonly value: string;
  };
}
