import { ApiRefusal, ApiUnreachable, type MedindexClient } from '../client/client.js';
import type { RunBody } from '../schemas/run.js';

/** What is shown of a run under way. */
export type RunStanding = Pick<RunBody, 'stage' | 'pages' | 'records'>;

/** A small file is published within 3 s, so the first looks are close; later ones cost the server less. */
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 2_000;
const PAUSE_GROWTH = 1.5;

/** A stack that restarts a part is back within seconds; a run goes on meanwhile. */
const MAX_SILENCE_MS = 60_000;

/**
 * Follows a run to its end: by its events, or, where they cannot be had (an older server, too many streams, a proxy that
 * holds them back), by asking. Errors: `ApiRefusal`; `ApiUnreachable` once nothing answered for a minute.
 */
export async function followRun(
  client: Pick<MedindexClient, 'run' | 'runEvents'>,
  runId: string,
  onUpdate: (run: RunStanding) => void,
): Promise<RunBody> {
  try {
    return await listen(client, runId, onUpdate);
  } catch (error) {
    // Who may not see the run learns no more by asking again.
    if (error instanceof ApiRefusal && [401, 403].includes(error.status)) throw error;
    return ask(client, runId, onUpdate);
  }
}

async function listen(
  client: Pick<MedindexClient, 'runEvents'>,
  runId: string,
  onUpdate: (run: RunStanding) => void,
): Promise<RunBody> {
  let standing: RunStanding = { stage: 'accepted', pages: { total: 0, done: 0 }, records: { total: 0, done: 0 } };
  for await (const { event, data } of client.runEvents(runId)) {
    switch (event) {
      case 'state':
        break;
      case 'stage':
        onUpdate((standing = { ...standing, stage: data.stage }));
        break;
      case 'pages':
      case 'records':
        onUpdate((standing = { ...standing, [event]: data }));
        break;
      case 'end':
        onUpdate(data);
        return data;
    }
  }
  throw new Error('the events ended without an end of the run');
}

async function ask(
  client: Pick<MedindexClient, 'run'>,
  runId: string,
  onUpdate: (run: RunStanding) => void,
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
