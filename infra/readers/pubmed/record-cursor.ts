import { createHash } from 'node:crypto';
import { accountFor } from '../../../core/reading/witness/account-for.js';
import { witnessArticle, witnessRecord } from '../witness/record-witness.js';
import type { RecordPage } from '../../../core/ports/document-reader.js';
import { readJats } from '../jats/read-jats.js';
import type { RecordPart, RecordRange } from '../reader-protocol.js';
import { parseXml } from '../xml/parse-xml.js';
import { fileRecords, isArticle, type FileRecord } from './file-records.js';
import { LatestRecords } from './latest-records.js';
import { readArticle, RECORD_PROBLEMS, type ArticleResult } from './pubmed-article.js';
import { recordText } from './record-text.js';
import type { RecordsEnd } from './split-records.js';
import { isGzip } from './unpacked-bytes.js';
import { withoutUnreadParts } from './unread-parts.js';

/** Few messages, each small: 64 abstracts are some 200 kB. */
const RECORDS_A_PART = 64;
const BYTES_A_PART = 512 * 1024;
/** What is read at once goes through all stages at once: 500 abstracts have 3 MB of XML, 500 full texts would have 60. */
const BYTES_A_PAGE = 8 * 1024 * 1024;

/**
 * A place in a file of records. Consecutive calls go on where the last one stopped; a call for another place skips
 * there from the file's beginning, without parsing what it skips.
 */
export class RecordCursor {
  private records: AsyncGenerator<FileRecord, RecordsEnd> | undefined;
  private latest: LatestRecords | undefined;
  private next: FileRecord | undefined;
  private nextIndex = 0;
  private end: RecordsEnd | undefined;

  private constructor(
    /** The copy that the last call came with. */
    private path: string,
    private readonly compressed: boolean,
    private readonly maxUnpackedBytes: number,
  ) {}

  static async atStart(path: string, maxUnpackedBytes: number): Promise<RecordCursor> {
    return new RecordCursor(path, await isGzip(path), maxUnpackedBytes);
  }

  /**
   * Gives out up to `limit` records from `fromIndex` on, fewer where they are large or slow, and says where to go on. `path`:
   * where the content lies now; a copy that is being read stays open although its name is gone.
   */
  async read(
    path: string,
    { fromIndex, limit, oneByOne, budgetMs }: RecordRange,
    emit: (parts: RecordPart[]) => Promise<void>,
  ): Promise<Pick<RecordPage, 'total' | 'nextIndex' | 'damage'>> {
    this.path = path;
    const latest = (this.latest ??= await LatestRecords.of(this.path, this.maxUnpackedBytes));
    const { total } = latest;
    await this.goTo(fromIndex);
    await emit([]);
    const endsAt = Date.now() + budgetMs;
    let parts: RecordPart[] = [];
    let [bytes, unsent] = [0, 0];
    for (let count = 0; count < limit && bytes < BYTES_A_PAGE && this.next; count++) {
      if (count > 0 && Date.now() >= endsAt) break;
      if (oneByOne) await emit([begun(this.next, this.nextIndex)]);
      parts.push(partOf(this.next, this.nextIndex, latest));
      const size = 'raw' in this.next ? this.next.raw.length : 0;
      bytes += size;
      unsent += size;
      if (oneByOne || parts.length === RECORDS_A_PART || unsent >= BYTES_A_PART) {
        await emit(parts);
        parts = [];
        unsent = 0;
      }
      await this.advance();
    }
    if (parts.length > 0) await emit(parts);
    if (this.next) return { total, nextIndex: this.nextIndex };
    const damage = this.damage();
    return { total, nextIndex: null, ...(damage === undefined ? {} : { damage }) };
  }

  async close(): Promise<void> {
    await this.records?.return('complete');
    this.records = undefined;
  }

  private async goTo(index: number): Promise<void> {
    if (!this.records || index < this.nextIndex) {
      await this.close();
      this.records = fileRecords(this.path, this.maxUnpackedBytes);
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

function begun({ identity }: FileRecord, index: number): RecordPart {
  return { begun: { index, ...(identity ? { externalId: identity.externalId } : {}) } };
}

function partOf(record: FileRecord, index: number, latest: LatestRecords): RecordPart {
  const { identity } = record;
  const externalId = identity?.externalId;
  if (identity && externalId !== undefined && !latest.counts(identity, index))
    return { repeated: { index, externalId } };
  if ('deleted' in record) {
    if (!identity || externalId === undefined) return { failure: { index, reason: RECORD_PROBLEMS.noPmid } };
    return { withdrawal: { index, externalId, cause: 'deleted_at_source', revision: { version: identity.version } } };
  }
  const article = articleOf(record.raw);
  if ('problem' in article) {
    const named = article.externalId === undefined ? {} : { externalId: article.externalId };
    return { failure: { index, ...named, reason: article.problem } };
  }
  // An identity that only the parser finds could count twice.
  if (article.externalId !== externalId) return { failure: { index, reason: RECORD_PROBLEMS.unclear } };
  const { revision } = article;
  if ('retracted' in article) {
    return { withdrawal: { index, externalId: article.externalId, cause: 'retracted', revision } };
  }
  const recordSha256 = createHash('sha256').update(record.raw).digest('hex');
  return { record: { index, externalId: article.externalId, recordSha256, revision, reading: article.reading } };
}

/** A record that cannot be parsed fails alone. */
function articleOf(raw: Buffer): ArticleResult {
  try {
    const xml = recordText(raw);
    const isJats = isArticle(raw);
    const read = isJats ? readJats(parseXml(xml)) : readArticle(parseXml(withoutUnreadParts(xml)));
    if (!('reading' in read)) return read;
    const seen = isJats ? witnessArticle(xml) : witnessRecord(xml);
    const { putAside = [] } = read;
    return { ...read, reading: { ...read.reading, account: accountFor({ seen, read: read.reading.text, putAside }) } };
  } catch {
    return { problem: RECORD_PROBLEMS.malformed };
  }
}
