import type { JSX } from 'preact';
import type { VersionBody } from '../../schemas/version.js';
import { StateBadge } from '../parts/state-badge.js';
import { time } from '../parts/times.js';
import { useTexts } from '../texts/texts.js';

export function DocumentVersions({ versions }: { versions: readonly VersionBody[] }): JSX.Element {
  const texts = useTexts();
  const words = texts.document;
  const countsOf = (pages: VersionBody['pages']): string =>
    Object.entries(pages as Record<string, number>)
      .map(([outcome, count]) => `${words.outcomes[outcome] ?? outcome}: ${count}`)
      .join(', ');
  return (
    <section aria-labelledby="versions">
      <h2 id="versions">{words.versions}</h2>
      <div class="scroll" tabIndex={0} role="region" aria-labelledby="versions">
        <table>
          <thead>
            <tr>
              <th scope="col">{words.number}</th>
              <th scope="col">{words.state}</th>
              <th scope="col">{words.opened}</th>
              <th scope="col">{words.howRead}</th>
              <th scope="col">{words.findings}</th>
            </tr>
          </thead>
          <tbody>
            {versions.map(({ versionId, number, state, live, openedAt, pages, findings }) => (
              <tr key={versionId}>
                <th scope="row">{number}</th>
                <td>
                  <StateBadge state={state} /> {live ? words.live : ''}
                </td>
                <td class="when">{time(openedAt, texts.locale)}</td>
                <td>{countsOf(pages)}</td>
                <td>
                  {findings.length === 0
                    ? texts.none
                    : findings
                        .map(
                          ({ category, page, count }) =>
                            `${texts.reviews.categories[category] ?? category}: ${count}${page === null ? '' : ` (${texts.search.pages(page)})`}`,
                        )
                        .join(', ')}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
