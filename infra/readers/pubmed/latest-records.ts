import { fileRecords } from './file-records.js';
import type { RecordIdentity } from './record-identity.js';

/** Indexes stay below it: a file has at most 2 GiB. */
const INDEXES = 2 ** 32;

/**
 * Which record of a file counts for each identity: the one of the highest version, and of those the last. It follows from the
 * file alone, so that every batch, every try and every process finds the same.
 */
export class LatestRecords {
  private constructor(
    /** External id to version and index in one number; some 100 bytes a record. */
    private readonly latest: ReadonlyMap<string, number>,
    /** Records of the file. */
    readonly total: number,
  ) {}

  /** Goes through the whole file once. */
  static async of(path: string, maxUnpackedBytes: number): Promise<LatestRecords> {
    const latest = new Map<string, number>();
    let index = 0;
    for await (const { identity } of fileRecords(path, maxUnpackedBytes)) {
      if (identity) {
        const before = latest.get(identity.externalId) ?? 0;
        latest.set(identity.externalId, Math.max(before, rank(identity, index)));
      }
      index++;
    }
    return new LatestRecords(latest, index);
  }

  counts(identity: RecordIdentity, index: number): boolean {
    return this.latest.get(identity.externalId) === rank(identity, index);
  }
}

function rank({ version }: RecordIdentity, index: number): number {
  return version * INDEXES + index;
}
