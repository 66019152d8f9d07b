import { createHash } from 'node:crypto';
import type { ChunkId, DocumentId } from '../../../core/contract/ids.js';

export interface ChunkContent {
  readonly documentId: DocumentId;
  readonly sectionPath: readonly string[];
  readonly prefix: string;
  readonly text: string;
  /** 0 for the first chunk with this content in its version, 1 for the second … */
  readonly repetition: number;
  /** What stems it, where that is not what stemmed its collection's first chunks; `null` where it is. */
  readonly textConfig: string | null;
}

/** Changes only with what a chunk is made of; a new number here would give every chunk a new id. */
const SCHEME = 'medindex-chunk-1';

/**
 * A UUID (version 8, RFC 9562) from the SHA-256 of document, section, prefix, text and repetition: the same passage of a
 * document has the same id in every version, and saving it twice saves it once. A text that is read in another language is
 * stemmed otherwise and is another passage: its postings are never those of the former reading.
 */
export function chunkId(chunk: ChunkContent): ChunkId {
  const { documentId, sectionPath, prefix, text, repetition, textConfig } = chunk;
  const parts = [
    SCHEME,
    documentId,
    sectionPath,
    prefix,
    text,
    repetition,
    ...(textConfig === null ? [] : [textConfig]),
  ];
  const content = JSON.stringify(parts);
  const bytes = createHash('sha256').update(content).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
