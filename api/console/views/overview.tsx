import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { RunSummaryBody } from '../../schemas/run.js';
import { Confirm } from '../parts/confirm.js';
import { useLoad, Waiting } from '../parts/load.js';
import { RunTable } from '../parts/run-table.js';
import { StateBadge } from '../parts/state-badge.js';
import { address } from '../routing.js';
import { useRuns } from '../sending/follow-runs.js';
import { may, useSession } from '../session.js';
import { useTexts } from '../texts/texts.js';

/** The longest list that the API gives at once. */
const NEWEST = 200;

export function Overview(): JSX.Element {
  const session = useSession();
  const texts = useTexts();
  const words = texts.overview;
  const { client } = session;
  const collections = useLoad(() => client.collections(), [client]);
  const running = useRuns({ state: 'running', limit: 50 });
  const newest = useLoad(() => client.ingestRuns({ limit: NEWEST }), [client]);
  const failed = useLoad(() => client.ingestRuns({ state: 'failed', limit: NEWEST }), [client]);
  // One that has ended while it was looked at stays in its list until that is loaded again.
  const underWay = running.runs?.filter(({ state }) => state === 'running') ?? [];
  const changed = (): void => {
    running.reload();
    newest.reload();
    failed.reload();
  };
  const isEmpty = newest.data?.runs.length === 0;

  return (
    <>
      <h1>{words.title}</h1>
      {isEmpty && may(session, 'ingest') ? (
        <p class="empty">
          {words.first} <a href={address('upload')}>{words.firstHelp}</a>
        </p>
      ) : null}
      <section aria-labelledby="collections">
        <h2 id="collections">{words.collections}</h2>
        {collections.data === null ? (
          <Waiting {...collections} />
        ) : (
          <table>
            <thead>
              <tr>
                <th scope="col">{texts.collection}</th>
                <th scope="col" class="number">
                  {words.documents}
                </th>
                <th scope="col" class="number">
                  {words.passages}
                </th>
              </tr>
            </thead>
            <tbody>
              {collections.data.collections.map(({ name, documents, chunks }) => (
                <tr key={name}>
                  <th scope="row">
                    <a href={address('library', name)}>{name}</a>
                  </th>
                  <td class="number">{documents.toLocaleString(texts.locale)}</td>
                  <td class="number">{chunks.toLocaleString(texts.locale)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </section>
      <section aria-labelledby="running">
        <h2 id="running">
          {words.running} ({underWay.length})
        </h2>
        {running.runs === null ? (
          <Waiting {...running} />
        ) : underWay.length === 0 ? (
          <p class="help">{words.noneRunning}</p>
        ) : (
          <RunTable runs={underWay} onChanged={changed} />
        )}
      </section>
      <section aria-labelledby="failures">
        <h2 id="failures">{words.failures}</h2>
        {failed.data === null ? (
          <Waiting {...failed} />
        ) : failed.data.runs.length === 0 ? (
          <p class="help">{words.noFailures}</p>
        ) : (
          <Failures runs={failed.data.runs} onChanged={changed} />
        )}
      </section>
      {newest.data === null || isEmpty ? null : <Endings runs={newest.data.runs} />}
    </>
  );
}

interface Group {
  readonly code: string;
  readonly message: string;
  /** Those that nobody has tried again yet. */
  readonly open: readonly string[];
  readonly count: number;
}

function groupsOf(runs: readonly RunSummaryBody[]): Group[] {
  const retried = new Set(runs.map(({ retryOf }) => retryOf));
  const byCode = Map.groupBy(runs, ({ error }) => error?.code ?? 'INTERNAL');
  return [...byCode]
    .map(([code, members]) => ({
      code,
      message: members[0]?.error?.message ?? code,
      open: members.map(({ runId }) => runId).filter((runId) => !retried.has(runId)),
      count: members.length,
    }))
    .sort((a, b) => b.count - a.count);
}

function Failures({ runs, onChanged }: { runs: readonly RunSummaryBody[]; onChanged: () => void }): JSX.Element {
  const session = useSession();
  const texts = useTexts();
  const words = texts.overview;
  const [asking, setAsking] = useState<Group | null>(null);
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState<string | null>(null);
  const retry = async ({ open }: Group): Promise<void> => {
    setBusy(true);
    let done = 0;
    // One after the other: a retry costs the server more than the browser.
    for (const runId of open) {
      await session.client.retryRun(runId).then(
        () => (done += 1),
        () => undefined,
      );
    }
    setSaid(words.retried(done, open.length - done));
    setBusy(false);
    setAsking(null);
    onChanged();
  };
  return (
    <>
      <p class="help">{words.failuresHelp(runs.length)}</p>
      <p role="status">{said}</p>
      <table>
        <thead>
          <tr>
            <th scope="col">{words.reason}</th>
            <th scope="col" class="number">
              {words.count}
            </th>
            <th scope="col">{texts.upload.act}</th>
          </tr>
        </thead>
        <tbody>
          {groupsOf(runs).map((group) => (
            <tr key={group.code}>
              <th scope="row" class="name">
                {group.message}
                <span class="help">{group.code}</span>
              </th>
              <td class="number">{group.count}</td>
              <td>
                {group.open.length > 0 && may(session, 'ingest') ? (
                  <button type="button" class="quiet" onClick={() => setAsking(group)}>
                    {words.retryAll(group.open.length)}
                  </button>
                ) : null}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {asking === null ? null : (
        <Confirm
          title={words.retryAll(asking.open.length)}
          act={words.retryAll(asking.open.length)}
          busy={busy}
          onClose={() => setAsking(null)}
          onConfirm={() => void retry(asking)}
        >
          <p>{asking.message}</p>
          <p>{words.retryAllAsk(asking.open.length)}</p>
        </Confirm>
      )}
    </>
  );
}

/** A bar beside each figure: chart and table in one. */
function Endings({ runs }: { runs: readonly RunSummaryBody[] }): JSX.Element {
  const texts = useTexts();
  const words = texts.overview;
  const byState = [...Map.groupBy(runs, ({ state }) => state)].sort(([, a], [, b]) => b.length - a.length);
  return (
    <section aria-labelledby="endings">
      <h2 id="endings">{words.latest}</h2>
      <p class="help">{words.latestHelp(runs.length)}</p>
      <table>
        <thead>
          <tr>
            <th scope="col">{texts.upload.state}</th>
            <th scope="col" class="number">
              {words.count}
            </th>
            <th scope="col">{words.share}</th>
          </tr>
        </thead>
        <tbody>
          {byState.map(([state, members]) => (
            <tr key={state}>
              <th scope="row">
                <StateBadge state={state} />
              </th>
              <td class="number">{members.length}</td>
              <td>
                <progress value={members.length} max={runs.length} aria-label={texts.states[state] ?? state} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
