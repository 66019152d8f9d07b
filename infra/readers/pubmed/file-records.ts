import { articleIdentity } from '../jats/article-identity.js';
import { pmidFrom, type RecordIdentity } from './record-identity.js';
import { type RecordsEnd, splitRecords } from './split-records.js';
import { asUtf8, unpackedBytes } from './unpacked-bytes.js';

/** One record of a file of many: a paper's bytes, or the PMID of one that PubMed deleted. */
export type FileRecord = {
  /** Absent where the bytes do not show one in the usual place. */
  readonly identity?: RecordIdentity;
} & ({ readonly raw: Buffer } | { readonly deleted: true });

/** The records of a file in its order, without parsing them; every PMID of `DeleteCitation` is one. */
export async function* fileRecords(path: string, maxUnpackedBytes: number): AsyncGenerator<FileRecord, RecordsEnd> {
  const parts = splitRecords(asUtf8(unpackedBytes(path, maxUnpackedBytes)));
  try {
    for (;;) {
      const next = await parts.next();
      if (next.done) return next.value;
      const raw = next.value;
      if (raw.toString('latin1', 0, 7) === '<Delete') {
        for (let at = 0; ;) {
          const identity = pmidFrom(raw, at);
          if (!identity) break;
          yield { deleted: true, identity };
          at = identity.end;
        }
      } else {
        const identity = isArticle(raw) ? articleIdentity(raw) : pmidFrom(raw, 0);
        yield identity ? { raw, identity } : { raw };
      }
    }
  } finally {
    await parts.return('complete');
  }
}

/** JATS, as PMC has it. */
export function isArticle(raw: Buffer): boolean {
  return raw.toString('latin1', 0, 8) === '<article';
}
