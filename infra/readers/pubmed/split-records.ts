import type { BytesEnd } from './unpacked-bytes.js';

export type RecordsEnd = Exclude<BytesEnd, 'complete'> | 'complete' | 'XML_DAMAGED';

/** Papers with 3,000 authors reach 2 MB, 100,000 deletions 3 MB; what goes on for longer has lost its end tag. */
const MAX_RECORD_BYTES = 16 * 1024 * 1024;
const RECORD_START = /^<(PubmedArticle|PubmedBookArticle|DeleteCitation|DeleteDocument|article)[\s/>]/;
const SET = /^<(\/?)(?:PubmedArticleSet|PubmedBookArticleSet|pmc-articleset)[\s/>]/;
const EXCLAMATION_MARK = 0x21;
/** Longest thing that has to be seen whole to tell one tag from another. */
const LOOKAHEAD_BYTES = 32;

/**
 * The raw bytes of each record of a `PubmedArticleSet`, of its list of deletions, and of each JATS `article`, in file order.
 * Only the frame is looked at, so a record that is not well-formed harms no neighbour, records are skipped at the speed of
 * a byte search, and nothing of a DOCTYPE (entities, external subsets) is ever read. Comments and CDATA cannot fake a record's start or end.
 */
export async function* splitRecords(chunks: AsyncGenerator<Buffer, BytesEnd>): AsyncGenerator<Buffer, RecordsEnd> {
  const frame = new Frame();
  try {
    for (;;) {
      const next = await chunks.next();
      if (next.done) return next.value !== 'complete' ? next.value : frame.isClosed ? 'complete' : 'XML_DAMAGED';
      yield* frame.take(next.value);
      if (frame.isOversized) return 'XML_DAMAGED';
    }
  } finally {
    await chunks.return('complete');
  }
}

class Frame {
  /** The end tag of the set was seen, or the one record that stands alone was whole. */
  isClosed = false;
  isOversized = false;
  private pending: Buffer = Buffer.alloc(0);
  /** Name of the record that `pending` starts with, when it starts with one. */
  private record: string | undefined;
  private searchedTo = 0;
  private insideSet = false;

  *take(chunk: Buffer): Generator<Buffer> {
    this.pending = this.pending.length === 0 ? chunk : Buffer.concat([this.pending, chunk]);
    for (;;) {
      const before = this.pending.length;
      if (this.record === undefined) {
        if (!this.findStart()) break;
      } else {
        const record = this.findEnd(this.record);
        if (!record) break;
        yield record;
      }
      if (this.pending.length === before && this.record === undefined) break;
    }
    this.isOversized = this.pending.length > MAX_RECORD_BYTES;
  }

  /** Drops everything before the next record; false when more bytes are needed. */
  private findStart(): boolean {
    let at = 0;
    for (;;) {
      at = this.pending.indexOf(0x3c, at);
      if (at < 0) return this.dropTo(this.pending.length);
      const tag = this.pending.toString('latin1', at, at + LOOKAHEAD_BYTES);
      const start = RECORD_START.exec(tag)?.[1];
      if (start !== undefined) {
        this.dropTo(at);
        this.record = start;
        return true;
      }
      if (tag.length < LOOKAHEAD_BYTES && !tag.includes('>')) return this.dropTo(at);
      const skipped = this.skip(tag, at);
      if (skipped < 0) return this.dropTo(at);
      const set = SET.exec(tag)?.[1];
      if (set === '') this.insideSet = true;
      if (set === '/') this.isClosed = true;
      at = skipped;
    }
  }

  /** Where to go on behind something that is no record; -1 when its end has not come yet. */
  private skip(tag: string, at: number): number {
    if (tag.startsWith('<!--')) return this.behind('-->', at + 4);
    if (tag.startsWith('<![CDATA[')) return this.behind(']]>', at);
    if (tag.startsWith('<?')) return this.behind('?>', at);
    if (!tag.startsWith('<!DOCTYPE')) return at + 1;
    const close = this.pending.indexOf('>', at);
    const subset = this.pending.indexOf('[', at);
    if (close < 0 && subset < 0) return -1;
    return subset >= 0 && (close < 0 || subset < close) ? this.behindSubset(subset) : close + 1;
  }

  /** Behind `]>` of an internal subset; blanks may stand between. */
  private behindSubset(from: number): number {
    for (let at = this.pending.indexOf(']', from); at >= 0; at = this.pending.indexOf(']', at + 1)) {
      const close = /^\]\s*>/.exec(this.pending.toString('latin1', at, at + LOOKAHEAD_BYTES));
      if (close) return at + close[0].length;
    }
    return -1;
  }

  private behind(end: string, from: number): number {
    const at = this.pending.indexOf(end, from);
    return at < 0 ? -1 : at + end.length;
  }

  private findEnd(name: string): Buffer | undefined {
    const tag = `</${name}`;
    let at = this.pending.indexOf(tag, Math.max(this.searchedTo - tag.length, 0));
    for (; at >= 0; at = this.pending.indexOf(tag, at + 1)) {
      const close = /^\s*>/.exec(this.pending.toString('latin1', at + tag.length, at + tag.length + LOOKAHEAD_BYTES));
      if (!close) continue;
      const end = at + tag.length + close[0].length;
      const record = this.pending.subarray(0, end);
      if (endsInsideOther(record)) continue;
      this.record = undefined;
      this.dropTo(end);
      this.searchedTo = 0;
      if (!this.insideSet) this.isClosed = true;
      return record;
    }
    this.searchedTo = this.pending.length;
    return undefined;
  }

  private dropTo(at: number): false {
    this.pending = this.pending.subarray(at);
    return false;
  }
}

/** In a comment or CDATA. Most records have no exclamation mark with which these begin, and one byte is found at once. */
function endsInsideOther(record: Buffer): boolean {
  if (!record.includes(EXCLAMATION_MARK)) return false;
  return isOpen(record, '<!--', '-->') || isOpen(record, '<![CDATA[', ']]>');
}

function isOpen(bytes: Buffer, start: string, end: string): boolean {
  const opened = bytes.lastIndexOf(start);
  return opened >= 0 && bytes.indexOf(end, opened) < 0;
}
