import type { PlannedPart } from '../../core/ports/upload-store.js';

/**
 * Bytes of a part: S3 takes at least 5 MiB and at most 10,000 parts; 16 MiB cut the largest file (5 GiB) into 320, which is
 * an answer of 200 kB, and a part that breaks off is a minute's work on a line of 2 Mbit/s.
 */
export const PART_BYTES = 16 * 1024 * 1024;

/** The parts of a file: all of one size but the last. */
export function planParts({ sizeBytes, partSizeBytes }: { sizeBytes: number; partSizeBytes: number }): PlannedPart[] {
  return Array.from({ length: Math.ceil(sizeBytes / partSizeBytes) }, (_, index) => ({
    number: index + 1,
    sizeBytes: Math.min(partSizeBytes, sizeBytes - index * partSizeBytes),
  }));
}
