import { ApiRefusal, ApiUnreachable } from '../client/client.js';

/** A small file is published within 3 s, so the first looks are close; later ones cost the server less. */
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 2_000;
const PAUSE_GROWTH = 1.5;

/** A stack that restarts a part is back within seconds; a run goes on meanwhile. */
const MAX_SILENCE_MS = 60_000;

/** Looks at a run until it has ended. Errors: those of `look`; an outage only once it has lasted for a minute. */
export async function untilEnded<Run extends { readonly state: string }>(
  look: () => Promise<Run>,
  onUpdate: (run: Run) => void,
): Promise<Run> {
  let heardMs = performance.now();
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * PAUSE_GROWTH, LONGEST_PAUSE_MS)) {
    try {
      const run = await look();
      heardMs = performance.now();
      onUpdate(run);
      if (run.state !== 'running') return run;
    } catch (error) {
      if (!isOutage(error) || performance.now() - heardMs > MAX_SILENCE_MS) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

function isOutage(error: unknown): boolean {
  return error instanceof ApiUnreachable || (error instanceof ApiRefusal && error.status === 503);
}
