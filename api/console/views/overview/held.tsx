import type { JSX } from 'preact';
import { CountsTable } from '../../parts/chart/counts-table.js';
import { useLoad, Waiting } from '../../parts/load.js';
import { address } from '../../routing.js';
import { useSession } from '../../session.js';
import { useTexts } from '../../texts/texts.js';

/** What waits for reviewers. */
export function Held(): JSX.Element {
  const { client } = useSession();
  const texts = useTexts();
  const words = texts.overview;
  const { data, error, reload } = useLoad(() => client.reviews({ limit: 1 }), [client]);
  return (
    <section aria-labelledby="held">
      <h2 id="held">{words.reviews}</h2>
      {data === null ? (
        <Waiting error={error} reload={reload} />
      ) : data.counts.waiting === 0 ? (
        <p class="help">{words.reviewsNone}</p>
      ) : (
        <>
          <p>
            {texts.reviews.waiting(data.counts.waiting)}{' '}
            {data.counts.overdue > 0 ? (
              <span class="badge bad">{texts.reviews.overdueCount(data.counts.overdue)}</span>
            ) : null}{' '}
            <a href={address('reviews')}>{words.reviewsOpen}</a>
          </p>
          <CountsTable
            name={words.reviews}
            of={words.category}
            count={words.documentsHeld}
            tone="warn"
            rows={Object.entries(data.counts.byCategory).map(([category, count]) => ({
              key: category,
              label: texts.reviews.categories[category] ?? category,
              count,
            }))}
          />
        </>
      )}
    </section>
  );
}
