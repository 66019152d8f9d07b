/** What a bench needs is not on this machine; the message says what it is and how to get it. */
export class MissingForBench extends Error {
  override readonly name = 'MissingForBench';
}
