import { createHash } from 'node:crypto';
import type { Certificate, CertificateContent, CertifiedPage } from '../contract/certificate.js';
import type { Reading } from '../contract/reading.js';
import type { CertificateSigner } from '../ports/certificate-signer.js';
import { canonicalJson } from '../reading/fingerprint.js';

/** The hashes of a reading that its certificate holds. */
export function hashesOf(reading: Reading): Pick<CertificateContent, 'text' | 'pages'> {
  const texts = pageTexts(reading);
  return {
    text: { sha256: sha256(reading.text), characters: reading.text.length },
    pages: reading.pages.map(({ page, outcome }): CertifiedPage => ({
      page,
      outcome,
      sha256: sha256(texts.get(page) ?? ''),
    })),
  };
}

export function certify(content: CertificateContent, signer: CertificateSigner): Certificate {
  const value = signer.sign(canonicalJson(content));
  return { ...content, signature: { algorithm: 'Ed25519', publicKey: signer.publicKey, value } };
}

/** Of each page the pieces of text that stand in boxes on it, a line each; a block of several boxes is divided where they begin. */
function pageTexts({ text, blocks }: Reading): Map<number, string> {
  const pieces = new Map<number, string[]>();
  for (const { start, end, boxes, boxStarts } of blocks) {
    const parts = boxStarts ? boxes : boxes.slice(0, 1);
    for (const [index, { page }] of parts.entries()) {
      const piece = text.slice(boxStarts?.[index] ?? start, boxStarts?.[index + 1] ?? end);
      pieces.set(page, [...(pieces.get(page) ?? []), piece]);
    }
  }
  return new Map([...pieces].map(([page, texts]) => [page, texts.join('\n')]));
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
