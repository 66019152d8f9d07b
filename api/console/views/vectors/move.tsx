import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { MoveVerdict } from '../../../../core/contract/move-messages.js';
import { Confirm } from '../../parts/confirm.js';
import { useDeeds } from '../../parts/deed.js';
import { useSession } from '../../session.js';
import { useTexts } from '../../texts/texts.js';
import type { MovingIndex } from '../vectors.js';
import { ComparisonView } from './comparison.js';

/** What may be decided at each stage; the first is what the stage is for. */
const VERDICTS: Readonly<Record<MovingIndex['move']['stage'], readonly MoveVerdict[]>> = {
  accepted: ['abandon'],
  build: ['abandon'],
  compare: ['abandon'],
  decide: ['promote', 'abandon'],
  kept: ['rollback', 'finish'],
  done: [],
};

interface MoveProps {
  readonly index: MovingIndex;
  readonly onDone: (sentence: string) => void;
}

/** A move that is under way: how far it is, what it would change, and what may be decided about it. */
export function Move({ index, onDone }: MoveProps): JSX.Element {
  const { client } = useSession();
  const texts = useTexts();
  const words = texts.moves;
  const [asking, setAsking] = useState<MoveVerdict | null>(null);
  const { busy, problem, act } = useDeeds();
  const { move, collection, vectorIndexId } = index;
  const { stage, embedded, estimate, comparison, keepDays } = move;
  const count = (number: number): string => number.toLocaleString(texts.locale);
  const questions: Readonly<Record<MoveVerdict, string>> = {
    promote: words.promoteAsk(collection, keepDays),
    rollback: words.rollbackAsk(collection),
    abandon: words.abandonAsk(words.passages(embedded)),
    finish: words.finishAsk,
  };
  const decide = (verdict: MoveVerdict): Promise<void> =>
    act(async () => {
      await client.decideMove(vectorIndexId, verdict);
      setAsking(null);
      onDone(words.decided[verdict]);
    });
  const problems = <div role="alert">{problem === null ? null : <p class="problem">{problem}</p>}</div>;
  return (
    <article class="card" aria-labelledby={`move-${vectorIndexId}`}>
      <h3 id={`move-${vectorIndexId}`}>
        {words.moveOf(collection, `${index.model} (${index.dimensions}), ${words.stores[index.store]}`)}
      </h3>
      <p>{words.stages[stage]}</p>
      {stage === 'build' && estimate ? (
        <p class="help">{words.progress(count(embedded), count(estimate.chunks))}</p>
      ) : null}
      {comparison ? <ComparisonView vectorIndexId={vectorIndexId} summary={comparison} /> : null}
      <div class="actions">
        {VERDICTS[stage].map((verdict, at) => (
          <button
            key={verdict}
            type="button"
            class={verdict === 'abandon' || verdict === 'finish' ? 'danger quiet' : at === 0 ? '' : 'quiet'}
            onClick={() => setAsking(verdict)}
          >
            {words[verdict]}
          </button>
        ))}
      </div>
      {asking === null ? (
        problems
      ) : (
        <Confirm
          title={words[asking]}
          act={words[asking]}
          destructive={asking === 'abandon' || asking === 'finish'}
          busy={busy}
          onConfirm={() => void decide(asking)}
          onClose={() => setAsking(null)}
        >
          <p>{questions[asking]}</p>
          {asking === 'promote' && comparison ? <p>{words.lost(comparison.lost)}</p> : null}
          {problems}
        </Confirm>
      )}
    </article>
  );
}
