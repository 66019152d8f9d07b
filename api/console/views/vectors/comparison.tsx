import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { ComparisonReport } from '../../../schemas/vector-index.js';
import { useLoad, Waiting } from '../../parts/load.js';
import { useSession } from '../../session.js';
import { useTexts } from '../../texts/texts.js';

/** As many as somebody reads. */
const SHOWN = 10;

interface ComparisonProps {
  readonly vectorIndexId: string;
  readonly summary: ComparisonReport['summary'];
}

/** How the answers of the present index and the new one agree, and where they agree least. */
export function ComparisonView({ vectorIndexId, summary }: ComparisonProps): JSX.Element {
  const texts = useTexts();
  const words = texts.moves;
  const [isOpen, setOpen] = useState(false);
  if (summary.questions === 0) return <p class="help">{words.nothingCompared}</p>;
  const { overlap, ndcg } = summary;
  const facts = [
    words.questions(summary.questions),
    ...(overlap === null ? [] : [words.overlap(percent(overlap, texts.locale))]),
    ...(ndcg === null ? [] : [words.ndcg(ndcg.live.toFixed(2), ndcg.next.toFixed(2))]),
  ];
  return (
    <>
      <h4>{words.compared}</h4>
      <p>
        {facts.join(' · ')}. {words.lost(summary.lost)}
      </p>
      <details class="section-more" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
        <summary>{words.worst}</summary>
        {isOpen ? <WorstQuestions vectorIndexId={vectorIndexId} /> : null}
      </details>
    </>
  );
}

function WorstQuestions({ vectorIndexId }: { vectorIndexId: string }): JSX.Element {
  const { client } = useSession();
  const texts = useTexts();
  const words = texts.moves;
  const { data, error, reload } = useLoad(() => client.comparison(vectorIndexId), [client, vectorIndexId]);
  if (data === null) return <Waiting error={error} reload={reload} />;
  const worst = [...data.questions]
    .sort((a, b) => b.lost.length - a.lost.length || a.overlap - b.overlap)
    .slice(0, SHOWN);
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={words.worst}>
      <table>
        <thead>
          <tr>
            <th scope="col">{words.question}</th>
            <th scope="col">{words.same}</th>
            <th scope="col">{words.loses}</th>
          </tr>
        </thead>
        <tbody>
          {worst.map(({ text, overlap, lost }) => (
            <tr key={text}>
              <th scope="row">{text}</th>
              <td data-label={words.same}>{percent(overlap, texts.locale)}</td>
              <td data-label={words.loses}>{words.documents(lost.length)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function percent(share: number, locale: string): string {
  return share.toLocaleString(locale, { style: 'percent', maximumFractionDigits: 0 });
}
