import { createPrivateKey, createPublicKey, hkdfSync, sign } from 'node:crypto';
import type { CertificateSigner } from '../../core/ports/certificate-signer.js';
import { KEY_BYTES, type Keyring } from './keyring.js';

/** What a private key of 32 bytes stands in, in the form that Node takes (RFC 8410). */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

/**
 * The system's key for certificates: Ed25519, made from the oldest encryption key as all keyed hashes are (HKDF, RFC 5869). So it is there from
 * the first start on, is the same in every process, needs no file of its own, and outlives a rotation; it is another one once the oldest key
 * is dropped.
 */
export function createCertificateSigner(keyring: Keyring): CertificateSigner {
  const seed = hkdfSync('sha256', keyring.oldest.key, new Uint8Array(0), 'medindex/certificate/v1', KEY_BYTES);
  const key = createPrivateKey({
    key: Buffer.concat([PKCS8_PREFIX, Buffer.from(seed)]),
    format: 'der',
    type: 'pkcs8',
  });
  const publicKey = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64');
  return { publicKey, sign: (text) => sign(null, Buffer.from(text, 'utf8'), key).toString('base64') };
}
