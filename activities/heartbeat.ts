import { Context } from '@temporalio/activity';

/**
 * How often a long activity shows that it lives (far more often than the 20 s of `workflows/activity-options.ts` ask for),
 * because it hears of a cancellation by the answer; workers send each beat on (`workers/tuning.ts`).
 */
const HEARTBEAT_EVERY_MS = 1_000;

/**
 * Runs work that spends its time in another process or thread, and heartbeats meanwhile. The signal aborts when the
 * activity is cancelled or its worker shuts down. What bounds the work itself is its own deadline, not the heartbeat.
 */
export async function withHeartbeat<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const context = Context.current();
  const timer = setInterval(() => context.heartbeat(), HEARTBEAT_EVERY_MS);
  try {
    return await work(context.cancellationSignal);
  } catch (error) {
    // An aborted adapter throws whatever it was doing; what happened is the cancellation: this rejects with it.
    if (context.cancellationSignal.aborted) await context.cancelled;
    throw error;
  } finally {
    clearInterval(timer);
  }
}
