import { ApiError } from '../errors.js';

/** A command line follows 8 files at a time, a console shows a screenful; each stream costs a connection and some kilobytes. */
const STREAMS_PER_KEY = 64;

/** Bounds the streams that a key holds open in this process. */
export class StreamPlaces {
  readonly #open = new Map<string, number>();

  constructor(private readonly perKey: number = STREAMS_PER_KEY) {}

  /** Returns what gives the place back. Errors: `TOO_MANY_STREAMS`. */
  take(keyId: string): () => void {
    const open = this.#open.get(keyId) ?? 0;
    if (open >= this.perKey) throw new ApiError('TOO_MANY_STREAMS', { details: { limit: this.perKey } });
    this.#open.set(keyId, open + 1);
    let given = false;
    return () => {
      if (given) return;
      given = true;
      const left = (this.#open.get(keyId) ?? 1) - 1;
      if (left === 0) this.#open.delete(keyId);
      else this.#open.set(keyId, left);
    };
  }
}
