import type { ObjectRef } from '../../core/contract/object-ref.js';
import type { AnsweringMode } from '../../core/contract/states.js';
import type { EpochView } from './epoch-follower.js';

/** An answer as it is sent, without what is of one request only. */
export interface Answer {
  /** JSON of `data` as it is sent (UTF-8): made once, however often it is given. */
  readonly data: Uint8Array;
  /** Members of `meta` that say how the answer was made, as JSON of an object. */
  readonly meta: string;
  /** For statistics. */
  readonly outcome: { readonly mode: AnsweringMode; readonly answerable: boolean | null };
}

/** An answer as the tiers keep it. */
export interface Kept extends Answer {
  /** Publication epochs that it was made at, in the order of the view's tag. */
  readonly publications: readonly number[];
  readonly madeAtMs: number;
  /** Hash of the words that it was made for; absent where answers are kept for these words alone. */
  readonly wording?: string;
}

/** What the shared tier has for a key: an answer, or what is known of one whose `data` lies in the object store. */
export type SharedEntry = Kept & { readonly overflow?: ObjectRef };

export function keptOf(
  { data, meta, outcome }: Answer,
  { wording, view }: { readonly wording: string | undefined; readonly view: EpochView },
): Kept {
  const made = { data, meta, outcome, publications: view.publications, madeAtMs: Date.now() };
  return wording === undefined ? made : { ...made, wording };
}

/** Whether nothing was added since that has to show by now. */
export function isFresh(kept: Kept, { floors }: EpochView): boolean {
  return (
    floors.length === kept.publications.length && floors.every((floor, at) => (kept.publications[at] ?? -1) >= floor)
  );
}

/** Two lines: what is known of the answer, and `data` as it is. */
export function encodeEntry({ data, ...about }: SharedEntry): Uint8Array {
  return Buffer.concat([Buffer.from(`${JSON.stringify(about)}\n`, 'utf8'), data]);
}

/** `null`: nothing that `encodeEntry` made. */
export function decodeEntry(bytes: Uint8Array): SharedEntry | null {
  const entry = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = entry.indexOf('\n');
  if (end < 0) return null;
  try {
    const about = JSON.parse(entry.toString('utf8', 0, end)) as Omit<SharedEntry, 'data'>;
    return { ...about, data: entry.subarray(end + 1) };
  } catch {
    return null;
  }
}
