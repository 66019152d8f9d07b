import { describe, expect, test } from 'vitest';
import { VERSION_STATES } from '../../../core/contract/states.js';
import { type Arrival, type DocumentNow, judgeArrival } from '../../../core/publishing/judge-arrival.js';
import { judgeDeletion } from '../../../core/publishing/judge-deletion.js';
import { judgePartialPublication } from '../../../core/publishing/judge-partial-publication.js';
import { judgePublication, type PublicationCandidate } from '../../../core/publishing/judge-publication.js';
import { judgeReread, type RereadBase } from '../../../core/publishing/judge-reread.js';
import { judgeRetry, type RetryVerdict, type RunToRetry } from '../../../core/publishing/judge-retry.js';
import { judgeWithdrawal } from '../../../core/publishing/judge-withdrawal.js';
import {
  FIRST_STATES,
  mayMove,
  statesBefore,
  statesThatMayGoLive,
  VERSION_MOVES,
} from '../../../core/publishing/version-life.js';

describe('the table of a version’s life', () => {
  test('says why of each move, and no version is born into or left in a state that nothing leads to', () => {
    expect(VERSION_MOVES.filter((move) => move.why === '')).toEqual([]);
    const reached = new Set([...FIRST_STATES, ...VERSION_MOVES.flatMap((move) => move.to)]);
    expect(VERSION_STATES.filter((state) => !reached.has(state))).toEqual([]);
  });

  test('what was erased stays erased, and what is live is withdrawn before it is erased', () => {
    expect(VERSION_STATES.filter((state) => mayMove('erased', state))).toEqual([]);
    expect(mayMove('published', 'erased')).toBe(false);
  });

  test('knows the act', () => {
    expect(mayMove('open', 'held', 'hold')).toBe(true);
    expect(mayMove('open', 'held', 'publish')).toBe(false);
    expect(statesBefore('withdraw')).toEqual(['published', 'held', 'needs_attention']);
  });
});

describe('what arrives', () => {
  const unknown: DocumentNow = {
    live: null,
    takenOut: null,
    newest: null,
    ownVersionId: null,
    deletedByHand: false,
    withdrawal: null,
  };
  const upload: Arrival = { fingerprint: 'f', isRetry: false, isReread: false, respectsTombstone: false };
  const live = { versionId: 'live', fingerprint: 'f', revision: null };
  const newest = { versionId: 'newest', fingerprint: 'f', state: 'held' as const };

  test.each<[string, Partial<DocumentNow>, Partial<Arrival>, string]>([
    ['of an unknown document is made', {}, {}, 'open'],
    ['with the fingerprint of what is live is unchanged', { live }, {}, 'unchanged'],
    ['as a page read again is made, whatever is live', { live }, { isReread: true }, 'open'],
    ['again in one run shares its version', { ownVersionId: 'own' }, {}, 'open'],
    [
      'and is older than what is live is superseded',
      { live: { ...live, fingerprint: 'g', revision: { version: 2 } } },
      { revision: { version: 1 } },
      'superseded',
    ],
    [
      'and is older than what a rescreen took out is superseded',
      { takenOut: { versionId: 'taken', revision: { version: 2 } } },
      { revision: { version: 1 } },
      'superseded',
    ],
    [
      'and is as new as what a rescreen took out is made',
      { takenOut: { versionId: 'taken', revision: { version: 2 } } },
      { revision: { version: 2 } },
      'open',
    ],
    ['and waits for its review is held', { newest }, {}, 'held'],
    ['and waits for its review is held for a retry, too', { newest }, { isRetry: true }, 'held'],
    ['and needs attention waits', { newest: { ...newest, state: 'needs_attention' } }, {}, 'needs_attention'],
    [
      'and needs attention is read again by a retry',
      { newest: { ...newest, state: 'needs_attention' } },
      { isRetry: true },
      'open',
    ],
    ['by a sync stays deleted by hand', { newest, deletedByHand: true }, { respectsTombstone: true }, 'deleted'],
    ['by a person comes back', { newest: { ...newest, state: 'superseded' }, deletedByHand: true }, {}, 'open'],
    [
      'by a sync stays withdrawn',
      { newest: { ...newest, state: 'superseded' }, withdrawal: { revision: null } },
      { respectsTombstone: true },
      'superseded',
    ],
    [
      'newer than its withdrawal comes back',
      { newest: { ...newest, state: 'superseded' }, withdrawal: { revision: { version: 1 } } },
      { respectsTombstone: true, revision: { version: 2 } },
      'open',
    ],
  ])('%s', (_what, standing, arrival, outcome) => {
    expect(judgeArrival({ ...unknown, ...standing }, { ...upload, ...arrival }).outcome).toBe(outcome);
  });
});

