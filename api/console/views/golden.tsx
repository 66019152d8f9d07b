import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { GoldenQuestionBody } from '../../schemas/golden-question.js';
import { Confirm } from '../parts/confirm.js';
import { useDeeds } from '../parts/deed.js';
import { useLoad, Waiting } from '../parts/load.js';
import { Pager } from '../parts/pager.js';
import { Said } from '../parts/said.js';
import { time } from '../parts/times.js';
import { address } from '../routing.js';
import { may, useSession } from '../session.js';
import { useTexts } from '../texts/texts.js';
import { GoldenTable } from './golden/golden-table.js';

/** A check begins within half a minute, and asks a question in a second. */
const LOOK_EVERY_MS = 4_000;

/** The questions whose answer must be found, and whether it is. */
export function Golden({ query }: { query: URLSearchParams }): JSX.Element {
  const session = useSession();
  const { client } = session;
  const texts = useTexts();
  const words = texts.golden;
  const onlyLost = query.has('lost');
  const [cursors, setCursors] = useState<readonly string[]>([]);
  const cursor = cursors.at(-1);
  const { data, error, reload } = useLoad(
    () =>
      client.goldenQuestions({
        ...(onlyLost ? { state: 'lost' as const } : {}),
        ...(cursor === undefined ? {} : { cursor }),
      }),
    [client, onlyLost, cursor],
  );
  const [said, setSaid] = useState<string | null>(null);
  const [askedAt, setAskedAt] = useState<string | null>(null);
  const [removing, setRemoving] = useState<GoldenQuestionBody | null>(null);
  const { busy, problem, act } = useDeeds();
  const problems = <div role="alert">{problem === null ? null : <p class="problem">{problem}</p>}</div>;

  const shown = data?.goldenQuestions ?? [];
  const isWaiting = shown.some(
    ({ result: { state, checkedAt } }) =>
      state === 'unchecked' || (askedAt !== null && checkedAt !== null && checkedAt < askedAt),
  );
  useEffect(() => {
    if (!isWaiting) return;
    const timer = setInterval(reload, LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [isWaiting, reload]);

  const askAll = (): Promise<void> =>
    act(async () => {
      for (const collection of new Set(shown.map((golden) => golden.collection))) {
        setAskedAt((await client.checkGoldenQuestions(collection)).askedAt);
      }
      setSaid(words.asked);
      reload();
    });
  const remove = (golden: GoldenQuestionBody): Promise<void> =>
    act(async () => {
      await client.removeGoldenQuestion(golden.goldenQuestionId);
      setRemoving(null);
      setSaid(words.removed);
      reload();
    });
  return (
    <>
      <h1>{words.title}</h1>
      <p class="lead">{words.lead}</p>
      <Said said={said} />
      {removing === null ? problems : null}
      {data === null ? (
        <Waiting error={error} reload={reload} />
      ) : (
        <>
          <div class="actions">
            <label class="choice">
              <input
                type="checkbox"
                checked={onlyLost}
                onChange={({ currentTarget }) => {
                  setCursors([]);
                  location.replace(address('golden', null, { lost: currentTarget.checked ? 'on' : null }));
                }}
              />
              {words.onlyLost}
            </label>
            {shown.length > 0 && may(session, 'ingest') ? (
              <button type="button" class="quiet" disabled={busy} onClick={() => void askAll()}>
                {words.askAll}
              </button>
            ) : null}
          </div>
          {shown.length === 0 ? (
            <p class="empty">
              {onlyLost ? words.noneLost : words.first}{' '}
              {onlyLost ? null : <a href={address('search')}>{words.tryIt}</a>}
            </p>
          ) : (
            <GoldenTable questions={shown} {...(may(session, 'ingest') ? { onRemove: setRemoving } : {})} />
          )}
          <Pager cursors={cursors} next={data.next} onChange={setCursors} />
        </>
      )}
      {removing === null ? null : (
        <Confirm
          title={words.removeTitle}
          act={words.remove}
          destructive
          busy={busy}
          onConfirm={() => void remove(removing)}
          onClose={() => setRemoving(null)}
        >
          <p>
            <strong>{removing.question}</strong>
          </p>
          <p>{words.removeAsk}</p>
          {removing.heldBack === null ? null : <p>{words.heldBack(time(removing.heldBack.since, texts.locale))}</p>}
          {problems}
        </Confirm>
      )}
    </>
  );
}
