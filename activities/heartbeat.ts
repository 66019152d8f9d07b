import { Context } from '@temporalio/activity';
import type { VersionId } from '../core/contract/ids.js';

/**
 * How often an activity shows that it lives (far more often than the 20 s of `workflows/activity-options.ts` ask for),
 * because it hears of a cancellation by the answer; workers send each beat on (`workers/tuning.ts`).
 */
const HEARTBEAT_EVERY_MS = 1_000;

/** What a try tells the next one, by its last heartbeat. Ids and numbers only. */
export interface AttemptDetails {
  /** Tries that ended in the middle of computing on a version alone; 0 for one of several on which a try was computing. */
  readonly stopped: Readonly<Record<VersionId, number>>;
  /** The versions on which this try computes at the moment, one after the other. */
  readonly computingOn?: readonly VersionId[];
}

const shown = new WeakMap<Context, AttemptDetails>();

/** What this try shows; at first, what the tries before it left. */
export function attemptDetails(): AttemptDetails {
  const context = Context.current();
  const known = shown.get(context);
  if (known) return known;
  const left = context.info.heartbeatDetails as AttemptDetails | undefined;
  const stopped = { ...left?.stopped };
  const inTheMiddleOf = left?.computingOn ?? [];
  const step = inTheMiddleOf.length === 1 ? 1 : 0;
  for (const versionId of inTheMiddleOf) stopped[versionId] = (stopped[versionId] ?? 0) + step;
  const details = { stopped };
  shown.set(context, details);
  return details;
}

/** Shows it at once, and with every beat from now on. */
export function showDetails(details: AttemptDetails): void {
  const context = Context.current();
  shown.set(context, details);
  context.heartbeat(details);
}

/**
 * Heartbeats while an activity runs, from its start to its end: also while it waits for a database or a store. What bounds
 * the work itself is its own deadline, not the heartbeat.
 */
export async function beating<Result>(activity: () => Promise<Result>): Promise<Result> {
  const context = Context.current();
  const timer = setInterval(() => context.heartbeat(attemptDetailsOf(context)), HEARTBEAT_EVERY_MS);
  attemptDetails();
  try {
    return await activity();
  } finally {
    clearInterval(timer);
  }
}

function attemptDetailsOf(context: Context): AttemptDetails {
  return shown.get(context) ?? { stopped: {} };
}

/**
 * Runs work that a cancellation can break off. The signal aborts when the activity is cancelled or its worker shuts down.
 */
export async function cancellable<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const context = Context.current();
  try {
    return await work(context.cancellationSignal);
  } catch (error) {
    // An aborted adapter throws whatever it was doing; what happened is the cancellation: this rejects with it.
    if (context.cancellationSignal.aborted) await context.cancelled;
    throw error;
  }
}