describe('publication', () => {
  const candidate: PublicationCandidate = {
    versionId: 'v',
    documentId: 'd',
    sequence: 5,
    state: 'open',
    wasPartial: false,
    phiStatus: 'clear',
    hasText: true,
    pageCount: 2,
    lostWords: false,
    ledger: { pages: 2, lastPage: 2, pending: 0, failed: 0 },
    liveSequence: 1,
    revision: null,
    currentRevision: null,
  };
  const failedPage = { ...candidate.ledger, failed: 1 };

  test.each<[string, Partial<PublicationCandidate>, boolean, string]>([
    ['a whole version goes live', {}, false, 'published'],
    ['one that comes too late does not', { liveSequence: 5 }, false, 'superseded'],
    ['an older record does not', { revision: { version: 1 }, currentRevision: { version: 2 } }, false, 'superseded'],
    ['a page that nobody accounts for fails it', { ledger: { ...candidate.ledger, pages: 1 } }, false, 'failed'],
    ['a page under way fails it', { ledger: { ...candidate.ledger, pending: 1 } }, false, 'failed'],
    ['a failed page needs attention', { ledger: failedPage }, false, 'needs_attention'],
    ['a person may publish it all the same', { ledger: failedPage, state: 'needs_attention' }, true, 'published'],
    ['what was live without it comes back', { ledger: failedPage, wasPartial: true }, false, 'published'],
    ['nobody publishes what was not screened', { phiStatus: 'unscreened' }, true, 'failed'],
    ['nor what is held', { state: 'held' }, true, 'failed'],
    ['nor what has no text', { hasText: false }, false, 'failed'],
    ['what ended answers as it ended', { state: 'superseded' }, false, 'superseded'],
  ])('%s', (_what, changed, partial, verdict) => {
    expect(judgePublication([{ ...candidate, ...changed }], { partial }).get('v')).toBe(verdict);
  });

  test('of two versions of one document in a batch the newer goes live', () => {
    const newer = { ...candidate, versionId: 'newer', sequence: 6 };
    expect([...judgePublication([newer, candidate]).values()]).toEqual(['published', 'superseded']);
  });

  test('every verdict over an open version is a move of the table', () => {
    for (const verdict of ['published', 'superseded', 'needs_attention', 'failed'] as const) {
      expect(mayMove('open', verdict, 'publish')).toBe(true);
    }
  });
});

test('a partial publication is for what needs attention and has any text', () => {
  const waiting = { state: 'needs_attention', partial: false, deleted: false, hasChunks: true } as const;
  expect(judgePartialPublication(waiting)).toBe('publish');
  expect(judgePartialPublication({ ...waiting, hasChunks: false })).toBe('empty');
  expect(judgePartialPublication({ ...waiting, deleted: true })).toEqual({ state: 'deleted' });
  expect(judgePartialPublication({ ...waiting, state: 'published', partial: true })).toBe('already');
  expect(judgePartialPublication({ ...waiting, state: 'open' })).toEqual({ state: 'processing' });
});

test('a withdrawal is overtaken by what is newer, and quiet about what is not here', () => {
  const here = { latest: { sequence: 1, revision: { version: 1 } }, isGone: false, isKnown: true };
  expect(judgeWithdrawal(here, { sequence: 2 })).toBe('withdrawn');
  expect(judgeWithdrawal(here, { sequence: 0 })).toBe('overtaken');
  expect(
    judgeWithdrawal(
      { ...here, latest: { sequence: 1, revision: { version: 3 } } },
      { sequence: 2, revision: { version: 2 } },
    ),
  ).toBe('overtaken');
  expect(judgeWithdrawal({ latest: null, isGone: true, isKnown: true }, { sequence: 2 })).toBe('kept-away');
  expect(judgeWithdrawal({ latest: null, isGone: false, isKnown: false }, { sequence: 2 })).toBe('kept-away');
});

describe('judgeRetry', () => {
  const failed = {
    runId: 'a',
    state: 'failed',
    isErased: false,
    newest: { runId: 'a', state: 'failed', retryOf: null },
  } as const;

  test.each<[string, Partial<RunToRetry>, RetryVerdict]>([
    ['a failed run is tried again', {}, { outcome: 'retried' }],
    ['a run with what needs attention, too', { state: 'needs_attention' }, { outcome: 'retried' }],
    ['a held one waits for its review', { state: 'held' }, { refusal: 'state', state: 'held' }],
    ['a published one needs no other try', { state: 'published' }, { refusal: 'state', state: 'published' }],
    [
      'asked twice, there is one try',
      { newest: { runId: 'b', state: 'running', retryOf: 'a' } },
      { outcome: 'joined' },
    ],
    [
      'a newer upload is not put back',
      { newest: { runId: 'b', state: 'published', retryOf: null } },
      { refusal: 'overtaken', newestRunId: 'b' },
    ],
    ['without its original there is nothing to try', { isErased: true }, { refusal: 'erased' }],
  ])('%s', (_what, change, verdict) => {
    expect(judgeRetry({ ...failed, ...change })).toEqual(verdict);
  });
});

describe('judgeReread', () => {
  const base = { state: 'published', hasPage: true, isUnderWay: false } as const;

  test.each<[string, Partial<RereadBase>, ReturnType<typeof judgeReread>]>([
    ['a page of what was read to its end is read again', {}, null],
    ['of what was overtaken, too', { state: 'superseded' }, null],
    ['a page that is not there is not', { hasPage: false }, { refusal: 'page' }],
    ['while the source is read, it is not', { isUnderWay: true }, { refusal: 'state', state: 'processing' }],
    ['what is being made is not', { state: 'open' }, { refusal: 'state', state: 'processing' }],
    ['what is held is not', { state: 'held' }, { refusal: 'state', state: 'held' }],
  ])('%s', (_what, change, refusal) => {
    expect(judgeReread({ ...base, ...change })).toEqual(refusal);
  });
});

test('a delete repeats only where nothing came since that may go live', () => {
  expect(judgeDeletion({ isDeleted: false, acceptedSince: false })).toBe('withdraw');
  expect(judgeDeletion({ isDeleted: true, acceptedSince: true })).toBe('withdraw');
  expect(judgeDeletion({ isDeleted: true, acceptedSince: false })).toBe('repeat');
  expect(statesThatMayGoLive().sort()).toEqual(['held', 'needs_attention', 'open']);
});
