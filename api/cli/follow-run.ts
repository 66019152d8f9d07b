import { ApiRefusal, type MedindexClient } from '../client/client.js';
import type { RunBody } from '../schemas/run.js';
import type { SyncBody } from '../schemas/sync.js';
import { untilEnded } from './until-ended.js';

/** What is shown of a run under way. */
export type RunSnapshot = Pick<RunBody | SyncBody, 'stage' | 'pages' | 'records'>;

/**
 * Follows a run to its end: by its events, or, where they cannot be had (an older server, too many streams, a proxy that
 * holds them back), by asking. Errors: `ApiRefusal`; `ApiUnreachable` once nothing answered for a minute.
 */
export async function followRun(
  client: Pick<MedindexClient, 'run' | 'runEvents'>,
  runId: string,
  onUpdate: (run: RunSnapshot) => void,
): Promise<RunBody> {
  try {
    return await listen(client, runId, onUpdate);
  } catch (error) {
    // Who may not see the run learns no more by asking again.
    if (error instanceof ApiRefusal && [401, 403].includes(error.status)) throw error;
    return untilEnded(() => client.run(runId), onUpdate);
  }
}

async function listen(
  client: Pick<MedindexClient, 'runEvents'>,
  runId: string,
  onUpdate: (run: RunSnapshot) => void,
): Promise<RunBody> {
  let snapshot: RunSnapshot = { stage: 'accepted', pages: { total: 0, done: 0 }, records: { total: 0, done: 0 } };
  for await (const { event, data } of client.runEvents(runId)) {
    switch (event) {
      case 'state':
        break;
      case 'stage':
        onUpdate((snapshot = { ...snapshot, stage: data.stage }));
        break;
      case 'pages':
      case 'records':
        onUpdate((snapshot = { ...snapshot, [event]: data }));
        break;
      case 'end':
        onUpdate(data);
        if (data.kind === 'ingest') return data;
        throw new Error('a sync was followed as an ingest');
    }
  }
  throw new Error('the events ended without an end of the run');
}
