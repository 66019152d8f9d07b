import type { PageReading, PageRecord } from '../../core/contract/reading.js';

/** What the page ledger keeps of a page: everything but its content. */
export function ledgerRow({
  blocks: _blocks,
  pictures: _pictures,
  unseen: _unseen,
  account: _account,
  ...record
}: PageReading): PageRecord {
  return record;
}
