import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import type { RecordPage } from '../../../core/ports/document-reader.js';
import type { RecordPart } from '../reader-protocol.js';
import { parseXml } from '../xml/xml-tree.js';
import { readArticle, RECORD_PROBLEMS, UNREAD_PARTS, type ArticleResult } from './pubmed-article.js';
import { recordText } from './record-text.js';
import { splitRecords, type RecordsEnd } from './split-records.js';
import { asUtf8, isGzip, unpackedBytes } from './unpacked-bytes.js';

/** Few messages, each small: 64 abstracts are some 200 kB. */
const RECORDS_A_PART = 64;

/**
 * A place in a file of records. Consecutive calls go on where the last one stopped; a call for another place skips
 * there from the file's beginning, without parsing what it skips.
 */
export class RecordCursor {
  private records: AsyncGenerator<Buffer, RecordsEnd> | undefined;
  private next: Buffer | undefined;
  private nextIndex = 0;
  private end: RecordsEnd | undefined;

  private constructor(
    readonly key: string,
    private readonly path: string,
    private readonly compressed: boolean,
    private readonly maxUnpackedBytes: number,
  ) {}

  /** The same cursor when it is still good for this file, or a new one at its beginning. */
  static async at(former: RecordCursor | undefined, path: string, maxUnpackedBytes: number): Promise<RecordCursor> {
    const { mtimeMs, size } = await stat(path);
    const key = `${mtimeMs} ${size} ${maxUnpackedBytes} ${path}`;
    if (former?.key === key) return former;
    await former?.close();
    return new RecordCursor(key, path, await isGzip(path), maxUnpackedBytes);
  }

  /** Gives out up to `limit` records from `fromIndex` on, and says where to go on. */
  async read(
    { fromIndex, limit }: { readonly fromIndex: number; readonly limit: number },
    emit: (parts: RecordPart[]) => Promise<void>,
  ): Promise<Pick<RecordPage, 'nextIndex' | 'damage'>> {
    await this.goTo(fromIndex);
    let parts: RecordPart[] = [];
    for (let count = 0; count < limit && this.next; count++) {
      parts.push(partOf(this.next, this.nextIndex));
      if (parts.length === RECORDS_A_PART) {
        await emit(parts);
        parts = [];
      }
      await this.advance();
    }
    if (parts.length > 0) await emit(parts);
    if (this.next) return { nextIndex: this.nextIndex };
    const damage = this.damage();
    return { nextIndex: null, ...(damage === undefined ? {} : { damage }) };
  }

  async close(): Promise<void> {
    await this.records?.return('complete');
    this.records = undefined;
  }

  private async goTo(index: number): Promise<void> {
    if (!this.records || index < this.nextIndex) {
      await this.close();
      this.records = splitRecords(asUtf8(unpackedBytes(this.path, this.maxUnpackedBytes)));
      this.end = undefined;
      this.nextIndex = -1;
      await this.advance();
    }
    while (this.next && this.nextIndex < index) await this.advance();
  }

  private async advance(): Promise<void> {
    const step = await this.records?.next();
    this.nextIndex++;
    this.next = step && !step.done ? step.value : undefined;
    if (step?.done) this.end = step.value;
  }

  /** A packed file that ends too early was cut as an archive, whatever is missing of its XML. */
  private damage(): RecordPage['damage'] {
    if (this.end === undefined || this.end === 'complete') return undefined;
    return this.end === 'XML_DAMAGED' && this.compressed ? 'ARCHIVE_DAMAGED' : this.end;
  }
}

function partOf(raw: Buffer, index: number): RecordPart {
  const article = articleOf(raw);
  if ('problem' in article) {
    const { externalId, problem } = article;
    return { failure: { index, ...(externalId === undefined ? {} : { externalId }), reason: problem } };
  }
  const recordSha256 = createHash('sha256').update(raw).digest('hex');
  return { record: { index, externalId: article.externalId, recordSha256, reading: article.reading } };
}

/** A record that cannot be parsed fails alone. */
function articleOf(raw: Buffer): ArticleResult {
  try {
    return readArticle(parseXml(recordText(raw), UNREAD_PARTS));
  } catch {
    return { problem: RECORD_PROBLEMS.malformed };
  }
}
