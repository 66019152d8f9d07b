import type { JSX } from 'preact';
import type { CollectionSummaryBody } from '../../../schemas/collection.js';
import type { RunStatisticsBody } from '../../../schemas/statistics.js';
import { CountsTable } from '../../parts/chart/counts-table.js';
import { address } from '../../routing.js';
import { useTexts } from '../../texts/texts.js';

interface ContentProps {
  readonly collections: readonly CollectionSummaryBody[];
  /** `null`: not known yet. */
  readonly content: RunStatisticsBody['content'] | null;
}

/** What is published, and what of it somebody should look over. */
export function Content({ collections, content }: ContentProps): JSX.Element {
  const texts = useTexts();
  const words = texts.overview;
  const number = (count: number): string => count.toLocaleString(texts.locale);
  return (
    <section aria-labelledby="collections">
      <h2 id="collections">{words.collections}</h2>
      <CountsTable
        name={words.collections}
        of={texts.collection}
        count={words.documents}
        tone="good"
        heads={[words.passages, words.overdue, words.dueSoon, words.superseded]}
        rows={collections.map(({ name, documents, chunks }) => {
          const due = content?.find(({ collection }) => collection === name);
          const hasCycle = due !== undefined && due.reviewCycleDays !== null;
          return {
            key: name,
            label: <a href={address('library', name)}>{name}</a>,
            count: documents,
            more: [
              number(chunks),
              !due ? (
                ''
              ) : !hasCycle ? (
                <span class="help">{words.noCycle}</span>
              ) : due.overdue > 0 ? (
                <a class="badge bad" href={address('library', name, { due: 'on' })}>
                  {number(due.overdue)}
                </a>
              ) : (
                number(due.overdue)
              ),
              !hasCycle ? (
                ''
              ) : due.dueSoon > 0 ? (
                <span class="badge warn">{number(due.dueSoon)}</span>
              ) : (
                number(due.dueSoon)
              ),
              due ? number(due.superseded) : '',
            ],
          };
        })}
      />
      <p class="help">{words.contentHelp}</p>
    </section>
  );
}
