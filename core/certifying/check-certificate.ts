import { createPublicKey, verify } from 'node:crypto';
import type { Certificate } from '../contract/certificate.js';
import { canonicalJson } from '../reading/fingerprint.js';

/** What is wrong with a certificate, in the order in which it is looked for. */
export const CERTIFICATE_FAULTS = {
  malformed: 'This is no certificate of medindex.',
  altered: 'The certificate was changed after it was signed, or its signature is not of the key that it names.',
  foreign: 'The certificate was signed with another key than the one that is trusted.',
  otherFile: 'The certificate is of another file: its bytes are not those that were read.',
} as const;
export type CertificateFault = keyof typeof CERTIFICATE_FAULTS;

/** What a public key of 32 bytes stands in, in the form that Node takes (RFC 8410). */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/**
 * Checks a certificate against the key that is trusted and the SHA-256 (hex) of a file. It needs nothing else, so it holds without the system
 * that signed it. `null`: nothing is wrong.
 */
export function checkCertificate(
  value: unknown,
  trusted: { readonly publicKey: string; readonly fileSha256: string },
): CertificateFault | null {
  if (!isCertificate(value)) return 'malformed';
  const { signature, ...content } = value;
  if (!isSigned(canonicalJson(content), signature)) return 'altered';
  if (signature.publicKey !== trusted.publicKey.trim()) return 'foreign';
  return content.file.sha256 === trusted.fileSha256 ? null : 'otherFile';
}

/** Whether a value has the form of a certificate, as far as a check needs it. */
export function isCertificate(value: unknown): value is Certificate {
  if (typeof value !== 'object' || value === null) return false;
  const { certificate, signature, file } = value as Partial<Record<keyof Certificate, unknown>>;
  return certificate === 1 && hasTexts(signature, ['publicKey', 'value']) && hasTexts(file, ['sha256']);
}

function hasTexts(value: unknown, names: readonly string[]): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return names.every((name) => typeof (value as Record<string, unknown>)[name] === 'string');
}

function isSigned(text: string, { algorithm, publicKey, value }: Certificate['signature']): boolean {
  try {
    const raw = Buffer.from(publicKey, 'base64');
    if (algorithm !== 'Ed25519' || raw.length !== 32) return false;
    const key = createPublicKey({ key: Buffer.concat([SPKI_PREFIX, raw]), format: 'der', type: 'spki' });
    return verify(null, Buffer.from(text, 'utf8'), key, Buffer.from(value, 'base64'));
  } catch {
    return false;
  }
}
