import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { ChangeBody } from '../../schemas/changes.js';
import type { DocumentBody } from '../../schemas/document.js';
import type { VersionBody } from '../../schemas/version.js';
import { useLoad, Waiting } from '../parts/load.js';
import { day } from '../parts/times.js';
import { useSession } from '../session.js';
import { useTexts } from '../texts/texts.js';

const SHOWN_AT_ONCE = 50;

interface ChangesProps {
  readonly document: DocumentBody;
  readonly versions: readonly VersionBody[];
}

/** What the live version says otherwise than an earlier one; compared once it is opened. */
export function DocumentChanges({ document, versions }: ChangesProps): JSX.Element | null {
  const words = useTexts().document;
  const [opened, setOpened] = useState(false);
  const earlier = versions.filter(
    ({ live, publishedAt, state }) => !live && publishedAt !== null && state === 'superseded',
  );
  const [first] = earlier;
  if (document.version.publishedAt === null || !first) return null;
  return (
    <details class="section-more" onToggle={({ currentTarget }) => setOpened(opened || currentTarget.open)}>
      <summary>
        <h2>{words.changes}</h2>
      </summary>
      <p class="help">{words.changesHelp}</p>
      {opened ? <Comparison document={document} earlier={earlier} first={first.number} /> : null}
    </details>
  );
}

interface ComparisonProps {
  readonly document: DocumentBody;
  readonly earlier: readonly VersionBody[];
  readonly first: number;
}

function Comparison({ document: { documentId }, earlier, first }: ComparisonProps): JSX.Element {
  const { client } = useSession();
  const texts = useTexts();
  const words = texts.document;
  const [from, setFrom] = useState(first);
  const [shown, setShown] = useState(SHOWN_AT_ONCE);
  const { data, error, reload } = useLoad(
    () => client.documentChanges(documentId, { from, limit: shown }),
    [documentId, from, shown],
  );
  const rest = data ? Object.values(data.counts).reduce((sum, count) => sum + count, 0) - data.counts.moved - shown : 0;
  return (
    <>
      <label>
        {words.compareWith}{' '}
        <select
          value={from}
          onChange={({ currentTarget }) => {
            setFrom(Number(currentTarget.value));
            setShown(SHOWN_AT_ONCE);
          }}
        >
          {earlier.map(({ number, publishedAt }) => (
            <option key={number} value={number}>
              {words.versionOf(number, publishedAt === null ? '' : day(publishedAt, texts.locale))}
            </option>
          ))}
        </select>
      </label>
      {data === null || error !== null ? (
        <Waiting error={error} reload={reload} />
      ) : (
        <>
          <p role="status">
            {data.changes.length === 0 ? words.noChanges : words.changeCount(data.counts.number, rest + shown)}
          </p>
          <ol class="changes">
            {data.changes.map((change) => (
              <ChangeItem key={`${change.before?.start ?? ''}-${change.after?.start ?? ''}`} change={change} />
            ))}
          </ol>
          {data.next === null || shown >= MOST_SHOWN ? null : (
            <button type="button" class="quiet" onClick={() => setShown(Math.min(MOST_SHOWN, shown + SHOWN_AT_ONCE))}>
              {words.showMore(Math.min(rest, SHOWN_AT_ONCE))}
            </button>
          )}
        </>
      )}
    </>
  );
}

/** The largest page that the API gives; who needs more has the command line. */
const MOST_SHOWN = 200;

function ChangeItem({ change: { kind, before, after, values } }: { change: ChangeBody }): JSX.Element {
  const words = useTexts().document;
  return (
    <li>
      <p class="section">
        <span class={kind === 'number' ? 'badge warn' : 'badge'}>{words.changeKinds[kind]}</span>{' '}
        {kind === 'number'
          ? values.map(({ before: old, after: now }, at) => (
              <strong key={at}>
                {at > 0 ? ', ' : ''}
                {old ?? words.noValue} → {now ?? words.noValue}
              </strong>
            ))
          : null}
      </p>
      {before ? <Statement statement={before} side="before" /> : null}
      {after ? <Statement statement={after} side="after" /> : null}
    </li>
  );
}

type StatementBody = NonNullable<ChangeBody['before']>;

function Statement({ statement, side }: { statement: StatementBody; side: 'before' | 'after' }): JSX.Element {
  const texts = useTexts();
  const Tag = side === 'before' ? 'del' : 'ins';
  const place = [
    ...statement.sectionPath,
    ...(statement.pages[0] === undefined ? [] : [texts.search.pages(String(statement.pages[0]))]),
  ].join(' › ');
  const pieces: (string | JSX.Element)[] = [];
  let at = 0;
  for (const { start, end } of statement.marks) {
    pieces.push(statement.text.slice(at, start), <Tag key={start}>{statement.text.slice(start, end)}</Tag>);
    at = end;
  }
  pieces.push(statement.text.slice(at));
  return (
    <p class={`statement ${side}`}>
      <span class="side">{texts.document.sides[side]}</span> {pieces} <span class="section">{place}</span>
    </p>
  );
}
