import { Context } from '@temporalio/activity';

/**
 * How often a long activity shows that it lives; a third of the shortest heartbeat timeout (`workflows/activity-options.ts`),
 * and how fast it hears of a cancellation.
 */
const HEARTBEAT_EVERY_MS = 2_000;

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
