import type { JSX } from 'preact';
import { Confirm } from '../../parts/confirm.js';
import { useDeeds } from '../../parts/deed.js';
import { useSession } from '../../session.js';
import { useTexts } from '../../texts/texts.js';
import type { Previewed } from './bulk.js';

interface BulkPreviewProps {
  readonly previewed: Previewed;
  readonly onDone: (said: string) => void;
  readonly onClose: () => void;
}

/** What a decision on many would do. What is confirmed is decided on these documents and no others. */
export function BulkPreview({ previewed, onDone, onClose }: BulkPreviewProps): JSX.Element {
  const { client } = useSession();
  const texts = useTexts();
  const words = texts.bulk;
  const { asked, foreseen } = previewed;
  const { busy, problem, act } = useDeeds();
  const possible = foreseen.outcomes.filter(({ refused }) => refused === null);
  const found = possible.reduce((sum, { findings }) => sum + findings, 0);
  const second = possible.filter(({ state }) => state === 'second_opinion').length;
  const left = [...Map.groupBy(foreseen.outcomes, ({ refused }) => refused)].flatMap(([code, of]) =>
    code === null ? [] : [{ code, count: of.length }],
  );
  const decide = (): Promise<void> =>
    act(async () => {
      const reviewIds = possible.map(({ reviewId }) => reviewId);
      const { decided, refused } = await client.decideReviews({ ...asked, reviewIds });
      onDone(words.done(decided, refused));
    });
  if (foreseen.outcomes.length === 0) {
    return (
      <p class="note" role="status">
        {words.nothing}
      </p>
    );
  }
  return (
    <Confirm
      title={words.decisions[asked.decision]}
      act={words.act(possible.length)}
      destructive={asked.decision === 'reject'}
      busy={busy || possible.length === 0}
      onConfirm={() => void decide()}
      onClose={onClose}
    >
      <p>{words.would[asked.decision](possible.length, found)}</p>
      {second === 0 ? null : <p>{words.second(second)}</p>}
      {left.length === 0 ? null : (
        <>
          <p>{words.left(foreseen.refused)}</p>
          <ul>
            {left.map(({ code, count }) => (
              <li key={code}>{words.why[code]?.(count) ?? words.otherwise(count, code)}</li>
            ))}
          </ul>
        </>
      )}
      {foreseen.more ? <p class="note">{words.more(foreseen.outcomes.length)}</p> : null}
      <div role="alert">{problem === null ? null : <p class="problem">{problem}</p>}</div>
    </Confirm>
  );
}
