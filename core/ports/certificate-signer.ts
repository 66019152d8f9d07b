/** Signs certificates with the key of the system. */
export interface CertificateSigner {
  /** Ed25519, raw, 32 bytes in base64. */
  readonly publicKey: string;
  /** The signature of a text (UTF-8), in base64. */
  sign(text: string): string;
}
