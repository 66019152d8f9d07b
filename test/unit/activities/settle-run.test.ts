import { expect, test } from 'vitest';
import { endOf } from '../../../activities/settling/settle-run.js';
import type { RunVersionCounts } from '../../../core/ports/version-catalog.js';

const NONE: RunVersionCounts = {
  published: 0,
  withdrawn: 0,
  rejected: 0,
  unchanged: 0,
  held: 0,
  needsAttention: 0,
  superseded: 0,
  failed: 0,
  open: 0,
};

test.each<[string, Partial<RunVersionCounts>, ReturnType<typeof endOf>]>([
  ['one published document', { published: 1 }, { state: 'published' }],
  ['withdrawn documents', { withdrawn: 2, unchanged: 7 }, { state: 'published' }],
  ['one unchanged document', { unchanged: 1 }, { state: 'unchanged' }],
  ['one held document', { held: 1 }, { state: 'held' }],
  ['a late loser', { superseded: 1 }, { state: 'superseded' }],
  ['failed pages', { needsAttention: 1 }, { state: 'needs_attention', error: 'PAGES_FAILED' }],
  ['nothing readable', { failed: 1 }, { state: 'failed', error: 'NO_TEXT_FOUND' }],
  ['nothing at all', {}, { state: 'failed', error: 'NO_TEXT_FOUND' }],
  ['new and unchanged records', { published: 3, unchanged: 7 }, { state: 'published' }],
  ['one held record among many', { published: 99, held: 1 }, { state: 'held' }],
  ['one failed record among many', { published: 99, failed: 1 }, { state: 'needs_attention', error: 'RECORDS_FAILED' }],
  ['a version that nobody ended', { published: 1, open: 1 }, { state: 'failed', error: 'INTERNAL' }],
])('a run with %s', (_name, counts, end) => {
  expect(endOf({ ...NONE, ...counts })).toEqual(end);
});

test('a file that was cut off is never a plain success', () => {
  expect(endOf({ ...NONE, published: 5 }, { damage: 'XML_DAMAGED' })).toEqual({
    state: 'needs_attention',
    error: 'XML_DAMAGED',
  });
  expect(endOf(NONE, { damage: 'XML_DAMAGED' })).toEqual({ state: 'failed', error: 'XML_DAMAGED' });
});

test('records that could not be read are never a plain success', () => {
  expect(endOf({ ...NONE, published: 5 }, { failedRecords: 1 })).toEqual({
    state: 'needs_attention',
    error: 'RECORDS_FAILED',
  });
  expect(endOf(NONE, { failedRecords: 3 })).toEqual({ state: 'failed', error: 'RECORDS_UNREADABLE' });
});
