import { ApiUnreachable, type MedindexClient } from '../client/client.js';
import type { RunBody } from '../schemas/run.js';

/** A small file is published within 3 s, so the first looks are close; later ones cost the server less. */
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 2_000;
const PAUSE_GROWTH = 1.5;

/** A stack that restarts a part is back within seconds; a run goes on meanwhile. */
const MAX_SILENCE_MS = 60_000;

/** Asks for a run until it has ended. Errors: `ApiRefusal`; `ApiUnreachable` once nothing answered for a minute. */
export async function followRun(
  client: Pick<MedindexClient, 'run'>,
  runId: string,
  onUpdate: (run: RunBody) => void,
): Promise<RunBody> {
  let heardMs = performance.now();
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * PAUSE_GROWTH, LONGEST_PAUSE_MS)) {
    try {
      const run = await client.run(runId);
      heardMs = performance.now();
      onUpdate(run);
      if (run.state !== 'running') return run;
    } catch (error) {
      if (!(error instanceof ApiUnreachable) || performance.now() - heardMs > MAX_SILENCE_MS) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
