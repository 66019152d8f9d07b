import type { MedindexClient } from '../../client/client.js';

/** Who sends. */
export interface Sender {
  readonly client: MedindexClient;
  readonly apiKey: string;
}

export interface SendInput {
  readonly sender: Sender;
  readonly file: File;
  readonly fileName: string;
  readonly collection: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Before all that is not urgent. */
  readonly urgent: boolean;
  readonly onProgress: (sentBytes: number) => void;
  readonly signal: AbortSignal;
}
