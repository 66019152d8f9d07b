import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { RunSummaryBody } from '../../schemas/run.js';
import { address } from '../routing.js';
import { may, useSession } from '../session.js';
import { type Texts, useTexts } from '../texts/texts.js';
import { useDeeds } from './deed.js';
import { sentenceOf, sentenceOfRefusal } from './problem.js';
import { StateBadge } from './state-badge.js';
import { time } from './times.js';

/** States from which the same file can be tried again, unless what it failed for stays. */
const RETRYABLE: ReadonlySet<string> = new Set(['failed', 'cancelled', 'needs_attention']);

export function RunTable({ runs, onChanged }: { runs: readonly RunSummaryBody[]; onChanged: () => void }): JSX.Element {
  const texts = useTexts();
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={texts.upload.file}>
      <table>
        <thead>
          <tr>
            <th scope="col">{texts.upload.file}</th>
            <th scope="col">{texts.upload.state}</th>
            <th scope="col">{texts.upload.when}</th>
            <th scope="col">{texts.upload.act}</th>
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <RunRow key={run.runId} run={run} onChanged={onChanged} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function RunRow({ run, onChanged }: { run: RunSummaryBody; onChanged: () => void }): JSX.Element {
  const session = useSession();
  const texts = useTexts();
  const { busy, problem, act: done } = useDeeds();
  const { client } = session;

  const act = (deed: () => Promise<unknown>): Promise<void> => done(deed).then(onChanged);
  const mayAct = may(session, 'ingest');
  const words = texts.upload;

  return (
    <tr data-run={run.runId} data-state={run.state}>
      <th scope="row" class="name">
        {run.fileName} {run.urgent ? <span class="badge">{words.isUrgent}</span> : null}
      </th>
      <td>
        <StateBadge state={run.state} /> {run.state === 'running' ? <Progress run={run} /> : null}
        <p class="help">
          {problem ??
            (run.error
              ? sentenceOfRefusal(run.error, texts)
              : (texts.runWords[run.state] ?? texts.stateWords[run.state] ?? ''))}
        </p>
      </td>
      <td class="when">{time(run.acceptedAt, texts.locale)}</td>
      <td class="actions">
        {run.state === 'running' && mayAct ? (
          <button
            type="button"
            class="quiet"
            disabled={busy}
            aria-label={words.cancelNamed(run.fileName)}
            onClick={() => void act(() => client.cancelRun(run.runId))}
          >
            {words.cancelRun}
          </button>
        ) : null}
        {RETRYABLE.has(run.state) && run.error?.retryable !== false && mayAct ? (
          <button
            type="button"
            class="quiet"
            disabled={busy}
            aria-label={words.retryNamed(run.fileName)}
            onClick={() => void act(() => client.retryRun(run.runId))}
          >
            {words.retry}
          </button>
        ) : null}
        {run.state === 'running' || run.state === 'failed' || !may(session, 'read') ? null : <Outcome run={run} />}
      </td>
    </tr>
  );
}

/** Leads to what the run made: its document, or where there are many, their list. */
function Outcome({ run }: { run: RunSummaryBody }): JSX.Element {
  const { client } = useSession();
  const texts = useTexts();
  const [documents, setDocuments] = useState<readonly { documentId: string; title: string | null }[] | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const open = async (): Promise<void> => {
    try {
      const found = (await client.run(run.runId)).documents;
      const [only] = found;
      if (only && found.length === 1) location.hash = address('document', only.documentId);
      else setDocuments(found);
    } catch (error) {
      setProblem(sentenceOf(error, texts));
    }
  };
  if (problem !== null) return <span class="problem">{problem}</span>;
  if (documents?.length === 0) return <span>{texts.library.empty}</span>;
  if (documents) return <DocumentLinks documents={documents} texts={texts} />;
  const count = Math.max(1, run.records.total);
  return (
    <button
      type="button"
      class="quiet"
      onClick={() => void open()}
      aria-label={`${texts.upload.show(count)}: ${run.fileName}`}
    >
      {texts.upload.show(count)}
    </button>
  );
}

function DocumentLinks({
  documents,
  texts,
}: {
  documents: readonly { documentId: string; title: string | null }[];
  texts: Texts;
}): JSX.Element {
  const shown = documents.slice(0, 10);
  return (
    <ul class="plain">
      {shown.map(({ documentId, title }) => (
        <li key={documentId}>
          <a href={address('document', documentId)}>{title ?? documentId}</a>
        </li>
      ))}
      {documents.length > shown.length ? (
        <li>
          <a href={address('library')}>{texts.nav.library}</a>
        </li>
      ) : null}
    </ul>
  );
}

function Progress({ run }: { run: RunSummaryBody }): JSX.Element {
  const texts = useTexts();
  const stage = texts.stages[run.stage] ?? run.stage;
  const { pages, records } = run;
  const counted = records.total > 0 ? records : pages;
  const said =
    records.total > 0
      ? texts.recordsDone(records.done, records.total)
      : pages.total > 0
        ? texts.pagesDone(pages.done, pages.total)
        : null;
  return (
    <span class="progress">
      {counted.total > 0 ? (
        <progress value={counted.done} max={counted.total} aria-label={`${run.fileName}: ${stage}`} />
      ) : null}{' '}
      {said === null ? stage : `${stage}, ${said}`}
    </span>
  );
}
