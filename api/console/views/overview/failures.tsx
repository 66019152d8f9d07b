import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { RetryRuns, RunStatisticsBody } from '../../../schemas/statistics.js';
import { CountsTable } from '../../parts/chart/counts-table.js';
import { Confirm } from '../../parts/confirm.js';
import { useDeeds } from '../../parts/deed.js';
import { sentenceOfRefusal } from '../../parts/problem.js';
import { Said } from '../../parts/said.js';
import { may, useSession } from '../../session.js';
import { useTexts } from '../../texts/texts.js';

type Failure = RunStatisticsBody['failures'][number];

/** Why files failed, and another try of all that failed for a reason which passes. */
export function Failures({
  failures,
  onChanged,
}: {
  failures: readonly Failure[];
  onChanged: () => void;
}): JSX.Element {
  const session = useSession();
  const texts = useTexts();
  const words = texts.overview;
  const [asking, setAsking] = useState<Failure | null>(null);
  const [said, setSaid] = useState<string | null>(null);

  const act = (failure: Failure): JSX.Element | string => {
    if (failure.open === 0) return words.overtaken;
    if (!failure.retryable) return words.needsAnotherFile;
    return may(session, 'ingest') ? (
      <button type="button" class="quiet" onClick={() => setAsking(failure)}>
        {words.retryAll(failure.open)}
      </button>
    ) : (
      ''
    );
  };
  return (
    <section aria-labelledby="failures">
      <h2 id="failures">{words.failures}</h2>
      <Said said={said} />
      {failures.length === 0 ? (
        <p class="help">{words.noFailures}</p>
      ) : (
        <>
          <p class="help">{words.failuresHelp}</p>
          <CountsTable
            name={words.failures}
            of={words.reason}
            count={words.count}
            tone="bad"
            heads={[texts.upload.act]}
            rows={failures.map((failure) => ({
              key: failure.code,
              label: (
                <>
                  {sentenceOfRefusal(failure, texts)} <span class="help">{failure.code}</span>
                </>
              ),
              count: failure.runs,
              more: [act(failure)],
            }))}
          />
        </>
      )}
      {asking === null ? null : (
        <RetryAll
          failure={asking}
          onClose={() => setAsking(null)}
          onDone={(sentence) => {
            setAsking(null);
            setSaid(sentence);
            onChanged();
          }}
        />
      )}
    </section>
  );
}

function RetryAll({
  failure,
  onDone,
  onClose,
}: {
  failure: Failure;
  onDone: (said: string) => void;
  onClose: () => void;
}): JSX.Element {
  const { client } = useSession();
  const texts = useTexts();
  const words = texts.overview;
  const { code, open } = failure;
  const [tried, setTried] = useState<number | null>(null);
  const { busy, problem, act } = useDeeds();
  const retry = (): Promise<void> =>
    act(async () => {
      let [retried, refused] = [0, 0];
      for (let cursor: string | null | undefined; cursor !== null;) {
        // The API says which reasons there are.
        const asked = { code: code as RetryRuns['code'], ...(cursor === undefined ? {} : { cursor }) };
        const answer = await client.retryRuns(asked);
        retried += answer.retried;
        refused += answer.refused;
        setTried(retried + refused);
        cursor = answer.next;
      }
      onDone(words.retried(retried, refused));
    });
  return (
    <Confirm
      title={words.retryAll(open)}
      act={words.retryAll(open)}
      busy={busy}
      onClose={onClose}
      onConfirm={() => void retry()}
    >
      <p>{sentenceOfRefusal(failure, texts)}</p>
      <p role="status">{tried === null ? words.retryAllAsk(open) : words.retrying(tried, open)}</p>
      <div role="alert">{problem === null ? null : <p class="problem">{problem}</p>}</div>
    </Confirm>
  );
}
