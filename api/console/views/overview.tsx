import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { useLoad, Waiting } from '../parts/load.js';
import { RunTable } from '../parts/run-table.js';
import { address } from '../routing.js';
import { useRuns } from '../sending/follow-runs.js';
import { isWhole, isWholeAdmin, may, useSession } from '../session.js';
import { useTexts } from '../texts/texts.js';
import { Content } from './overview/content.js';
import { Failures } from './overview/failures.js';
import { Flow } from './overview/flow.js';
import { Held } from './overview/held.js';
import { Indexes } from './overview/indexes.js';
import { Cache, Limits } from './overview/machine.js';
import { Questions } from './overview/questions.js';

/** Runs that are shown one by one; the others are in the numbers. */
const SHOWN = 5;
const FRESH_MS = 30_000;

export function Overview(): JSX.Element {
  const session = useSession();
  const texts = useTexts();
  const words = texts.overview;
  const { client } = session;
  const collections = useLoad(() => client.collections(), [client]);
  const statistics = useLoad(() => client.statistics(), [client]);
  const running = useRuns({ state: 'running', limit: SHOWN });
  // One that has ended while it was looked at stays in its list until that is loaded again.
  const underWay = running.runs?.filter(({ state }) => state === 'running') ?? [];
  const { data } = statistics;
  const counted = data?.underWay.reduce((sum, { runs }) => sum + runs, 0) ?? 0;
  const all = Math.max(underWay.length, underWay.length < SHOWN ? 0 : counted);
  const isEmpty = data !== null && data.accepted.length === 0 && data.content.every(({ documents }) => documents === 0);
  const isAdmin = may(session, 'admin');
  const changed = (): void => {
    running.reload();
    statistics.reload();
  };
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) statistics.reload();
    }, FRESH_MS);
    return () => clearInterval(timer);
  }, [statistics.reload]);

  return (
    <>
      <h1>{words.title}</h1>
      {isEmpty && may(session, 'ingest') ? (
        <p class="empty">
          {words.first} <a href={address('upload')}>{words.firstHelp}</a>
        </p>
      ) : null}
      {data === null ? (
        <Waiting {...statistics} />
      ) : (
        <>
          <Flow statistics={data} />
          <Failures failures={data.failures} onChanged={changed} />
        </>
      )}
      <section aria-labelledby="running">
        <h2 id="running">
          {words.running} ({all.toLocaleString(texts.locale)})
        </h2>
        {running.runs === null ? (
          <Waiting {...running} />
        ) : underWay.length === 0 ? (
          <p class="help">{words.noneRunning}</p>
        ) : (
          <>
            <RunTable runs={underWay} onChanged={changed} />
            {all > underWay.length ? <p class="help">{words.moreRunning(underWay.length, all)}</p> : null}
          </>
        )}
      </section>
      {collections.data === null ? (
        <Waiting {...collections} />
      ) : (
        <Content collections={collections.data.collections} content={data?.content ?? null} />
      )}
      <div class="panels">
        {may(session, 'phi:review') ? <Held /> : null}
        {isWhole(session) ? <Questions /> : null}
        {isWholeAdmin(session) ? <Indexes /> : null}
        {isAdmin ? <Cache /> : null}
        <Limits isAdmin={isAdmin} />
      </div>
    </>
  );
}
