import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { ApiRefusal } from '../../client/answers.js';
import type { RunSummaryBody } from '../../schemas/run.js';
import type { RunEvent } from '../../schemas/run-events.js';
import { useSession } from '../session.js';

/** A stream keeps one of the six lines that a browser opens to a server. */
const STREAMS = 2;
/** Those beyond the streams are asked about together. */
const POLL_MS = 4_000;

export interface FollowedRuns {
  readonly runs: readonly RunSummaryBody[] | null;
  readonly error: unknown;
  readonly reload: () => void;
}

/** The newest runs, kept fresh: two that are under way by their event streams, the others by asking for the list. */
export function useRuns(query: { collection?: string; state?: string; limit: number }): FollowedRuns {
  const { client } = useSession();
  const [runs, setRuns] = useState<readonly RunSummaryBody[] | null>(null);
  const [error, setError] = useState<unknown>(null);
  const streams = useRef(new Map<string, AbortController>());
  const asked = JSON.stringify(query);
  const current = useRef(asked);

  const reload = useCallback((): void => {
    client.ingestRuns(JSON.parse(asked) as typeof query).then(
      (list) => {
        if (current.current !== asked) return;
        setRuns(list.runs);
        setError(null);
      },
      (problem: unknown) => current.current === asked && setError(problem),
    );
  }, [client, asked]);

  useEffect(() => {
    current.current = asked;
    setRuns(null);
    setError(null);
    reload();
    const open = streams.current;
    return () => {
      for (const stream of open.values()) stream.abort();
      open.clear();
    };
  }, [reload]);

  const running = (runs ?? []).filter(({ state }) => state === 'running').map(({ runId }) => runId);
  const followed = running.slice(0, STREAMS);

  useEffect(() => {
    for (const runId of followed) {
      if (streams.current.has(runId)) continue;
      const stop = new AbortController();
      streams.current.set(runId, stop);
      const follow = async (): Promise<void> => {
        for await (const event of client.runEvents(runId, { signal: stop.signal })) {
          setRuns((before) => before?.map((run) => (run.runId === runId ? withEvent(run, event) : run)) ?? null);
        }
      };
      follow()
        .catch((problem: unknown) => {
          // The list is asked anyway; a run that is gone for this key ends with it.
          if (!stop.signal.aborted && !(problem instanceof ApiRefusal)) setError(problem);
        })
        .finally(() => streams.current.delete(runId));
    }
  }, [followed.join()]);

  useEffect(() => {
    if (running.length <= STREAMS && error === null) return;
    const timer = setInterval(reload, POLL_MS);
    return () => clearInterval(timer);
  }, [running.length > STREAMS, error === null, reload]);

  return { runs, error, reload };
}

function withEvent(run: RunSummaryBody, { event, data }: RunEvent): RunSummaryBody {
  switch (event) {
    case 'state':
      return data.state === 'running' ? run : { ...run, ...data };
    case 'stage':
      return { ...run, stage: data.stage as RunSummaryBody['stage'] };
    case 'pages':
      return { ...run, pages: data };
    case 'records':
      return { ...run, records: data };
    case 'end':
      return data.kind === 'ingest' ? data : run;
  }
}
