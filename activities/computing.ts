import { setImmediate, setTimeout } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { Failure } from '../core/contract/failures.js';
import type { VersionId } from '../core/contract/ids.js';
import { ComputingTurns } from './computing-turns.js';
import { attemptDetails, type AttemptDetails, showDetails } from './heartbeat.js';

/**
 * Watched tries that may end in the middle of computing on one version. With the try before them, which is not watched,
 * three; four where a try has first told the version's stretch from the rest of its batch.
 */
const MAX_STOPPED = 2;

/**
 * Versions that one beat names. Each beat costs {@link BEAT_LEAVES_MS}: a batch of 500 records that a killed worker left took 302 s
 * with a beat for each (busy machine), which were 125 s of waiting; by stretches of 50 it waits 2.5 s.
 */
const STRETCH = 50;

/** By then a beat has left this thread: the SDK seals it on the event loop, and sends it from a thread of its own. */
const BEAT_LEAVES_MS = 250;

/**
 * By then the server has answered the first beat of a try. While a process stands still, the SDK's own threads go on taking
 * further tries for it, and these are given up one after the other before they begin here. They hear of it by that answer;
 * such a try must not compute, or it stops the process again, and its successors with it, for ever.
 */
const BEAT_ANSWERED_MS = 1_000;

/** Computing gives the event loop back this often: heartbeats of all activities of the process go through it. */
const PAUSE_EVERY_MS = 50;

/** Tries that the server knew when they began. */
const answered = new WeakSet<Context>();

/** On which versions a try is going to compute, in this order. */
const planned = new WeakMap<Context, readonly VersionId[]>();

/** One event loop a process: whoever computes on it stops all others. */
const turns = new ComputingTurns();

/** Says on which versions `computeOn` is going to be called, in this order, so that they can be watched together. */
export function planComputing(versionIds: readonly VersionId[]): void {
  planned.set(Context.current(), versionIds);
}

/**
 * Computes on the content of one version, in this process. The work awaits `pause` now and then.
 *
 * Content that stops its process (a loop that does not give the event loop back, memory that runs out) shows only as
 * heartbeats that stay out, as an outage does; and its neighbours in the process miss theirs, too. So a second try is
 * watched: it computes on one version at a time, with nothing beside it in the process, and says in its heartbeat on which
 * stretch of the planned versions. If the process stops then, the next try computes on each of that stretch alone, and the
 * heartbeat that is left when the process stops again names the culprit. Errors:
 * `Failure TEXT_UNWORKABLE` for a version at which this happened {@link MAX_STOPPED} times; what the work throws.
 */
export async function computeOn<Result>(
  versionId: VersionId,
  work: (pause: () => Promise<void>) => Result | Promise<Result>,
): Promise<Result> {
  const isWatched = Context.current().info.attempt > 1;
  const details = attemptDetails();
  if ((details.stopped[versionId] ?? 0) >= MAX_STOPPED) {
    throw new Failure('TEXT_UNWORKABLE', { detail: `version=${versionId}` });
  }
  return turns.take(isWatched, async () => {
    if (!isWatched) return work(pausing());
    if (!attemptDetails().computingOn?.includes(versionId)) await showUntilSent(stretchFrom(versionId));
    try {
      return await work(pausing());
    } finally {
      const { stopped, computingOn } = attemptDetails();
      if (computingOn?.at(-1) === versionId) showDetails({ stopped });
    }
  });
}

/** What is shown before computing on a version: it alone where it is suspected, else with those that follow it unsuspected. */
function stretchFrom(versionId: VersionId): AttemptDetails {
  const { stopped } = attemptDetails();
  const plan = planned.get(Context.current()) ?? [];
  const at = plan.indexOf(versionId);
  const isSuspected = (id: VersionId) => stopped[id] !== undefined;
  if (at < 0 || isSuspected(versionId)) return { stopped, computingOn: [versionId] };
  const following = plan.slice(at, at + STRETCH);
  const suspect = following.findIndex(isSuspected);
  return { stopped, computingOn: suspect < 0 ? following : following.slice(0, suspect) };
}

/** `null` where the version is `TEXT_UNWORKABLE`: it ends failed, and the others of its batch go on. */
export async function unlessUnworkable<Result>(work: () => Promise<Result>): Promise<Result | null> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Failure && error.code === 'TEXT_UNWORKABLE') return null;
    throw error;
  }
}

async function showUntilSent(details: AttemptDetails): Promise<void> {
  const context = Context.current();
  const waitMs = answered.has(context) ? BEAT_LEAVES_MS : BEAT_ANSWERED_MS;
  showDetails(details);
  await setTimeout(waitMs);
  answered.add(context);
  if (context.cancellationSignal.aborted) await context.cancelled;
}

function pausing(): () => Promise<void> {
  let computedSince = performance.now();
  return async () => {
    if (performance.now() - computedSince < PAUSE_EVERY_MS) return;
    await setImmediate();
    computedSince = performance.now();
  };
}
