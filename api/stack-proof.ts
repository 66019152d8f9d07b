import { createHmac, timingSafeEqual } from 'node:crypto';

export interface StackChallenge {
  /** Random, and never used twice. */
  readonly nonce: string;
  /** The port at which the system was asked. A program at another port that passes a challenge on gets a useless proof. */
  readonly port: number;
}

/**
 * Shows that a system has this admin key without telling it. The command line asks for it before it sends the key: at a
 * loopback address any program may listen, also where a stack listened yesterday.
 */
export function stackProof(adminKey: string, { nonce, port }: StackChallenge): string {
  return createHmac('sha256', adminKey).update(`medindex stack proof\n${port}\n${nonce}`).digest('hex');
}

export function isStackProof(proof: string, adminKey: string, challenge: StackChallenge): boolean {
  const expected = Buffer.from(stackProof(adminKey, challenge));
  const given = Buffer.from(proof);
  return given.length === expected.length && timingSafeEqual(given, expected);
}
